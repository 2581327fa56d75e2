package config_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
)

type machine struct {
	Host  string `pulumi:"host"`
	Place string `pulumi:"place"`
}

// machines is a section whose entries create hosts.
type machines struct {
	Machines config.Named[machine] `pulumi:"machines"`
}

func (m *machines) Validate(report *config.Report) {
	for _, name := range m.Machines.Names() {
		e := m.Machines[name]
		report.Claim([]string{"machines", name, "host"}, config.Claim{Kind: "host name", Scope: e.Place, Name: e.Host})
	}
}

func TestPhysicalNamesAreUnique(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		text   string
		want   []string
	}{
		"Different": {
			reason: "names, and names in different scopes, do not collide; an empty name is not known yet",
			text: `config:
  ashlar:first:
    machines: {a: {host: one}, b: {host: two}, c: {host: one, place: north}, d: {host: ""}, e: {}}
`,
		},
		"Same": {
			reason: "each collision is reported with both places, also between sections, next to other problems",
			text: `config:
  ashlar:first:
    machines:
      a: {host: one}
      b: {host: one, colour: red}
  ashlar:second:
    machines:
      c:
        host: one
`,
			want: []string{
				`Pulumi.dev.yaml:5:17: first.machines.b.host: duplicate host name "one", same as first.machines.a.host (Pulumi.dev.yaml:4:17): use another name`,
				`Pulumi.dev.yaml:5:22: first.machines.b.colour: unknown key, expected one of: host, place`,
				`Pulumi.dev.yaml:9:15: second.machines.c.host: duplicate host name "one", same as first.machines.a.host (Pulumi.dev.yaml:4:17): use another name`,
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sections := []config.Section{config.NewSection[machines]("first", nil), config.NewSection[machines]("second", nil)}
			loadSections(t, tc.text, sections, func(_ *config.Manager, err error) {
				if len(tc.want) == 0 {
					require.NoError(t, err, tc.reason)
					return
				}
				assert.Equal(t, tc.want, findings(t, err), tc.reason)
			})
		})
	}
}

// plug refers to a machine of another section.
type plug struct {
	Machine string `pulumi:"machine"`
}

func (p *plug) Validate(report *config.Report) {
	other, ok := report.Other("first", "machines", p.Machine)
	if ok && other.(*machines).Machines[p.Machine].Place != "north" {
		report.Add([]string{"machine"}, "not in the north")
	}
}

func TestValidatorsReadOtherSections(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ reason, machine, want string }{
		"Other place":   {"a section that is decoded later is known", "a: {place: south}", "plug.machine: not in the north"},
		"Right place":   {"no problem", "a: {place: north}", ""},
		"Missing entry": {"another check reports it", "b: {place: south}", ""},
		"Broken entry":  {"what is said about a broken value would be a consequence", "a: {place: 1}", "machines.a.place: expected a string"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := "config:\n  ashlar:plug: {machine: a}\n  ashlar:first: {machines: {" + tc.machine + "}}\n"
			sections := []config.Section{config.NewSection[plug]("plug", nil), config.NewSection[machines]("first", nil)}
			loadSections(t, text, sections, func(_ *config.Manager, err error) {
				if tc.want == "" {
					require.NoError(t, err, tc.reason)
					return
				}
				require.Len(t, findings(t, err), 1, tc.reason)
				require.ErrorContains(t, err, tc.want, tc.reason)
			})
		})
	}
}
