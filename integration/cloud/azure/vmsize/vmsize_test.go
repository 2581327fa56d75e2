package vmsize_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/azure/vmsize"
)

func TestSizes(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]vmsize.Size{
		"Standard_D4ds_v5": {VCPUs: 4, Memory: 16384, TempDisk: 150, Cache: 100, Premium: true, TrustedLaunch: true,
			EncryptionAtHost: true, Generation1: true, Generation2: true, Family: "standardDDSv5Family"},
		"Standard_D2s_v5": {VCPUs: 2, Memory: 8192, Premium: true, TrustedLaunch: true, EncryptionAtHost: true,
			Generation1: true, Generation2: true, Family: "standardDSv5Family"},
		"Standard_E8ads_v6": {VCPUs: 8, Memory: 65536, TempDisk: 440, NVMe: true, NVMeOnly: true, Premium: true,
			TrustedLaunch: true, EncryptionAtHost: true, Generation2: true, Family: "standardEADSv6Family"},
		"Standard_DS2_v2": {VCPUs: 2, Memory: 7168, TempDisk: 14, Cache: 86, Premium: true, EncryptionAtHost: true,
			Generation1: true, Generation2: true, Family: "standardDSv2Family"},
	} {
		got, ok := vmsize.Find(name)
		require.True(t, ok, name)
		want.Name = name
		require.Equal(t, want, got)
	}
	lower, ok := vmsize.Find("standard_d4ds_v5")
	require.True(t, ok)
	require.Equal(t, "Standard_D4ds_v5", lower.Name, "case does not matter")
	require.Equal(t, 150, lower.Ephemeral())
	_, ok = vmsize.Find("Standard_D3s_v5")
	require.False(t, ok)
	plain, _ := vmsize.Find("Standard_D4s_v5")
	require.Zero(t, plain.Ephemeral(), "no local disk")
	require.IsIncreasing(t, vmsize.Names())
}
