package aws_test

import (
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"
)

const (
	internetType    = "aws:ec2/internetGateway:InternetGateway"
	egressType      = "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway"
	natType         = "aws:ec2/natGateway:NatGateway"
	addressType     = "aws:ec2/eip:Eip"
	routeType       = "aws:ec2/route:Route"
	associationType = "aws:ec2/routeTableAssociation:RouteTableAssociation"
)

// everyWayOut returns an account with two networks, one with every way out and one with none, and ids by names.
func everyWayOut(t *testing.T) (*account, map[string]string) {
	t.Helper()
	a := newAccount(t, true).use(map[string]any{"region": "eu-west-1"})
	ids := map[string]string{}
	add := func(name, typ string, inputs map[string]any) { ids[name] = a.must(typ, inputs) }
	add("network", vpcType, map[string]any{"cidrBlock": "10.0.0.0/16"})
	add("subnet", subnetType, map[string]any{"vpcId": ids["network"], "cidrBlock": "10.0.0.0/24"})
	add("table", tableType, map[string]any{"vpcId": ids["network"]})
	add("internet", internetType, map[string]any{"vpcId": ids["network"]})
	add("egress", egressType, map[string]any{"vpcId": ids["network"]})
	add("address", addressType, map[string]any{"domain": "vpc"})
	add("nat", natType, map[string]any{"subnetId": ids["subnet"], "allocationId": ids["address"]})
	add("route", routeType, map[string]any{"routeTableId": ids["table"], "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": ids["nat"]})
	add("association", associationType, map[string]any{"routeTableId": ids["table"], "subnetId": ids["subnet"]})
	add("other network", vpcType, map[string]any{"cidrBlock": "10.1.0.0/16"})
	add("other subnet", subnetType, map[string]any{"vpcId": ids["other network"], "cidrBlock": "10.1.0.0/24"})
	add("other table", tableType, map[string]any{"vpcId": ids["other network"]})
	add("other address", addressType, map[string]any{"domain": "vpc"})
	return a, ids
}

func TestRoutesThatAWSRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		typ string
		// inputs name ids where they can.
		inputs map[string]string
		want   string
	}{
		"a second gateway":            {internetType, map[string]string{"vpcId": "network"}, "already has an internet gateway attached"},
		"a gateway of nothing":        {internetType, map[string]string{"vpcId": "vpc-0"}, "api error InvalidVpcID.NotFound: The vpc ID 'vpc-0' does not exist"},
		"egress of nothing":           {egressType, map[string]string{"vpcId": "vpc-0"}, "api error InvalidVpcID.NotFound"},
		"NAT without a gateway":       {natType, map[string]string{"subnetId": "other subnet", "allocationId": "other address"}, "api error Gateway.NotAttached: Network vpc-"},
		"NAT without an address":      {natType, map[string]string{"subnetId": "subnet"}, "api error MissingParameter"},
		"NAT with one that is in use": {natType, map[string]string{"subnetId": "subnet", "allocationId": "address"}, "api error Resource.AlreadyAssociated: Elastic IP address eipalloc-"},
		"NAT with no such address":    {natType, map[string]string{"subnetId": "subnet", "allocationId": "eipalloc-0"}, "api error InvalidAllocationID.NotFound: Elastic IP address eipalloc-0"},
		"NAT nowhere":                 {natType, map[string]string{"subnetId": "subnet-0", "allocationId": "other address"}, "api error InvalidSubnetID.NotFound"},
		"private NAT, public address": {natType, map[string]string{"subnetId": "subnet", "allocationId": "other address", "connectivityType": "private"}, "allocation_id is not supported"},
		"an address of no instance":   {addressType, map[string]string{"instance": "i-0"}, "api error InvalidInstanceID.NotFound: The instance ID 'i-0' does not exist"},
		"two routes for one destination": {routeType, map[string]string{"routeTableId": "table", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "internet"},
			"api error RouteAlreadyExists: The route identified by 0.0.0.0/0 already exists."},
		"a route over the local one": {routeType, map[string]string{"routeTableId": "table", "destinationCidrBlock": "10.0.0.0/16", "gatewayId": "internet"},
			"api error RouteAlreadyExists: The route identified by 10.0.0.0/16 already exists."},
		"a route to another network": {routeType, map[string]string{"routeTableId": "other table", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "internet"},
			"belong to different networks"},
		"a route to another network's NAT": {routeType, map[string]string{"routeTableId": "other table", "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": "nat"},
			"belong to different networks"},
		"a route in no table":        {routeType, map[string]string{"routeTableId": "rtb-0", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "internet"}, "api error InvalidRouteTableID.NotFound: The routeTable ID 'rtb-0' does not exist"},
		"a route to no gateway":      {routeType, map[string]string{"routeTableId": "table", "destinationCidrBlock": "192.0.2.0/24", "gatewayId": "igw-0"}, "api error InvalidGatewayID.NotFound"},
		"a route to no NAT":          {routeType, map[string]string{"routeTableId": "table", "destinationCidrBlock": "192.0.2.0/24", "natGatewayId": "nat-0"}, "api error InvalidNatGatewayID.NotFound"},
		"a route to no egress":       {routeType, map[string]string{"routeTableId": "table", "destinationIpv6CidrBlock": "::/0", "egressOnlyGatewayId": "eigw-0"}, "api error InvalidGatewayID.NotFound"},
		"a route to nothing":         {routeType, map[string]string{"routeTableId": "table", "destinationCidrBlock": "192.0.2.0/24"}, "must be specified"},
		"a route from nowhere":       {routeType, map[string]string{"routeTableId": "table", "gatewayId": "internet"}, "one of destinationCidrBlock, destinationIpv6CidrBlock, destinationPrefixListId must be specified"},
		"IPv4 by egress":             {routeType, map[string]string{"routeTableId": "table", "destinationCidrBlock": "192.0.2.0/24", "egressOnlyGatewayId": "egress"}, "conflicts with destinationCidrBlock"},
		"a route not covered":        {routeType, map[string]string{"routeTableId": "table", "destinationCidrBlock": "192.0.2.0/24", "carrierGatewayId": "cagw-0"}, "does not cover routes to it yet"},
		"a subnet's second table":    {associationType, map[string]string{"routeTableId": "table", "subnetId": "subnet"}, "api error Resource.AlreadyAssociated: the specified association for route table rtb-"},
		"a table of another network": {associationType, map[string]string{"routeTableId": "other table", "subnetId": "subnet"}, "belong to different networks"},
		"a table of no subnet":       {associationType, map[string]string{"routeTableId": "table", "subnetId": "subnet-0"}, "api error InvalidSubnetID.NotFound"},
		"a table of nothing":         {associationType, map[string]string{"routeTableId": "table"}, "one of gatewayId, subnetId must be specified"},
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
			_, err := a.create(tc.typ, inputs)
			require.ErrorContains(t, err, tc.want)
		})
	}
}

