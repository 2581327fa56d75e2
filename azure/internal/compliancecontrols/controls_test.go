package compliancecontrols_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	controls "github.com/ashlar-iac/ashlar/azure/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/core/compliance"
)

// The package names the frameworks whose numbers it has.
func TestEachFrameworkHasControls(t *testing.T) {
	t.Parallel()
	got := map[string]bool{}
	for _, c := range slices.Concat(controls.EncryptionInTransit, controls.EncryptionAtRest, controls.CustomerKeys,
		controls.KeyRotation, controls.PublicData, controls.SharedKeys, controls.NetworkAccess, controls.Recovery,
		controls.ChangeRecords, controls.LogRetention, controls.LeastPrivilege, controls.AccessControl, controls.Federation, controls.Integrity,
		controls.Patches, controls.Administration, controls.Outbound, controls.FlowLogs, controls.FlowLogRetention,
		controls.ClusterEndpoint, controls.PrivateEndpoint, controls.PrivateNodes, controls.NetworkPolicies,
		controls.ClusterAccounts, controls.ClusterAuthorization, controls.ClusterLogs, controls.ImagePulls, controls.WorkloadAccounts) {
		got[c.Framework] = true
		require.NotEmpty(t, c.ID)
		require.NotEmpty(t, c.Title)
	}
	require.Equal(t, map[string]bool{"cis-aks": true, "cis-azure": true, "nist-800-53": true, "soc2": true}, got)
	for framework := range got {
		require.Contains(t, compliance.NewCatalogue().IDs(), framework)
	}
}
