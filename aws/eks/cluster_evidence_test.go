package eks_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

func TestClusterEvidence(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		change func(*eks.ClusterArgs)
		want   map[string]bool
	}{
		"plain": {"the defaults meet them", func(*eks.ClusterArgs) {}, map[string]bool{
			"api.publicCidrs": true, "encryption": true, "logs.types": true, "creatorAdmin": true,
			"deletionProtection": true, "logs.retentionDays": true,
			"logs": true,
		}},
		"open": {"each option says what it gives up", func(a *eks.ClusterArgs) {
			a.API.PublicCIDRs, a.Encryption.OwnKey, a.Logs.Types = []string{"203.0.113.0/24"}, ptr(false), []eks.LogType{eks.LogAPI}
			a.CreatorAdmin, a.DeletionProtection, a.Logs.RetentionDays = true, ptr(false), ptr(30)
		}, map[string]bool{
			"api.publicCidrs": false, "encryption": false, "logs.types": false, "creatorAdmin": false,
			"deletionProtection": false,
			"logs.retentionDays": false, "logs": true,
		}},
		"silent": {"a group that is not there says nothing", func(a *eks.ClusterArgs) { a.Logs.Enabled = ptr(false) },
			map[string]bool{
				"api.publicCidrs": true, "encryption": true, "logs.types": false, "creatorAdmin": true,
				"deletionProtection": true,
			}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			given := filledCluster(t)
			tc.change(given)
			args, err := config.WithDefaults(given)
			require.NoError(t, err)
			got := pulumitest.Evidence(args.Evidence())
			require.Empty(t, cmp.Diff(tc.want, got), "%s (-want +got)", tc.reason)
		})
	}
}
