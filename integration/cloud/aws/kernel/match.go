package kernel

import (
	"slices"
	"strings"
)

// MatchAny reports whether a text matches one of several patterns, with fold without regard to case.
func MatchAny(patterns []string, text string, fold bool) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		if fold {
			return Match(strings.ToLower(p), strings.ToLower(text))
		}
		return Match(p, text)
	})
}

// Match reports whether a text matches a pattern with the wildcards * and ?.
func Match(pattern, text string) bool {
	for pattern != "" {
		if pattern[0] == '*' {
			for i := 0; i <= len(text); i++ {
				if Match(pattern[1:], text[i:]) {
					return true
				}
			}
			return false
		}
		if text == "" || pattern[0] != '?' && pattern[0] != text[0] {
			return false
		}
		pattern, text = pattern[1:], text[1:]
	}
	return text == ""
}
