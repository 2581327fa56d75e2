package config_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ashlar-iac/ashlar/core/config"
)

// pointer names an entry of the section other.
type pointer string

// Validate implements config.Validator.
func (p pointer) Validate(report *config.Report) {
	enabled, ok := report.Value("other", "enabled")
	report.Add(nil, "%s in %s sees %v, %t", string(p), report.Section(), enabled, ok)
}

func TestValidatorsOfStringsReadOtherSections(t *testing.T) {
	t.Parallel()
	type pointing struct {
		To    pointer             `pulumi:"to"`
		Empty pointer             `pulumi:"empty"`
		All   []pointer           `pulumi:"all"`
		Named config.Named[point] `pulumi:"named"`
	}
	type other struct {
		Enabled bool `pulumi:"enabled"`
	}
	for name, tc := range map[string]struct {
		reason, file string
		want         []string
	}{
		"Set": {
			reason: "a validator of a string sees what other sections say",
			file:   "config:\n  ashlar:one: { to: a, all: [b], named: { x: { to: c } } }\n  ashlar:other: { enabled: true }\n",
			want:   []string{"Pulumi.dev.yaml:2:21: one.to: a in one sees true, true", "Pulumi.dev.yaml:2:30: one.all[0]: b in one sees true, true", "Pulumi.dev.yaml:2:52: one.named.x.to: c in one sees true, true"},
		},
		"Unset": {
			reason: "what nobody says is not known",
			file:   "config:\n  ashlar:one: { to: a }\n",
			want:   []string{"Pulumi.dev.yaml:2:21: one.to: a in one sees <nil>, false"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sections := []config.Section{config.NewSection[pointing]("one", nil), config.NewSection[other]("other", nil)}
			loadSections(t, tc.file, sections, func(_ *config.Manager, err error) {
				assert.Equal(t, tc.want, findings(t, err), tc.reason)
			})
		})
	}
}

type point struct {
	To pointer `pulumi:"to"`
}
