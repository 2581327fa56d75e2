package cloud_test

import (
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

func TestUncoveredTypes(t *testing.T) {
	t.Parallel()
	c := exampleCloud(cloud.Scope{}, &cloud.Type{Token: "example:net/network:Network", Args: networkArgs{}, Resource: &network{}})
	c.Services = append(c.Services, cloud.Service{Types: []*cloud.Type{
		{Token: "example:net/subnet:Subnet", Args: subnetArgs{}, Resource: &subnet{}},
		{Token: "example:id/user:User", Args: roleArgs{}, Resource: &role{}},
	}})
	c.Page = "docs/example.md"
	p := c.Provider(open(t))
	for token, want := range map[string]string{
		"example:net/users:Users": `the simulated cloud "example" does not cover the type "example:net/users:Users": ` +
			`of "net" it covers Network, Subnet. To add it, see docs/example.md`,
		"example:mail/user:User": `the simulated cloud "example" does not cover the type "example:mail/user:User": ` +
			`it covers no types of "mail". To add it, see docs/example.md`,
	} {
		_, err := p.Check(t.Context(), provider.CheckRequest{Urn: urn(token)})
		require.EqualError(t, err, want)
	}
	_, err := p.Invoke(t.Context(), provider.InvokeRequest{Token: "example:net/getNetwork:getNetwork"})
	require.EqualError(t, err, `the simulated cloud "example" does not cover the function "example:net/getNetwork:getNetwork": `+
		`it covers no functions of "net". To add it, see docs/example.md`)
}
