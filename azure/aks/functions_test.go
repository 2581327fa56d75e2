package aks_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/aks"
)

func TestSupportOfVersions(t *testing.T) {
	t.Parallel()
	december := time.Date(2026, time.December, 1, 12, 0, 0, 0, time.UTC)
	for name, tc := range map[string]struct {
		version          string
		now              time.Time
		longTerm, exists bool
		warning, problem string
	}{
		"supported":            {version: "1.36", now: december},
		"newer than the table": {version: "1.40", now: december},
		"ended":                {version: "1.33", now: december, problem: "AKS no longer supports version 1.33: use a later version, such as 1.37"},
		"ended, existing":      {version: "1.33", now: december, exists: true, warning: "no longer supports version 1.33"},
		"long-term support":    {version: "1.33", now: december, longTerm: true},
		"long-term, ended":     {version: "1.31", now: december.AddDate(0, 0, 1), longTerm: true, problem: "no longer supports version 1.31"},
		"older than the table": {version: "1.29", now: december, longTerm: true, problem: "no longer supports version 1.29"},
		"last day":             {version: "1.34", now: december.Add(-24 * time.Hour), warning: "support of Kubernetes 1.34 ends on 2026-11-30: upgrade to 1.35"},
		"ends soon": {version: "1.35", now: time.Date(2027, time.February, 1, 0, 0, 0, 0, time.UTC),
			warning: "support of Kubernetes 1.35 ends on 2027-03-31"},
		"outdated table": {version: "1.31", now: time.Date(2028, time.January, 1, 0, 0, 0, 0, time.UTC)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			warning, problem := aks.CheckSupport(tc.version, tc.now, tc.longTerm, tc.exists)
			require.Contains(t, warning, tc.warning)
			require.Contains(t, problem, tc.problem)
			require.Equal(t, tc.warning == "", warning == "", warning)
			require.Equal(t, tc.problem == "", problem == "", problem)
		})
	}
}

func TestUpgradesAndSkew(t *testing.T) {
	t.Parallel()
	require.Empty(t, aks.CheckUpgrade("1.35.6", "1.36", false))
	require.Empty(t, aks.CheckUpgrade("1.36.2", "1.36", false))
	require.Contains(t, aks.CheckUpgrade("1.34.9", "1.36", false), "deploy 1.35 first")
	require.Empty(t, aks.CheckUpgrade("1.34.9", "1.36", true), "from one version with long-term support to the next")
	require.Contains(t, aks.CheckUpgrade("1.36.2", "1.35", false), "cannot be downgraded")
	require.Empty(t, aks.CheckSkew("1.33", "1.36"))
	require.Contains(t, aks.CheckSkew("1.32", "1.36"), "deploy 1.33 or later first")
	require.Contains(t, aks.CheckSkew("1.37", "1.36"), "upgrade the cluster first")
}

// Sources: the pages of the series.
func TestLocalDisks(t *testing.T) {
	t.Parallel()
	for size, want := range map[string]int{
		"Standard_D2ds_v5": 75, "Standard_D4ds_v5": 150, "Standard_D8ads_v5": 300, "Standard_D4s_v5": 0, "Standard_D4as_v6": 0,
		"Standard_D2ds_v6": 110, "Standard_D4ads_v6": 220, "Standard_E8-4ds_v5": 300,
	} {
		got, known := aks.LocalDisk(size)
		require.True(t, known, size)
		require.Equal(t, want, got, size)
	}
	for _, size := range []string{"Standard_DS2_v2", "Standard_NC24ads_A100_v4", "Standard_D2s_v3", "Basic_A1"} {
		_, known := aks.LocalDisk(size)
		require.False(t, known, size)
	}
}

func TestNamesOfPools(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"apps": "apps", "web-apps": "webapps", "Front_End-1": "fronten", "1st": "st", "42": "pool", "ü": "pool",
	} {
		require.Equal(t, want, aks.BaseName(name))
	}
}

func TestDNSPrefixes(t *testing.T) {
	t.Parallel()
	long := "a123456789b123456789c123456789d123456789e123456789f12-_456789"
	require.Equal(t, "aks-shop", aks.DNSPrefix("aks_shop"))
	require.Equal(t, "a123456789b123456789c123456789d123456789e123456789f12", aks.DNSPrefix(long))
}

func TestKubeconfigsOfAKS(t *testing.T) {
	t.Parallel()
	c, err := aks.ParseConnection([]byte("clusters:\n- cluster: {server: 'https://a:443', certificate-authority-data: YQ==}\n  name: a\n"))
	require.NoError(t, err)
	require.Equal(t, "https://a:443", c.Server())
	for _, text := range []string{"", "clusters: []", "clusters: [{cluster: {server: 'https://a'}}]", "\t"} {
		_, err := aks.ParseConnection([]byte(text))
		require.Error(t, err, text)
	}
}
