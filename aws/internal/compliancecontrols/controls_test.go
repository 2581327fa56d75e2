package compliancecontrols_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	controls "github.com/ashlar-iac/ashlar/aws/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/core/compliance"
)

// The package names the frameworks whose numbers it has.
func TestEachFrameworkHasControls(t *testing.T) {
	t.Parallel()
	got := map[string]bool{}
	for _, c := range slices.Concat(controls.BucketTLS, controls.BucketPublicAccess, controls.KeyRotation, controls.AccessLogs,
		controls.ObjectLock, controls.Ingress, controls.PublicAddress, controls.IMDSv2, controls.PodTraffic) {
		got[c.Framework] = true
		require.NotEmpty(t, c.ID)
		require.NotEmpty(t, c.Title)
	}
	require.Equal(t, map[string]bool{
		"cis-aws": true, "cis-kubernetes": true, "nist-800-53": true, "pci-dss": true, "soc2": true,
	}, got)
	for framework := range got {
		require.Contains(t, compliance.NewCatalogue().IDs(), framework)
	}
}
