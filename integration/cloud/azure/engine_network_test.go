package azure_test

import (
	"fmt"
	"slices"
	"testing"

	network "github.com/pulumi/pulumi-azure-native-sdk/network/v2/v20240501"
	dns "github.com/pulumi/pulumi-azure-native-sdk/network/v2/v20240601"
	resources "github.com/pulumi/pulumi-azure-native-sdk/resources/v2/v20241101"
	storage "github.com/pulumi/pulumi-azure-native-sdk/storage/v2/v20240101"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/testenv"
)

// networks is a program with all types of virtual networks.
type networks struct {
	// subnets is the number of subnets, and ordered says that they are written one after the other.
	subnets int
	ordered bool
	// hub adds a network that is peered, and a private endpoint.
	hub bool
}

func (p *networks) run(ctx *pulumi.Context) error {
	group, err := resources.NewResourceGroup(ctx, "main", &resources.ResourceGroupArgs{
		ResourceGroupName: pulumi.String("net"), Location: pulumi.String("westeurope")})
	if err != nil {
		return err
	}
	main, err := network.NewVirtualNetwork(ctx, "main", &network.VirtualNetworkArgs{ResourceGroupName: group.Name,
		VirtualNetworkName: pulumi.String("main"),
		AddressSpace:       &network.AddressSpaceArgs{AddressPrefixes: pulumi.StringArray{pulumi.String("10.0.0.0/16")}}})
	if err != nil {
		return err
	}
	rules, err := p.rules(ctx, group)
	if err != nil {
		return err
	}
	table, route, err := p.routes(ctx, group)
	if err != nil {
		return err
	}
	gateway, err := p.gateway(ctx, group)
	if err != nil {
		return err
	}
	before := slices.Concat(rules[1:], []pulumi.Resource{route})
	var first *network.Subnet
	for i := range p.subnets {
		subnet, err := network.NewSubnet(ctx, fmt.Sprintf("s%d", i), &network.SubnetArgs{
			ResourceGroupName: group.Name, VirtualNetworkName: main.Name,
			AddressPrefix:         pulumi.Sprintf("10.0.%d.0/24", i),
			DefaultOutboundAccess: pulumi.Bool(false),
			NetworkSecurityGroup:  &network.NetworkSecurityGroupTypeArgs{Id: rules[0].(*network.NetworkSecurityGroup).ID()},
			RouteTable:            &network.RouteTableTypeArgs{Id: table.ID()},
			NatGateway:            &network.SubResourceArgs{Id: gateway.ID()},
		}, pulumi.DependsOn(before))
		if err != nil {
			return err
		}
		if i == 0 {
			first = subnet
		}
		if p.ordered {
			before = append(before, subnet)
		}
	}
	if !p.hub {
		return nil
	}
	if err := p.peer(ctx, group, main, before); err != nil {
		return err
	}
	return p.endpoint(ctx, group, main, first)
}

// rules adds a security group and rules of it.
func (p *networks) rules(ctx *pulumi.Context, group *resources.ResourceGroup) ([]pulumi.Resource, error) {
	nsg, err := network.NewNetworkSecurityGroup(ctx, "rules", &network.NetworkSecurityGroupArgs{
		ResourceGroupName: group.Name, NetworkSecurityGroupName: pulumi.String("rules")})
	out := []pulumi.Resource{nsg}
	for i, port := range []string{"443", "80"} {
		if err != nil {
			return nil, err
		}
		var rule *network.SecurityRule
		rule, err = network.NewSecurityRule(ctx, "port-"+port, &network.SecurityRuleArgs{
			ResourceGroupName: group.Name, NetworkSecurityGroupName: nsg.Name, Priority: pulumi.Int(100 + i),
			Access: pulumi.String("Allow"), Direction: pulumi.String("Inbound"), Protocol: pulumi.String("Tcp"),
			SourceAddressPrefix: pulumi.String("Internet"), SourcePortRange: pulumi.String("*"),
			DestinationAddressPrefix: pulumi.String("*"), DestinationPortRange: pulumi.String(port),
		})
		out = append(out, rule)
	}
	return out, err
}

