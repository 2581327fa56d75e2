package sections_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/integration/sections"
)

type object = map[string]any

const schema = `{
	"$defs": {
		"Networks": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Network"}},
		"Network": {"type": "object", "required": ["cidr"], "properties": {
			"cidr": {"type": "string"}, "zones": {"type": "integer", "minimum": 1, "maximum": 3},
			"nat": {"type": "string", "enum": ["single", "none"]}, "id": {"type": "string"}
		}},
		"Clusters": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Cluster"}},
		"Cluster": {"type": "object", "properties": {
			"network": {"type": "string"}, "ports": {"type": "array", "items": {"type": "integer"}}, "private": {"type": "boolean"}
		}}
	},
	"properties": {
		"enabled": {"type": "boolean"}, "networks": {"$ref": "#/$defs/Networks"}, "clusters": {"$ref": "#/$defs/Clusters"}
	}
}`

// TestSection writes sections with names of entries, values of the table and values of the schema.
func TestSection(t *testing.T) {
	t.Parallel()
	w, err := sections.New([]byte(schema), sections.Options{
		Values: map[string][]any{"cidr": {"10.0.0.0/16"}, "network": {sections.Reference("networks")}, "id": {}, "ports": {80}},
		Needs:  map[string][]string{"clusters": {"networks"}},
		Likely: map[string]float64{"clusters": 1, "clusters.*.network": 1, "ports": 0.5, "private": 0.5, "nat": 0.5, "zones": 0.5},
	})
	require.NoError(t, err)
	outcome := w.Outcome()
	known, cidrs := 0, 0
	for seed := range uint64(200) {
		section := w.Section(seed)
		require.Empty(t, cmp.Diff(section, w.Section(seed)), "a seed has one section")
		networks := section["networks"].(object)
		require.NotEmpty(t, section["clusters"])
		for _, cluster := range section["clusters"].(object) {
			if networks[cluster.(object)["network"].(string)] != nil {
				known++
			}
		}
		for _, n := range networks {
			require.NotContains(t, n, "id")
			if n.(object)["cidr"] == "10.0.0.0/16" {
				cidrs++
			}
		}
		outcome.Add(section, false)
	}
	require.Greater(t, known, 200, "most references are right")
	require.Greater(t, cidrs, 150, "most values are from the table")
	outcome.Add(nil, true)
	require.Equal(t, "201 sections: 200 accepted as written, 0 without the values that have findings. "+
		"They set 8 of 9 options, and not: .enabled.", outcome.String())
}

// TestAttempt removes values with findings until there are none.
func TestAttempt(t *testing.T) {
	t.Parallel()
	section := object{
		"networks": object{"main": object{"cidr": "10.0.0.0/8", "zones": 4.0}, "b.c": object{}},
		"clusters": object{"main": object{"ports": []any{80.0, 0.0, 443.0}, "private": true}},
	}
	findings := [][]string{
		{"aws.networks.main.zones", `aws.networks["b.c"].cidr`, "aws.clusters.main.ports[1]"}, {"aws.networks.main.cidr"},
	}
	reason := errors.New("rejected")
	deployed, removed, err := sections.Attempt(section, func(object) error {
		if len(findings) == 0 {
			return reason
		}
		invalid := &config.Error{}
		for _, path := range findings[0] {
			invalid.Findings = append(invalid.Findings, config.Finding{Path: path})
		}
		findings = findings[1:]
		return invalid
	})
	require.ErrorIs(t, err, reason)
	require.True(t, removed)
	require.Empty(t, cmp.Diff(object{
		"networks": object{"main": object{}}, "clusters": object{"main": object{"ports": []any{80.0, 443.0}, "private": true}},
	}, deployed))
	require.Len(t, section["networks"], 2, "the section itself does not change")

	deployed, _, err = sections.Attempt(section, func(object) error {
		return &config.Error{Findings: []config.Finding{{Path: "aws.roles.web"}}}
	})
	require.NoError(t, err)
	require.Nil(t, deployed, "nothing can be removed")
}

// TestShrink finds the values that cause a failure.
func TestShrink(t *testing.T) {
	t.Parallel()
	section := object{
		"networks": object{"main": object{"cidr": "10.0.0.0/8", "zones": 4.0}, "other": object{}},
		"clusters": object{"main": object{"ports": []any{80.0, 0.0, 443.0}, "private": true}},
	}
	smallest := sections.Shrink(section, func(section object) bool {
		clusters, _ := section["clusters"].(object)
		cluster, _ := clusters["main"].(object)
		ports, _ := cluster["ports"].([]any)
		return section["networks"] != nil && len(ports) > 1
	})
	require.Empty(t, cmp.Diff(object{
		"networks": object{}, "clusters": object{"main": object{"ports": []any{0.0, 443.0}}},
	}, smallest))
}

// TestChoices lists the values of enumerations and booleans, and sets them.
func TestChoices(t *testing.T) {
	t.Parallel()
	choices, err := sections.Choices([]byte(schema))
	require.NoError(t, err)
	texts := func(kind string) (out []string) {
		for _, c := range choices[kind] {
			out = append(out, c.String())
		}
		return out
	}
	require.Equal(t, []string{"=true", "=false"}, texts("enabled"))
	require.Equal(t, []string{"*.nat=single", "*.nat=none"}, texts("networks"))
	require.Equal(t, []string{"*.private=true", "*.private=false"}, texts("clusters"))
	changed, ok := choices["networks"][1].Set(object{"main": object{"cidr": "10.0.0.0/16"}, "other": object{}})
	require.True(t, ok)
	require.Equal(t, object{"main": object{"cidr": "10.0.0.0/16", "nat": "none"}, "other": object{}}, changed)
	_, ok = choices["networks"][1].Set(object{})
	require.False(t, ok, "there is no entry")
	list, ok := sections.Choice{Path: []string{"rules", "[]", "on"}, Value: true}.Set(object{"rules": []any{object{"port": 80}}})
	require.True(t, ok)
	require.Equal(t, object{"rules": []any{object{"port": 80, "on": true}}}, list)
}
