package eks_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

func TestEvidenceOfAddonsAndIdentities(t *testing.T) {
	t.Parallel()
	addonArgs := func(name string, method eks.IdentityMethod) *eks.AddonArgs {
		return inMain(eks.AddonArgs{AddonName: name, Identity: &eks.AddonIdentity{Method: method}})
	}
	tests := map[string]struct {
		reason string
		make   func(*pulumi.Context) (compliance.Declarer, error)
		want   []string
	}{
		"identity": {"pods have no keys", func(ctx *pulumi.Context) (compliance.Declarer, error) {
			return eks.NewWorkloadIdentity(ctx, "web", fullIdentity())
		}, []string{"method=podIdentity met"}},
		"network": {"the plugin is itself", func(ctx *pulumi.Context) (compliance.Declarer, error) {
			return eks.NewAddon(ctx, "cni", addonArgs("vpc-cni", "podIdentity"))
		}, []string{"identity.method=podIdentity met", "configuration.enableNetworkPolicy=false not met"}},
		"node": {"the plugin is its node, and all pods can be", func(ctx *pulumi.Context) (compliance.Declarer, error) {
			return eks.NewAddon(ctx, "cni", addonArgs("vpc-cni", "none"))
		}, []string{"identity.method=none not met", "configuration.enableNetworkPolicy=false not met"}},
		"policies": {"network policies count", func(ctx *pulumi.Context) (compliance.Declarer, error) {
			args := addonArgs("vpc-cni", "irsa")
			args.Configuration = map[string]any{"enableNetworkPolicy": "true"}
			return eks.NewAddon(ctx, "cni", args)
		}, []string{"identity.method=irsa met", "configuration.enableNetworkPolicy=true met"}},
		"no administrators": {"it does not use AWS", func(ctx *pulumi.Context) (compliance.Declarer, error) {
			return eks.NewAddon(ctx, "dns", addonArgs("coredns", "none"))
		}, nil},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.Run(t, func(ctx *pulumi.Context) error {
				made, err := tc.make(ctx)
				require.NoError(t, err)
				got := pulumitest.EvidenceText(made.Evidence())
				if diff := cmp.Diff(tc.want, got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
				}
				return nil
			}, fixture.Cloud(), addonVersions(), fixture.Pins())
		})
	}
}