func (p *networks) routes(ctx *pulumi.Context, group *resources.ResourceGroup) (*network.RouteTable, pulumi.Resource, error) {
	table, err := network.NewRouteTable(ctx, "routes", &network.RouteTableArgs{ResourceGroupName: group.Name,
		RouteTableName: pulumi.String("routes")})
	if err != nil {
		return nil, nil, err
	}
	route, err := network.NewRoute(ctx, "appliance", &network.RouteArgs{ResourceGroupName: group.Name,
		RouteTableName: table.Name, AddressPrefix: pulumi.String("172.16.0.0/12"),
		NextHopType: pulumi.String("VirtualAppliance"), NextHopIpAddress: pulumi.String("10.0.0.4")})
	return table, route, err
}

func (p *networks) gateway(ctx *pulumi.Context, group *resources.ResourceGroup) (*network.NatGateway, error) {
	prefix, err := network.NewPublicIPPrefix(ctx, "out", &network.PublicIPPrefixArgs{ResourceGroupName: group.Name,
		PublicIpPrefixName: pulumi.String("out"), PrefixLength: pulumi.Int(31),
		Sku: &network.PublicIPPrefixSkuArgs{Name: pulumi.String("Standard")}})
	if err != nil {
		return nil, err
	}
	address, err := network.NewPublicIPAddress(ctx, "out", &network.PublicIPAddressArgs{ResourceGroupName: group.Name,
		PublicIpAddressName: pulumi.String("out"), PublicIPAllocationMethod: pulumi.String("Static"),
		Sku:            &network.PublicIPAddressSkuArgs{Name: pulumi.String("Standard")},
		PublicIPPrefix: &network.SubResourceArgs{Id: prefix.ID()}})
	if err != nil {
		return nil, err
	}
	ctx.Export("address", address.IpAddress)
	return network.NewNatGateway(ctx, "out", &network.NatGatewayArgs{ResourceGroupName: group.Name,
		NatGatewayName: pulumi.String("out"), Sku: &network.NatGatewaySkuArgs{Name: pulumi.String("Standard")},
		PublicIpAddresses: network.SubResourceArray{&network.SubResourceArgs{Id: address.ID()}}})
}

// peer peers a network with a hub, from both sides.
func (p *networks) peer(ctx *pulumi.Context, group *resources.ResourceGroup, main *network.VirtualNetwork,
	before []pulumi.Resource) error {
	hub, err := network.NewVirtualNetwork(ctx, "hub", &network.VirtualNetworkArgs{ResourceGroupName: group.Name,
		VirtualNetworkName: pulumi.String("hub"),
		AddressSpace:       &network.AddressSpaceArgs{AddressPrefixes: pulumi.StringArray{pulumi.String("10.1.0.0/16")}}})
	if err != nil {
		return err
	}
	to, err := network.NewVirtualNetworkPeering(ctx, "to-hub", &network.VirtualNetworkPeeringArgs{
		ResourceGroupName: group.Name, VirtualNetworkName: main.Name,
		RemoteVirtualNetwork: &network.SubResourceArgs{Id: hub.ID()}}, pulumi.DependsOn(before))
	if err != nil {
		return err
	}
	_, err = network.NewVirtualNetworkPeering(ctx, "from-hub", &network.VirtualNetworkPeeringArgs{
		ResourceGroupName: group.Name, VirtualNetworkName: hub.Name,
		RemoteVirtualNetwork: &network.SubResourceArgs{Id: main.ID()}}, pulumi.DependsOn([]pulumi.Resource{to}))
	return err
}

