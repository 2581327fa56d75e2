package canonical

import (
	"strings"
	"unicode"
)

// isBlock reports whether a literal block holds text exactly, whatever reads it.
func isBlock(text string) bool {
	if !strings.Contains(text, "\n") {
		return false
	}
	// A block's indentation is that of its first line, unless a digit says
	// otherwise, which readers have been wrong about.
	if strings.ContainsRune(" \n", rune(text[0])) {
		return false
	}
	for line := range strings.SplitSeq(text, "\n") {
		if line != "" && strings.TrimSpace(line) == "" {
			return false
		}
	}
	return !strings.ContainsFunc(text, func(c rune) bool {
		// This leaves out every break but LF, tabs, the mark of byte order and
		// what an editor would not show.
		return c != '\n' && !unicode.IsPrint(c)
	})
}

// isPlain reports whether text without quotes is a string for every reader of
// YAML 1.1, YAML 1.2 and what people take for either. It errs on the side of no.
func isPlain(text string) bool {
	switch strings.ToLower(text) {
	case "", "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity":
		return false
	}
	for i, c := range text {
		letter := unicode.IsLetter(c)
		switch {
		case i == 0 && !letter && c != '/':
			return false
		case letter || c >= '0' && c <= '9' || strings.ContainsRune("/._-+=@()", c):
		case c == ' ' && i < len(text)-1:
		case c == ':' && i < len(text)-1 && text[i+1] != ' ':
		default:
			return false
		}
	}
	return true
}
