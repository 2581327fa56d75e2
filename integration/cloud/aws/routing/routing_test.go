package routing_test

import (
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

// everyWayOut returns an account with two VPCs, one with every kind of gateway and one without any, and ids by names.
func everyWayOut(t *testing.T) (*awstest.Account, map[string]string) {
	t.Helper()
	a := awstest.NewAccount(t, true).Use(map[string]any{"region": "eu-west-1"})
	ids := map[string]string{}
	add := func(name, typ string, inputs map[string]any) { ids[name] = a.MustCreate(typ, inputs) }
	add("network", kernel.VPCToken, map[string]any{"cidrBlock": "10.0.0.0/16"})
	add("subnet", kernel.SubnetToken, map[string]any{"vpcId": ids["network"], "cidrBlock": "10.0.0.0/24"})
	add("table", kernel.RouteTableToken, map[string]any{"vpcId": ids["network"]})
	add("internet", kernel.InternetGatewayToken, map[string]any{"vpcId": ids["network"]})
	add("egress", kernel.EgressOnlyInternetGatewayToken, map[string]any{"vpcId": ids["network"]})
	add("address", kernel.ElasticIPToken, map[string]any{"domain": "vpc"})
	add("nat", kernel.NATGatewayToken, map[string]any{"subnetId": ids["subnet"], "allocationId": ids["address"]})
	add("route", kernel.RouteToken, map[string]any{"routeTableId": ids["table"], "destinationCidrBlock": "0.0.0.0/0",
		"natGatewayId": ids["nat"]})
	add("association", awstest.RouteTableAssociationToken,
		map[string]any{"routeTableId": ids["table"], "subnetId": ids["subnet"]})
	add("other network", kernel.VPCToken, map[string]any{"cidrBlock": "10.1.0.0/16"})
	add("other subnet", kernel.SubnetToken, map[string]any{"vpcId": ids["other network"], "cidrBlock": "10.1.0.0/24"})
	add("other table", kernel.RouteTableToken, map[string]any{"vpcId": ids["other network"]})
	add("other address", kernel.ElasticIPToken, map[string]any{"domain": "vpc"})
	return a, ids
}

func TestRejectedRoutes(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		typ string
		// inputs refer to ids by names.
		inputs map[string]string
		want   string
	}{
		"a second gateway": {kernel.InternetGatewayToken, map[string]string{"vpcId": "network"},
			"already has an internet gateway attached"},
		"a gateway of a missing VPC": {kernel.InternetGatewayToken, map[string]string{"vpcId": "vpc-0"},
			"api error InvalidVpcID.NotFound: The vpc ID 'vpc-0' does not exist"},
		"an egress-only gateway of a missing VPC": {kernel.EgressOnlyInternetGatewayToken,
			map[string]string{"vpcId": "vpc-0"},
			"api error InvalidVpcID.NotFound"},
		"NAT without a gateway": {kernel.NATGatewayToken,
			map[string]string{"subnetId": "other subnet", "allocationId": "other address"},
			"api error Gateway.NotAttached: Network vpc-"},
		"NAT without an address": {kernel.NATGatewayToken, map[string]string{"subnetId": "subnet"},
			"api error MissingParameter"},
		"NAT with one that is in use": {kernel.NATGatewayToken,
			map[string]string{"subnetId": "subnet", "allocationId": "address"},
			"api error Resource.AlreadyAssociated: Elastic IP address eipalloc-"},
		"NAT with no such address": {kernel.NATGatewayToken,
			map[string]string{"subnetId": "subnet", "allocationId": "eipalloc-0"},
			"api error InvalidAllocationID.NotFound: Elastic IP address eipalloc-0"},
		"NAT in a missing subnet": {kernel.NATGatewayToken,
			map[string]string{"subnetId": "subnet-0", "allocationId": "other address"},
			"api error InvalidSubnetID.NotFound"},
		"private NAT, public address": {kernel.NATGatewayToken,
			map[string]string{"subnetId": "subnet", "allocationId": "other address", "connectivityType": "private"},
			"allocation_id is not supported"},
		"an address of a missing instance": {kernel.ElasticIPToken, map[string]string{"instance": "i-0"},
			"api error InvalidInstanceID.NotFound: The instance ID 'i-0' does not exist"},
		"two routes for one destination": {kernel.RouteToken,
			map[string]string{"routeTableId": "table", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "internet"},
			"api error RouteAlreadyExists: The route identified by 0.0.0.0/0 already exists."},
		"a route over the local one": {kernel.RouteToken,
			map[string]string{"routeTableId": "table", "destinationCidrBlock": "10.0.0.0/16", "gatewayId": "internet"},
			"api error RouteAlreadyExists: The route identified by 10.0.0.0/16 already exists."},
		"a route to another network": {kernel.RouteToken,
			map[string]string{"routeTableId": "other table", "destinationCidrBlock": "0.0.0.0/0",
				"gatewayId": "internet"},
			"belong to different networks"},
		"a route to another network's NAT": {kernel.RouteToken,
			map[string]string{"routeTableId": "other table", "destinationCidrBlock": "0.0.0.0/0",
				"natGatewayId": "nat"},
			"belong to different networks"},
		"a route in a missing table": {kernel.RouteToken,
			map[string]string{"routeTableId": "rtb-0", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "internet"},
			"api error InvalidRouteTableID.NotFound: The routeTable ID 'rtb-0' does not exist"},
		"a route to no gateway": {kernel.RouteToken,
			map[string]string{"routeTableId": "table", "destinationCidrBlock": "192.0.2.0/24", "gatewayId": "igw-0"},
			"api error InvalidGatewayID.NotFound"},
		"a route to no NAT": {kernel.RouteToken,
			map[string]string{"routeTableId": "table", "destinationCidrBlock": "192.0.2.0/24",
				"natGatewayId": "nat-0"}, "api error InvalidNatGatewayID.NotFound"},
		"a route to no egress": {kernel.RouteToken,
			map[string]string{"routeTableId": "table", "destinationIpv6CidrBlock": "::/0",
				"egressOnlyGatewayId": "eigw-0"}, "api error InvalidGatewayID.NotFound"},
		"a route without a target": {kernel.RouteToken,
			map[string]string{"routeTableId": "table", "destinationCidrBlock": "192.0.2.0/24"}, "must be specified"},
		"a route without a destination": {kernel.RouteToken,
			map[string]string{"routeTableId": "table", "gatewayId": "internet"},
			"one of destinationCidrBlock, destinationIpv6CidrBlock, destinationPrefixListId must be specified"},
		"IPv4 through an egress-only gateway": {kernel.RouteToken,
			map[string]string{"routeTableId": "table", "destinationCidrBlock": "192.0.2.0/24",
				"egressOnlyGatewayId": "egress"}, "conflicts with destinationCidrBlock"},
		"a route not covered": {kernel.RouteToken,
			map[string]string{"routeTableId": "table", "destinationCidrBlock": "192.0.2.0/24",
				"carrierGatewayId": "cagw-0"}, "does not cover this target"},
		"a subnet's second table": {awstest.RouteTableAssociationToken,
			map[string]string{"routeTableId": "table", "subnetId": "subnet"},
			"api error Resource.AlreadyAssociated: the specified association for route table rtb-"},
		"a table of another network": {awstest.RouteTableAssociationToken,
			map[string]string{"routeTableId": "other table", "subnetId": "subnet"}, "belong to different networks"},
		"an association without a subnet": {awstest.RouteTableAssociationToken,
			map[string]string{"routeTableId": "table", "subnetId": "subnet-0"}, "api error InvalidSubnetID.NotFound"},
		"a table of a missing VPC": {awstest.RouteTableAssociationToken, map[string]string{"routeTableId": "table"},
			"one of gatewayId, subnetId must be specified"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, ids := everyWayOut(t)
			inputs := map[string]any{}
			for key, value := range tc.inputs {
				inputs[key] = value
				if id, ok := ids[value]; ok {
					inputs[key] = id
				}
			}
			_, err := a.TryCreate(tc.typ, inputs)
			require.ErrorContains(t, err, tc.want)
		})
	}
}

