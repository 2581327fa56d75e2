package naming

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Check reports everything that is wrong with a name that a person wrote, or nil
// when the type accepts it. Nothing is mapped or cut: who writes a name means it.
// Every problem is a [*NameError] that says what to write instead.
func (r Rule) Check(name string) error {
	no := &refusal{kind: r.Kind, name: name}
	if name == "" && r.Min > 0 {
		no.add("it is empty: write at least %s", amount(r.Min, r.Unit))
		return no.err()
	}
	r.checkLength(name, no)
	body, ok := strings.CutPrefix(name, r.Prefix)
	if !ok {
		no.add("it starts with something else than %q: put that in front", r.Prefix)
	}
	body, ok = strings.CutSuffix(body, r.Suffix)
	if !ok {
		no.add("it ends with something else than %q: append that", r.Suffix)
	}
	if body == "" {
		if r.affix() > 0 {
			no.add("it is no more than %q: add a name to that", r.Prefix+r.Suffix)
		}
		return no.err()
	}
	r.checkCharacters(body, no)
	r.checkReserved(body, no)
	return no.err()
}

func (r *Rule) checkLength(name string, no *refusal) {
	n := r.Unit.length(name)
	if n < r.Min {
		no.add("it has %s: write %d more, at least %d are needed", amount(n, r.Unit), r.Min-n, r.Min)
	}
	if n > r.Max {
		no.add("it has %s: leave out %d, at most %d are accepted", amount(n, r.Unit), n-r.Max, r.Max)
	}
}

func (r *Rule) checkCharacters(body string, no *refusal) {
	const most = 5
	var bad []string
	for _, c := range body {
		if len(bad) > most {
			bad[most] = "others"
			break
		}
		if !r.accepts(r.Characters, c) && !slices.Contains(bad, quote(c)) {
			bad = append(bad, quote(c))
		}
	}
	if len(bad) > 0 {
		no.add("%s cannot be in it: use %s", list(bad), r.words(r.Characters))
	}
	if c, _ := utf8.DecodeRuneInString(body); r.First != "" && !r.accepts(r.First, c) {
		no.add("it starts with %s: put a character there that can be, which are %s", quote(c), r.words(r.First))
	}
	if c, _ := utf8.DecodeLastRuneInString(body); r.Last != "" && !r.accepts(r.Last, c) {
		no.add("it ends with %s: put a character there that can be, which are %s", quote(c), r.words(r.Last))
	}
}

func (r *Rule) checkReserved(body string, no *refusal) {
	if r.FoldCase {
		body = strings.ToLower(body)
	}
	for _, text := range r.Without.Within {
		if strings.Contains(body, text) {
			no.add("it contains %q, which cannot be anywhere in it: leave that out", text)
		}
	}
	for _, text := range r.Without.Prefixes {
		if strings.HasPrefix(body, text) {
			no.add("it starts with %q, which is reserved: put something else in front", text)
		}
	}
	for _, text := range r.Without.Suffixes {
		if strings.HasSuffix(body, text) {
			no.add("it ends with %q, which is reserved: append something else", text)
		}
	}
	if slices.Contains(r.Without.Names, body) {
		no.add("it is reserved: append something to it")
	}
	if r.Without.Addresses && isAddress(body) {
		no.add("it looks like an IP address: use letters or hyphens")
	}
	if r.Without.Numbers && strings.Trim(body, "0123456789") == "" {
		no.add("it is a number: add a letter")
	}
}

// accepts reports whether a name that is given may have c, where set is what the
// rule says about the place.
func (r *Rule) accepts(set Set, c rune) bool {
	if set.Contains(c) {
		return true
	}
	return r.Unicode && c > 0x7F && (unicode.IsLetter(c) || unicode.IsMark(c) || unicode.IsDigit(c))
}

// words says what accepts accepts.
func (r *Rule) words(set Set) string {
	if r.Unicode {
		return set.String() + ", or letters and digits of other scripts"
	}
	return set.String()
}

// isAddress reports whether a text is four numbers with dots between them, of any
// size.
func isAddress(text string) bool {
	if strings.Count(text, ".") != 3 {
		return false
	}
	for number := range strings.SplitSeq(text, ".") {
		if number == "" || strings.Trim(number, "0123456789") != "" {
			return false
		}
	}
	return true
}

func quote(c rune) string { return strconv.Quote(string(c)) }

func amount(n int, unit Unit) string {
	word := unit.String()
	if unit == Bytes {
		// Where only ASCII is accepted, that is what people call them.
		word = Runes.String()
	}
	if n == 1 {
		word = strings.TrimSuffix(word, "s")
	}
	return strconv.Itoa(n) + " " + word
}