func TestWhatIsInUseStays(t *testing.T) {
	t.Parallel()
	types := map[string]string{
		"network": vpcType, "subnet": subnetType, "table": tableType, "internet": internetType, "address": addressType, "nat": natType, "route": routeType,
		"association": associationType, "egress": egressType,
	}
	a, ids := everyWayOut(t)
	remove := func(name string) error {
		return a.Delete(t.Context(), provider.DeleteRequest{Urn: urn(types[name]), ID: ids[name]})
	}
	require.ErrorContains(t, remove("network"), "api error DependencyViolation: The vpc '"+ids["network"]+"' has dependencies and cannot be deleted.")
	require.ErrorContains(t, remove("subnet"), "api error DependencyViolation: The subnet '")
	require.ErrorContains(t, remove("table"), "api error DependencyViolation: The routeTable '")
	require.ErrorContains(t, remove("internet"), "api error DependencyViolation: Network "+ids["network"]+" has some mapped public address(es).")
	require.ErrorContains(t, remove("address"), "api error InvalidIPAddress.InUse: Address 203.0.113.1 is in use.")
	for _, name := range []string{"nat", "address", "internet"} {
		require.NoError(t, remove(name))
	}
	// What belongs to a subnet or a table goes with it.
	require.NoError(t, remove("subnet"))
	require.NoError(t, remove("table"))
	for _, name := range []string{"association", "route"} {
		r, err := a.Read(t.Context(), provider.ReadRequest{Urn: urn(types[name]), ID: ids[name]})
		require.NoError(t, err)
		require.Empty(t, r.ID, name)
	}
	require.NoError(t, remove("egress"))
	require.NoError(t, remove("network"))
}

func TestChangesInPlace(t *testing.T) {
	t.Parallel()
	a, ids := everyWayOut(t)
	change := func(typ, id string, inputs map[string]any) (resource.PropertyMap, error) {
		r, err := a.Update(t.Context(), provider.UpdateRequest{Urn: urn(typ), ID: id, Inputs: values(inputs)})
		return resource.ToResourcePropertyMap(r.Properties), err
	}
	_, err := change(internetType, ids["internet"], map[string]any{"vpcId": ids["other network"]})
	require.ErrorContains(t, err, "has some mapped public address(es)")
	changed, err := change(routeType, ids["route"], map[string]any{
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
		changed, err = change(vpcType, ids["network"], inputs)
		require.NoError(t, err)
		require.Equal(t, want, changed["enableDnsHostnames"].BoolValue(), "what is no longer asked for goes back to its default")
	}
	another := a.must(tableType, map[string]any{"vpcId": ids["network"]})
	changed, err = change(associationType, ids["association"], map[string]any{"routeTableId": another, "subnetId": ids["subnet"]})
	require.NoError(t, err)
	require.Equal(t, another, changed["routeTableId"].StringValue())
}