// endpoint adds a storage account with a private endpoint and its zone.
func (p *networks) endpoint(ctx *pulumi.Context, group *resources.ResourceGroup, main *network.VirtualNetwork,
	subnet *network.Subnet) error {
	account, err := storage.NewStorageAccount(ctx, "private", &storage.StorageAccountArgs{ResourceGroupName: group.Name,
		Kind: pulumi.String("StorageV2"), Sku: &storage.SkuArgs{Name: pulumi.String("Standard_LRS")},
		PublicNetworkAccess: pulumi.String("Disabled")})
	if err != nil {
		return err
	}
	endpoint, err := network.NewPrivateEndpoint(ctx, "blob", &network.PrivateEndpointArgs{ResourceGroupName: group.Name,
		Subnet: &network.SubnetTypeArgs{Id: subnet.ID()},
		PrivateLinkServiceConnections: network.PrivateLinkServiceConnectionArray{&network.PrivateLinkServiceConnectionArgs{
			Name: pulumi.String("blob"), PrivateLinkServiceId: account.ID(),
			GroupIds: pulumi.StringArray{pulumi.String("blob")}}}})
	if err != nil {
		return err
	}
	zone, err := dns.NewPrivateZone(ctx, "blob", &dns.PrivateZoneArgs{ResourceGroupName: group.Name,
		PrivateZoneName: pulumi.String("privatelink.blob.core.windows.net"), Location: pulumi.String("global")})
	if err != nil {
		return err
	}
	_, err = dns.NewVirtualNetworkLink(ctx, "main", &dns.VirtualNetworkLinkArgs{ResourceGroupName: group.Name,
		PrivateZoneName: zone.Name, Location: pulumi.String("global"),
		VirtualNetwork: &dns.SubResourceArgs{Id: main.ID()}})
	if err != nil {
		return err
	}
	_, err = network.NewPrivateDnsZoneGroup(ctx, "default", &network.PrivateDnsZoneGroupArgs{
		ResourceGroupName: group.Name, PrivateEndpointName: endpoint.Name,
		PrivateDnsZoneConfigs: network.PrivateDnsZoneConfigArray{&network.PrivateDnsZoneConfigArgs{
			Name: pulumi.String("blob"), PrivateDnsZoneId: zone.ID()}}})
	if err != nil {
		return err
	}
	_, err = dns.NewPrivateRecordSet(ctx, "other", &dns.PrivateRecordSetArgs{ResourceGroupName: group.Name,
		PrivateZoneName: zone.Name, RecordType: pulumi.String("A"), Ttl: pulumi.Float64(300),
		ARecords: dns.ARecordArray{&dns.ARecordArgs{Ipv4Address: pulumi.String("10.0.0.250")}}})
	if err != nil {
		return err
	}
	return p.logs(ctx, group, main, account)
}

// logs adds a flow log, and a network watcher in a region in which Azure has created none.
func (p *networks) logs(ctx *pulumi.Context, group *resources.ResourceGroup, main *network.VirtualNetwork,
	account *storage.StorageAccount) error {
	_, err := network.NewFlowLog(ctx, "main", &network.FlowLogArgs{ResourceGroupName: pulumi.String("NetworkWatcherRG"),
		NetworkWatcherName: pulumi.String("NetworkWatcher_westeurope"), Location: pulumi.String("westeurope"),
		TargetResourceId: main.ID(), StorageId: account.ID(),
		Format: &network.FlowLogFormatParametersArgs{Type: pulumi.String("JSON"), Version: pulumi.Int(2)}})
	if err != nil {
		return err
	}
	_, err = network.NewNetworkWatcher(ctx, "second", &network.NetworkWatcherArgs{ResourceGroupName: group.Name,
		Location: pulumi.String("uksouth")})
	return err
}

// TestNetworksOnTheEngine creates networks, adds a subnet and a peering, and deletes all.
func TestNetworksOnTheEngine(t *testing.T) {
	t.Parallel()
	p := &networks{subnets: 2, ordered: true}
	stack, store := served(t, p.run)
	ran := testenv.Succeeds(t)
	up := ran(stack.Up(t.Context()))
	require.Regexp(t, `^20\.\d+\.\d+\.\d+$`, up.Outputs["address"].Value)
	ran(stack.CheckUnchanged(t.Context()))
	ran(stack.CheckNoDrift(t.Context()))

	p.subnets = 3
	up = ran(stack.Up(t.Context()))
	require.Equal(t, 1, up.Changes[apitype.OpCreate], "another subnet")
	require.Zero(t, up.Changes[apitype.OpUpdate])
	p.hub = true
	ran(stack.Up(t.Context()))
	ran(stack.CheckSettled(t.Context()))
	ran(stack.CheckDestroyed(t.Context()))
	require.Empty(t, made(t, store))
}

// TestParallelSubnetsOnTheEngine writes subnets of one network at the same time, which Azure rejects.
func TestParallelSubnetsOnTheEngine(t *testing.T) {
	t.Parallel()
	p := &networks{subnets: 4}
	stack, _ := served(t, p.run)
	up, err := stack.Up(t.Context())
	require.Error(t, err)
	require.Contains(t, up.Output, `Status=<nil> Code="AnotherOperationInProgress"`)
}
