package metadata

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// entry is one thing to render.
type entry struct {
	key, value string
	// tag is true for an entry of Metadata.Tags.
	tag bool
	// text is true for what nobody selects by.
	text bool
}

// named returns the entries of all fields, also of those that are empty.
func (m *Metadata) named() []entry {
	return []entry{
		{key: "project", value: m.Project},
		{key: "environment", value: m.Environment},
		{key: "organization", value: m.Organization, text: true},
		{key: "owner", value: m.Owner},
		{key: "cost-center", value: m.CostCenter},
		{key: "data-classification", value: m.DataClassification},
		{key: "compliance-frameworks", value: strings.Join(union(m.Frameworks, nil), " "), text: true},
		{key: "compliance-controls", value: strings.Join(union(m.Controls, nil), ", "), text: true},
		{key: "repository", value: m.Repository, text: true},
		{key: "commit", value: m.Commit, text: true},
	}
}

// entries returns what there is to render, in a fixed order.
func (m *Metadata) entries() []entry {
	out := slices.DeleteFunc(m.named(), func(e entry) bool { return e.value == "" })
	for _, key := range slices.Sorted(maps.Keys(m.Tags)) {
		out = append(out, entry{key: key, value: m.Tags[key], tag: true})
	}
	return out
}

// hashed matches values that end as those that were changed do.
var hashed = regexp.MustCompile(`-[0-9a-f]{10}$`)

// fit returns a value of at most limit characters that keep accepts. A value that
// has to be changed ends with its hash; so does one that only looks as if it
// had been changed, or the two could be the same. The ends of the value
// are letters or digits if they have to be.
func fit(value string, limit int, keep func(rune) bool, alphanumericEnds bool) string {
	const tail = 11
	runes := []rune(value)
	ok := len(runes) <= limit && !strings.ContainsFunc(value, func(r rune) bool { return !keep(r) }) &&
		!strings.ContainsRune(value, '\uFFFD') && !hashed.MatchString(value)
	trimmed := value
	if alphanumericEnds {
		trimmed = strings.TrimFunc(value, func(r rune) bool { return !alphanumeric(r) })
		ok = ok && trimmed == value
	}
	if ok {
		return value
	}
	runes = []rune(trimmed)
	for i, r := range runes {
		if !keep(r) || r == '\uFFFD' {
			runes[i] = '-'
		}
	}
	sum := sha256.Sum256([]byte(value))
	head := string(runes[:min(len(runes), limit-tail)])
	if alphanumericEnds {
		head = strings.TrimFunc(head, func(r rune) bool { return !alphanumeric(r) })
	}
	if head == "" {
		head = "x"
	}
	return head + "-" + hex.EncodeToString(sum[:5])
}

func alphanumeric(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}
