package naming

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// NameError is one reason why a name is rejected or cannot be generated. It is of the class failure.Configuration.
type NameError struct {
	// Kind is the kind of the rule.
	Kind string
	// Name is the rejected name, or the parts separated by spaces.
	Name string
	// Message says what is wrong and what to write instead. It can follow the path of a configured value.
	Message string
}

var _ error = (*NameError)(nil)

// Error returns kind, name and message.
func (e *NameError) Error() string {
	return fmt.Sprintf("%s name %q: %s", e.Kind, shorten(e.Name), e.Message)
}

// Is reports whether target is failure.Configuration.
func (e *NameError) Is(target error) bool { return target == failure.Configuration }

// problems collects everything that is wrong with one name.
type problems struct {
	kind, name string
	errs       []error
}

func (p *problems) add(format string, args ...any) {
	p.errs = append(p.errs, &NameError{Kind: p.kind, Name: p.name, Message: fmt.Sprintf(format, args...)})
}

func (p *problems) err() error { return failure.Join(p.errs...) }

// shorten truncates a text for a message.
func shorten(text string) string {
	const most = 120
	if len(text) <= most {
		return text
	}
	end := most
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "..."
}

// Check returns everything that is wrong with a name, or nil when the type accepts it. Every problem is a [*NameError].
func (r Rule) Check(name string) error {
	found := &problems{kind: r.Kind, name: name}
	if name == "" && r.Min > 0 {
		found.add("it is empty: at least %s required", amount(r.Min, r.Unit))
		return found.err()
	}
	if n := r.Unit.length(name); n < r.Min {
		found.add("it has %s: at least %d required", amount(n, r.Unit), r.Min)
	} else if n > r.Max {
		found.add("it has %s: at most %d allowed", amount(n, r.Unit), r.Max)
	}
	body, ok := strings.CutPrefix(name, r.Prefix)
	if !ok {
		found.add("it must start with %q", r.Prefix)
	}
	body, ok = strings.CutSuffix(body, r.Suffix)
	if !ok {
		found.add("it must end with %q", r.Suffix)
	}
	if body == "" {
		if r.affix() > 0 {
			found.add("it contains only %q: append a name", r.Prefix+r.Suffix)
		}
		return found.err()
	}
	r.checkCharacters(body, found)
	r.checkReserved(body, found)
	return found.err()
}

func (r *Rule) checkCharacters(body string, found *problems) {
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
	switch {
	case len(bad) == 1:
		found.add("invalid character %s: use %s", bad[0], r.words(r.Characters))
	case len(bad) > 1:
		found.add("invalid characters %s: use %s", list(bad), r.words(r.Characters))
	}
	if c, _ := utf8.DecodeRuneInString(body); r.First != "" && !r.accepts(r.First, c) {
		found.add("it must not start with %s: use %s", quote(c), r.words(r.First))
	}
	if c, _ := utf8.DecodeLastRuneInString(body); r.Last != "" && !r.accepts(r.Last, c) {
		found.add("it must not end with %s: use %s", quote(c), r.words(r.Last))
	}
}

func (r *Rule) checkReserved(body string, found *problems) {
	if r.FoldCase {
		body = strings.ToLower(body)
	}
	for _, text := range r.Without.Within {
		if strings.Contains(body, text) {
			found.add("it must not contain %q", text)
		}
	}
	for _, text := range r.Without.Prefixes {
		if strings.HasPrefix(body, text) {
			found.add("it must not start with %q, which is reserved", text)
		}
	}
	for _, text := range r.Without.Suffixes {
		if strings.HasSuffix(body, text) {
			found.add("it must not end with %q, which is reserved", text)
		}
	}
	if slices.Contains(r.Without.Names, body) {
		found.add("it is a reserved word: use another name")
	}
	if r.Without.Addresses && isAddress(body) {
		found.add("it must not look like an IP address")
	}
	if r.Without.Numbers && strings.Trim(body, "0123456789") == "" {
		found.add("it must not consist of digits only: add a letter")
	}
}

// accepts reports whether c is allowed in a place with the given set.
func (r *Rule) accepts(set Set, c rune) bool {
	if set.Contains(c) {
		return true
	}
	return r.Unicode && c > 0x7F && (unicode.IsLetter(c) || unicode.IsMark(c) || unicode.IsDigit(c))
}

// words returns in words what accepts allows.
func (r *Rule) words(set Set) string {
	if r.Unicode {
		return set.String() + ", or letters and digits of other scripts"
	}
	return set.String()
}

// isAddress reports whether a text is four numbers of any size separated by dots.
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
		// Names are ASCII, where bytes are characters.
		word = Runes.String()
	}
	if n == 1 {
		word = strings.TrimSuffix(word, "s")
	}
	return strconv.Itoa(n) + " " + word
}
