package pulumitest

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Leaks returns the places where a text shows that ought to be secret: names,
// inputs, outputs, exports and logs in which it stands, and is not marked as
// secret. It is found within longer texts, in keys, and in base64. The arguments
// of functions are left out, because the SDK never marks them.
func (r *Recording) Leaks(canary string) []string {
	s := newSearch(canary)
	for _, res := range r.Resources {
		where := fmt.Sprintf("%s %q", res.Type, res.Name)
		s.text(where+": name", res.Name)
		s.text(where+": ID", res.ID)
		s.object(where+": input ", res.Inputs)
		s.object(where+": output ", res.Outputs)
		for _, outputs := range res.RegisteredOutputs {
			s.object(where+": registered output ", outputs)
		}
	}
	s.object("export ", r.Exports)
	for _, log := range r.Logs {
		s.text("log of severity "+log.Severity, log.Message)
	}
	slices.Sort(s.shown)
	return slices.Compact(s.shown)
}

// search looks for a text in all its forms.
type search struct {
	forms  []string
	shown  []string
	hidden int
}

// newSearch returns a search for a text. In base64 a text reads in three ways,
// depending on where it begins; its first and last characters depend on what is
// around it.
func newSearch(canary string) *search {
	s := &search{forms: []string{canary}}
	for shift := range 3 {
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			text := encoding.EncodeToString([]byte(strings.Repeat("\x00", shift) + canary))
			start := (shift*8 + 5) / 6
			end := (shift + len(canary)) * 8 / 6
			// Shorter than that, it may be there by chance.
			if end-start >= 8 && !slices.Contains(s.forms, text[start:end]) {
				s.forms = append(s.forms, text[start:end])
			}
		}
	}
	return s
}

func (s *search) in(text string) bool {
	return slices.ContainsFunc(s.forms, func(form string) bool { return strings.Contains(text, form) })
}

func (s *search) text(where, text string) {
	if s.in(text) {
		s.shown = append(s.shown, where)
	}
}

func (s *search) object(where string, values resource.PropertyMap) {
	for key, value := range values {
		s.text(where+"key", string(key))
		s.value(where+string(key), value)
	}
}

func (s *search) value(where string, value resource.PropertyValue) {
	switch {
	case value.IsSecret():
		if s.in(fmt.Sprint(plain(value, opened))) {
			s.hidden++
		}
	case value.IsObject():
		s.object(where+".", value.ObjectValue())
	case value.IsArray():
		for i, element := range value.ArrayValue() {
			s.value(fmt.Sprintf("%s[%d]", where, i), element)
		}
	default:
		s.text(where, fmt.Sprint(plain(value, opened)))
	}
}
