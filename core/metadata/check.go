package metadata

import (
	"strings"
	"unicode/utf8"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// checkKey returns what is wrong with a key.
func checkKey(platform string, e entry, limit int, allowed func(rune) bool, reserved ...string) error {
	n := utf8.RuneCountInString(e.key)
	switch {
	case n == 0:
		return problem(platform, e, "the key is empty: give it a name")
	case n > limit:
		return problem(platform, e, "the key has %d characters, %d are allowed: shorten it", n, limit)
	}
	for _, r := range e.key {
		if !allowed(r) || r == utf8.RuneError {
			return problem(platform, e, "the character %q is not allowed in a key: leave it out", r)
		}
	}
	for _, prefix := range reserved {
		if len(e.key) >= len(prefix) && strings.EqualFold(e.key[:len(prefix)], prefix) {
			return problem(platform, e, "keys that begin with %q are reserved by %s: choose another one", prefix, platform)
		}
	}
	return nil
}

// checkNames refuses tags that have the key of a field, in any case.
func checkNames(m Metadata, platform string) error {
	var failed []error
	for _, e := range m.entries() {
		if !e.tag {
			continue
		}
		for _, field := range m.named() {
			if strings.EqualFold(field.key, e.key) {
				failed = append(failed, problem(platform, e, "the key belongs to a setting of its own: leave the tag out"))
			}
		}
	}
	return failure.Join(failed...)
}

// checkCount returns an error when there are too many.
func checkCount(p Platform, n int) error {
	if p.limit == 0 || n <= p.limit {
		return nil
	}
	return failure.New(failure.Configuration, "render", p.name+" metadata",
		"%d tags, %d are allowed: leave out %d", n, p.limit, n-p.limit)
}
