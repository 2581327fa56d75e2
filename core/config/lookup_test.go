package config_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
)

func TestChecksOfASectionHaveThePlacesOfTheirValues(t *testing.T) {
	t.Parallel()
	type entry struct {
		Zones []string `pulumi:"zones"`
	}
	type section struct {
		Networks config.Named[entry] `pulumi:"networks"`
	}
	file := "config:\n  ashlar:one:\n    networks:\n      main:\n        zones: [a, b]\n"
	loadSections(t, file, []config.Section{config.NewSection[section]("one", nil)}, func(m *config.Manager, err error) {
		require.NoError(t, err)
		checks := m.Checks("one")
		require.NoError(t, checks.Err(), "nothing is wrong yet")
		checks.At("networks", "main").Add([]string{"zones", "1"}, "unknown zone %q", "b")
		checks.At("networks", "main").Add([]string{"size"}, "too small")
		assert.Equal(t, []string{
			`Pulumi.dev.yaml:4:7: one.networks.main.size: too small`,
			`Pulumi.dev.yaml:5:20: one.networks.main.zones[1]: unknown zone "b"`,
		}, findings(t, checks.Err()), "a missing value is shown at the map that lacks it")
		require.NoError(t, m.Checks("one").Err(), "each checker is new")
	})
}

func TestChecksOfArgumentsHavePaths(t *testing.T) {
	t.Parallel()
	checks := config.Checks(`arguments of network "main"`)
	require.NoError(t, checks.Err())
	checks.At("tiers", "public").Add([]string{"size"}, "too small")
	require.EqualError(t, checks.Err(), "invalid arguments of network \"main\": 1 problem:\n  tiers.public.size: too small")
}
