package location_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/internal/location"
	"github.com/ashlar-iac/ashlar/core/config"
)

type holder struct {
	Location string `pulumi:"location"`
}

func (h *holder) Validate(report *config.Report) {
	location.Check(report, []string{"location"}, h.Location)
}

func TestNamesOfLocationsAreChecked(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"":               "",
		"westeurope":     "",
		"usgovvirginia":  "",
		"chinanorth3":    "",
		"newregion9":     "", // A warning: Azure adds locations.
		"West Europe":    `location: unknown location "West Europe", did you mean "westeurope"?`,
		"Frankfurt":      `unknown location "Frankfurt", did you mean "germanywestcentral"?`,
		"ireland":        `unknown location "ireland", did you mean "northeurope"?`,
		"my datacenter":  `unknown location "my datacenter", use the short name of a location, such as westeurope or eastus2`,
		"US Gov Virgina": `unknown location "US Gov Virgina", did you mean "usgovvirginia"?`,
		"China North 9!": `unknown location "China North 9!"`,
	} {
		err := config.Check("location", &holder{name})
		if want == "" {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorContains(t, err, want)
	}
}

func TestLocationsKnowTheirZonesAndPairs(t *testing.T) {
	t.Parallel()
	zones, known := location.HasZones("West Europe")
	require.True(t, zones && known)
	zones, known = location.HasZones("westus")
	require.True(t, !zones && known)
	_, known = location.HasZones("newregion9")
	require.False(t, known)
	pair, known := location.Pair("westus3")
	require.True(t, known)
	require.Equal(t, "eastus", pair, "the pair of westus3 is one way")
	pair, known = location.Pair("polandcentral")
	require.True(t, known)
	require.Empty(t, pair)
	for _, name := range location.Names(location.Public) {
		if pair, _ := location.Pair(name); pair != "" {
			require.Contains(t, location.Names(location.Public), pair, name)
		}
	}
	require.Equal(t, location.Government, location.Of("usdodeast"))
	require.Equal(t, location.China, location.Of("China East 2"))
}
