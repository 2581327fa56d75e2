package deployment_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/versions"
)

var meshes = versions.Table{"istio": {
	Default: "1.26.2", Versions: []versions.Release{{Version: "1.26.2"}, {Version: "1.27.0"}},
}}

// mesh publishes the version that it would deploy.
func mesh(deployed *bool) deployment.Module {
	return deployment.NewModule("mesh", nil, func(ctx *deployment.Context, _ *settings) error {
		*deployed = true
		istio, err := ctx.Versions().Resolve(ctx.Context.Context(), "istio")
		if err != nil {
			return err
		}
		ctx.Publish("istio", pulumi.String(istio.Version))
		return nil
	}, deployment.WithVersions(meshes))
}

func TestModulesResolveVersions(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason, section, want, refused string
	}{
		"Default":    {reason: "the module's table has a default", section: `{}`, want: "1.26.2"},
		"Constraint": {reason: "the stack chooses", section: `{"components":{"istio":">=1.26"}}`, want: "1.27.0"},
		"Unknown": {
			reason:  "a slip shows before anything is deployed",
			section: `{"components":{"istoi":"1.26.2"}}`, refused: `did you mean "istio"?`,
		},
		"None": {
			reason:  "so does a constraint that nothing satisfies",
			section: `{"components":{"istio":">9"}}`, refused: "1.27.0",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			deployed := false
			exports, err := run(t, map[string]string{"mesh": `{"enabled":true}`, "versions": tc.section}, mesh(&deployed))
			if tc.refused != "" {
				require.ErrorIs(t, err, failure.Version, tc.reason)
				require.ErrorContains(t, err, tc.refused, tc.reason)
				assert.False(t, deployed, tc.reason)
				return
			}
			require.NoError(t, err, tc.reason)
			assert.Equal(t, pulumi.Map{"istio": pulumi.String(tc.want)}, exports["mesh"], tc.reason)
		})
	}
}
