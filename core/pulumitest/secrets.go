package pulumitest

import (
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Leaks returns the places that contain a secret in plain text: names, IDs, inputs,
// outputs, exports and logs. It also searches substrings, keys and base64. The arguments
// of functions are not searched, because the SDK never marks them as secret.
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

// search looks for a text and its base64 encodings.
type search struct {
	forms  []string
	shown  []string
	hidden int
}

// newSearch returns a search for a text. Base64 has three encodings of a text within
// another one, depending on its offset; the first and last characters depend on the
// text around it.
func newSearch(canary string) *search {
	s := &search{forms: []string{canary}}
	for shift := range 3 {
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			text := encoding.EncodeToString([]byte(strings.Repeat("\x00", shift) + canary))
			start := (shift*8 + 5) / 6
			end := (shift + len(canary)) * 8 / 6
			// A shorter encoding may occur by chance.
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

func (e *evidence) keepsSecrets() (findings []string, skipped string) {
	switch {
	case len(e.secrets) == 0:
		return nil, "Suite.Secrets is not set"
	case !e.base().worked():
		return nil, broken
	}
	for i, canary := range e.secrets {
		if len(canary) < 8 {
			findings = append(findings, fmt.Sprintf("Suite.Secrets[%d] is too short: use 8 characters or more", i))
			continue
		}
		findings = append(findings, e.leaks(i, canary)...)
	}
	return findings, ""
}

// leaks looks for a secret. Findings do not contain it.
func (e *evidence) leaks(i int, canary string) (findings []string) {
	places := map[string]bool{}
	for _, t := range []*trial{e.base(), e.preview(), e.none()} {
		for _, place := range t.recording.Leaks(canary) {
			places[place] = true
		}
		if err := t.failure(); err != nil && newSearch(canary).in(err.Error()) {
			places["an error"] = true
		}
	}
	for _, place := range slices.Sorted(maps.Keys(places)) {
		findings = append(findings, fmt.Sprintf("Suite.Secrets[%d] is in plain text: %s", i, place))
	}
	if len(findings) == 0 && !e.base().holds(canary) {
		findings = append(findings, fmt.Sprintf(
			"Suite.Secrets[%d] is not in any input: use it in Suite.Args", i))
	}
	return findings
}

// holds reports whether a text is in a secret input.
func (t *trial) holds(canary string) bool {
	s := newSearch(canary)
	for _, r := range t.recording.Resources {
		s.object("", r.Inputs)
	}
	return s.hidden > 0
}
