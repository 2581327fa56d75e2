package naming

import (
	"strconv"
	"strings"
)

// Set is a set of ASCII characters, written as within the brackets of a regular
// expression, with ranges: "a-z0-9-". A hyphen is meant as such where it stands
// last. There is nothing to escape.
type Set string

// The sets that rules of several types have.
const (
	lower        Set = "a-z"
	alphabet     Set = "a-zA-Z"
	lowerDigits  Set = "a-z0-9"
	alphanumeric Set = "a-zA-Z0-9"
)

// Contains reports whether the character is in the set, which no character is that
// is not ASCII.
func (s Set) Contains(c rune) bool {
	if c > 0x7F {
		return false
	}
	for i := 0; i < len(s); {
		if i+2 < len(s) && s[i+1] == '-' {
			if rune(s[i]) <= c && c <= rune(s[i+2]) {
				return true
			}
			i += 3
			continue
		}
		if rune(s[i]) == c {
			return true
		}
		i++
	}
	return false
}

// String returns the set in words: `lower case letters, digits and "-"`.
func (s Set) String() string {
	var words []string
	lower, upper := s.whole('a', 'z'), s.whole('A', 'Z')
	switch {
	case lower && upper:
		words = append(words, "letters")
	case lower:
		words = append(words, "lower case letters")
	case upper:
		words = append(words, "upper case letters")
	}
	digits := s.whole('0', '9')
	if digits {
		words = append(words, "digits")
	}
	var others string
	for c := ' '; c <= '~'; c++ {
		named := lower && 'a' <= c && c <= 'z' || upper && 'A' <= c && c <= 'Z' || digits && '0' <= c && c <= '9'
		if s.Contains(c) && !named {
			others += string(c)
		}
	}
	if len(others) <= 4 {
		for _, c := range others {
			words = append(words, strconv.Quote(string(c)))
		}
		return list(words)
	}
	if rest, ok := strings.CutPrefix(others, " "); ok {
		words, others = append(words, "spaces"), rest
	}
	return list(append(words, "any of "+others))
}

// whole reports whether all from one character to another are in the set.
func (s Set) whole(from, to rune) bool {
	for c := from; c <= to; c++ {
		if !s.Contains(c) {
			return false
		}
	}
	return true
}

// list joins words with commas and a last "and".
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
