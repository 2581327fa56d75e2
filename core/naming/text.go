package naming

import "strings"

// says reports whether the parts, joined as they are, can be told from all other
// lists of parts, and from names with a hash.
func (r *Rule) says(parts []string) bool {
	if r.Separator == "" {
		return len(parts) == 1 && r.keepsAll(parts[0]) && !endsWithHash(parts[0])
	}
	for _, part := range parts {
		if part == "" || strings.Contains(part, r.Separator) || !r.keepsAll(part) {
			return false
		}
	}
	return !isHash(parts[len(parts)-1])
}

func (r *Rule) keepsAll(part string) bool {
	for _, c := range part {
		if !r.keeps(c) {
			return false
		}
	}
	return true
}

// kept joins the parts with everything that may be kept.
func (r *Rule) kept(parts []string) string {
	return r.join(parts, func(rune) bool { return true })
}

// plain joins letters and digits of the parts, without reserved words.
func (r *Rule) plain(parts []string) string {
	// More than enough is kept, but not so much that leaving out words within words
	// takes long.
	text := cut(r.join(parts, alphanumeric.Contains), 4*r.Max)
	for before := ""; before != text; {
		before = text
		for _, word := range r.Without.Within {
			text = strings.ReplaceAll(text, word, "")
		}
	}
	return r.join(strings.Split(text, r.Separator), func(rune) bool { return true })
}

// led is plain behind a letter, for texts that start with a digit or with what is
// reserved.
func (r *Rule) led(parts []string) string {
	text := r.plain(parts)
	if text == "" {
		return ""
	}
	return "x" + text
}

// join writes the parts with one separator between them and wherever something is
// left out, none at the ends.
func (r *Rule) join(parts []string, wanted func(rune) bool) string {
	var b strings.Builder
	gap := false
	last := rune(0)
	for _, part := range parts {
		gap = true
		for _, c := range part {
			if !r.keeps(c) && 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			if !r.keeps(c) || !wanted(c) {
				gap = true
				continue
			}
			if gap && b.Len() > 0 && !r.separates(c) && !r.separates(last) {
				b.WriteString(r.Separator)
			}
			b.WriteRune(c)
			gap, last = false, c
		}
	}
	return strings.Trim(b.String(), r.Separator)
}

func (r *Rule) separates(c rune) bool { return r.Separator == string(c) }

// cut returns the first n bytes of an ASCII text.
func cut(text string, n int) string { return text[:max(0, min(n, len(text)))] }
