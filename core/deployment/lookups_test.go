package deployment_test

import (
	"errors"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/provider"
)

type islandConfiguration struct {
	deployment.Switch
	Ports config.Named[islandEntry] `pulumi:"ports"`
}

type islandEntry struct {
	Depth int `pulumi:"depth" jsonschema:"maximum=9"`
}

type islandProvider struct{ pulumi.ProviderResourceState }

// island is a module whose ports are at most as deep as a look-up says.
func island(name string, deployed *[]string) deployment.Module {
	return deployment.NewModule(name, nil, func(ctx *deployment.Context, _ *islandConfiguration) error {
		*deployed = append(*deployed, name)
		_, err := provider.Get[*islandProvider](ctx.Providers(), name, "main")
		return err
	}, deployment.WithLookups(func(ctx *deployment.LookupContext, c *islandConfiguration) error {
		info := core.ProviderInfo{Module: name, Name: "main"}
		err := provider.Add(ctx.Providers(), info, func() (*islandProvider, error) { return &islandProvider{}, nil })
		for _, port := range c.Ports.Names() {
			switch depth := c.Ports[port].Depth; {
			case !ctx.Report().Sound("ports", port):
			case depth == 0:
				err = errors.Join(err, errors.New("no answer about "+port))
			case depth > 5:
				ctx.Report().Add([]string{"ports", port, "depth"}, "too deep")
			}
		}
		return err
	}))
}

func TestLookUpsRunBeforeAnyModuleIsDeployed(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason, second, want string
	}{
		"Accepted": {"the module gets the provider that looked up", `{"enabled":true,"ports":{"a":{"depth":5}}}`, ""},
		"Rejected": {
			"the first module is not deployed", `{"enabled":true,"ports":{"a":{"depth":6}}}`,
			"1 problem:\n  second.ports.a.depth: too deep",
		},
		"Failed":   {"nothing is known", `{"enabled":true,"ports":{"a":{}}}`, "no answer about a"},
		"Disabled": {"a disabled module looks nothing up", `{"enabled":false,"ports":{"a":{}}}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var deployed []string
			_, err := run(t, map[string]string{"first": `{"enabled":true}`, "second": tc.second}, island("first", &deployed),
				island("second", &deployed))
			if tc.want == "" {
				require.NoError(t, err, tc.reason)
				require.Contains(t, deployed, "first")
				return
			}
			require.ErrorContains(t, err, tc.want, tc.reason)
			require.Empty(t, deployed)
		})
	}
}