func TestRejectedDeletions(t *testing.T) {
	t.Parallel()
	types := map[string]string{
		"network": kernel.VPCToken, "subnet": kernel.SubnetToken, "table": kernel.RouteTableToken,
		"internet": kernel.InternetGatewayToken, "address": kernel.ElasticIPToken, "nat": kernel.NATGatewayToken,
		"route":       kernel.RouteToken,
		"association": awstest.RouteTableAssociationToken, "egress": kernel.EgressOnlyInternetGatewayToken,
	}
	a, ids := everyWayOut(t)
	remove := func(name string) error {
		return a.Delete(t.Context(), provider.DeleteRequest{Urn: awstest.URN(types[name]), ID: ids[name]})
	}
	require.ErrorContains(t, remove("network"), "api error DependencyViolation: The vpc '"+ids["network"]+
		"' has dependencies and cannot be deleted.")
	require.ErrorContains(t, remove("subnet"), "api error DependencyViolation: The subnet '")
	require.ErrorContains(t, remove("table"), "api error DependencyViolation: The routeTable '")
	require.ErrorContains(t, remove("internet"), "api error DependencyViolation: Network "+ids["network"]+
		" has some mapped public address(es).")
	require.ErrorContains(t, remove("address"), "api error InvalidIPAddress.InUse: Address 203.0.113.1 is in use.")
	for _, name := range []string{"nat", "address", "internet"} {
		require.NoError(t, remove(name))
	}
	// Associations are deleted with a subnet, and routes with a table.
	require.NoError(t, remove("subnet"))
	require.NoError(t, remove("table"))
	for _, name := range []string{"association", "route"} {
		r, err := a.Read(t.Context(), provider.ReadRequest{Urn: awstest.URN(types[name]), ID: ids[name]})
		require.NoError(t, err)
		require.Empty(t, r.ID, name)
	}
	require.NoError(t, remove("egress"))
	require.NoError(t, remove("network"))
}

