package eks_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
)

// declared returns the evidence of arguments with their defaults.
func declared[A compliance.Declarer](args A) []compliance.Evidence {
	filled, err := config.WithDefaults(args)
	if err != nil {
		return nil
	}
	return filled.Evidence()
}

func TestNodeEvidence(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		said   []compliance.Evidence
		want   map[string]bool
	}{
		"plain": {"the defaults meet them", declared(nodeArgs()), map[string]bool{
			"metadataService.tokensRequired": true, "metadataService.hopLimit": true, "monitoring": true,
			"blockDeviceMappings[].ebs.encrypted": true,
		}},
		"open": {"each option says what it gives up", declared(nodeEverything()), map[string]bool{
			"metadataService.tokensRequired": false, "metadataService.hopLimit": false, "monitoring": false,
			"blockDeviceMappings[].ebs.encrypted": true,
		}},
		"Karpenter": {"its queue cannot be set up otherwise", declared(&eks.KarpenterArgs{}),
			map[string]bool{"sqsManagedSseEnabled": true, "policy": true}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := map[string]bool{}
			for _, e := range tc.said {
				require.NotEmpty(t, e.Controls, e.Setting)
				got[e.Setting] = e.Met
			}
			require.Empty(t, cmp.Diff(tc.want, got), "%s (-want +got)", tc.reason)
		})
	}
}