func TestUpdatesInPlace(t *testing.T) {
	t.Parallel()
	a, ids := everyWayOut(t)
	change := func(typ, id string, inputs map[string]any) (resource.PropertyMap, error) {
		r, err := a.Update(t.Context(), provider.UpdateRequest{Urn: awstest.URN(typ), ID: id,
			Inputs: awstest.Properties(inputs)})
		return resource.ToResourcePropertyMap(r.Properties), err
	}
	_, err := change(kernel.InternetGatewayToken, ids["internet"], map[string]any{"vpcId": ids["other network"]})
	require.ErrorContains(t, err, "has some mapped public address(es)")
	changed, err := change(kernel.RouteToken, ids["route"], map[string]any{
		"routeTableId": ids["table"], "destinationCidrBlock": "0.0.0.0/0", "gatewayId": ids["internet"],
	})
	require.NoError(t, err)
	require.Equal(t, ids["internet"], changed["gatewayId"].StringValue())
	require.NotContains(t, changed, resource.PropertyKey("natGatewayId"))
	for _, want := range []bool{true, false} {
		inputs := map[string]any{"cidrBlock": "10.0.0.0/16"}
		if want {
			inputs["enableDnsHostnames"] = true
		}
		changed, err = change(kernel.VPCToken, ids["network"], inputs)
		require.NoError(t, err)
		require.Equal(t, want, changed["enableDnsHostnames"].BoolValue(),
			"removed options are reset to their defaults")
	}
	another := a.MustCreate(kernel.RouteTableToken, map[string]any{"vpcId": ids["network"]})
	changed, err = change(awstest.RouteTableAssociationToken, ids["association"],
		map[string]any{"routeTableId": another, "subnetId": ids["subnet"]})
	require.NoError(t, err)
	require.Equal(t, another, changed["routeTableId"].StringValue())
}

func TestInlineRoutes(t *testing.T) {
	t.Parallel()
	out := in{"cidrBlock": "0.0.0.0/0", "gatewayId": "$igw"}
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(
		awstest.Step{Name: "net", Type: kernel.VPCToken, Inputs: in{"cidrBlock": "10.0.0.0/16"}},
		awstest.Step{Name: "igw", Type: kernel.InternetGatewayToken, Inputs: in{"vpcId": "$net"}},
		awstest.Step{Name: "eigw", Type: kernel.EgressOnlyInternetGatewayToken, Inputs: in{"vpcId": "$net"}},
		awstest.Step{Name: "table", Type: kernel.RouteTableToken, Inputs: in{"vpcId": "$net", "routes": []any{out}}},
	)
	main, _ := h.Output("net", "mainRouteTableId").(string)
	want := func(blocks ...in) []any { return h.Fill(append([]any{}, awstest.List(blocks)...)).([]any) }
	six := in{"ipv6CidrBlock": "::/0", "egressOnlyGatewayId": "$eigw"}
	require.Equal(t, want(out), h.Refreshed("table")["routes"])
	h.All(awstest.Step{Name: "six", Type: kernel.RouteToken,
		Inputs: in{"routeTableId": "$table", "destinationIpv6CidrBlock": "::/0", "egressOnlyGatewayId": "$eigw"}})
	require.Equal(t, want(out, six), h.Refreshed("table")["routes"])
	h.All(awstest.Step{Name: "~table", Inputs: in{"vpcId": "$net", "routes": []any{six}}})
	require.Equal(t, want(six), h.Refreshed("table")["routes"])
	require.ErrorContains(t, h.Do(awstest.Step{Name: "x", Type: kernel.RouteTableToken,
		Inputs: in{"vpcId": "$net", "routes": []any{out, out}}}), "api error RouteAlreadyExists")
	require.ErrorContains(t, h.Do(awstest.Step{Name: "x", Type: kernel.RouteTableToken,
		Inputs: in{"vpcId": "$net", "propagatingVgws": []any{"vgw-0"}}}), "does not cover virtual private gateways")

	h.All(awstest.Step{Name: "extra", Type: kernel.RouteToken,
		Inputs: in{"routeTableId": main, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "$igw"}},
		awstest.Step{Name: "main", Type: kernel.DefaultRouteTableToken,
			Inputs: in{"defaultRouteTableId": main, "routes": []any{six}}})
	require.Equal(t, main, h.IDs["main"])
	require.Nil(t, h.Refreshed("extra"))
	require.Equal(t, want(six), h.Refreshed("main")["routes"])
	h.All(awstest.Step{Name: "-main"})
	require.ErrorContains(t, h.Do(awstest.Step{Name: "x", Type: kernel.DefaultRouteTableToken,
		Inputs: in{"defaultRouteTableId": "$table"}}), "is not the default one of its network")
}
