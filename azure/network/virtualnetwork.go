package network

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/logicalname"
	"github.com/ashlar-iac/ashlar/azure/internal/networkapi"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
)

// VirtualNetworkToken is the type of the component [VirtualNetwork].
const VirtualNetworkToken = "ashlar-azure:network:VirtualNetwork"

// VirtualNetwork is a network without subnets, which can be peered with others. [SecureVNet] is one with subnets.
type VirtualNetwork struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the network.
	Name pulumi.StringOutput `pulumi:"name"`
	// ID is the resource ID of the network.
	ID pulumi.StringOutput `pulumi:"id"`
	// ResourceGroupName is the name of the resource group.
	ResourceGroupName pulumi.StringOutput `pulumi:"resourceGroupName"`
	// AddressPrefixes is the address space.
	AddressPrefixes pulumi.StringArrayOutput `pulumi:"addressPrefixes"`

	// FlowLogs are the flow logs. They are nil without any.
	FlowLogs *FlowLogs

	name     string
	group    pulumi.StringInput
	resource *networkapi.Resource
	facts    Facts
	writes   writes
}

// VirtualNetworkArgs are the arguments of a [VirtualNetwork].
type VirtualNetworkArgs struct {
	// ResourceGroupName is the name of the resource group. Required for the constructor. Changing it replaces the network.
	ResourceGroupName pulumi.StringInput `pulumi:"resourceGroupName,optional" config:"plain"`
	// Name is the name of the network, unique in the resource group. Default: the name of the component with random
	// characters. Changing it replaces the network.
	Name string `pulumi:"name,optional"`
	// Location is the location, in its short form, such as westeurope. Default: the location of the provider. Changing it
	// replaces the network.
	Location string `pulumi:"location,optional" jsonschema:"example=westeurope"`
	// AddressPrefixes is the address space, from /8 to /29, such as 10.0.0.0/16. Required. Adding an address prefix updates
	// the network: peerings use it once they are synchronized (az network vnet peering sync). Before one is removed, its
	// subnets must be deleted.
	AddressPrefixes []string `pulumi:"addressPrefixes" jsonschema:"required,minItems=1"`
	// DNSServers are the addresses of DNS servers instead of that of Azure. Private DNS zones are resolved by servers that
	// forward to 168.63.129.16. Default: DNS of Azure. Virtual machines use a change when they restart.
	DNSServers pulumi.StringArrayInput `pulumi:"dnsServers,optional" config:"plain"`
	// DDoSPlanID is the resource ID of a DDoS protection plan, which costs thousands of US dollars each month and is shared
	// by networks of the tenant. Default: DDoS infrastructure protection. Changing it updates the network.
	DDoSPlanID pulumi.StringInput `pulumi:"ddosPlanId,optional" config:"plain"`
	// Encryption encrypts traffic between virtual machines whose sizes support it. Other traffic stays unencrypted. Default:
	// false. Changing it updates the network.
	Encryption bool `pulumi:"encryption,optional"`
	// Peerings are peerings with other networks, by name. Default: none. Adding or removing one creates or deletes it.
	Peerings config.Named[Peering] `pulumi:"peerings,optional"`
	// PeerNetworks are the networks of peerings, by the names of the peerings, instead of networkId and addressPrefixes.
	PeerNetworks map[string]core.Network `config:"program"`
	// FlowLogs are the flow logs of the network. Default: none. Removing them deletes the flow log, not the logs.
	FlowLogs *FlowLogsArgs `pulumi:"flowLogs,optional"`
	// Tags are added to the network and its flow log. Default: none. Changing them updates the resources.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// part tells that the network is a part of another component, which has its flow logs.
	part bool
}

var _ AzureNetwork = (*VirtualNetwork)(nil)

// NewVirtualNetwork creates a network without subnets.
func NewVirtualNetwork(
	ctx *pulumi.Context, name string, args *VirtualNetworkArgs, opts ...pulumi.ResourceOption,
) (*VirtualNetwork, error) {
	v := &VirtualNetwork{name: name}
	args, err := component.Register(ctx, VirtualNetworkToken, name, v, args, opts...)
	if err != nil {
		return nil, err
	}
	if err := v.create(ctx, args); err != nil {
		return nil, err
	}
	links := peers{network: v, owner: &v.Base, peerings: args.Peerings, networks: args.PeerNetworks}
	if err := links.create(ctx); err != nil {
		return nil, err
	}
	v.facts.PeerPrefixes = texts(links.prefixes())
	if args.FlowLogs != nil && enabled(args.FlowLogs.Enabled) {
		if v.FlowLogs, err = v.log(ctx, &v.Base, args.FlowLogs, args.Tags); err != nil {
			return nil, err
		}
	}
	v.AddChildren(v.writes.all()...)
	v.Name, v.ID = v.writes.after(ctx, v.resource.Name), v.writes.after(ctx, v.resource.ID().ToStringOutput())
	v.ResourceGroupName = args.ResourceGroupName.ToStringOutput()
	v.AddressPrefixes = pulumi.ToStringArray(args.AddressPrefixes).ToStringArrayOutput()
	v.facts.Name, v.facts.ResourceGroupName = v.Name, v.ResourceGroupName
	return component.Finish(ctx, v)
}

// create creates the network resource. Subnets and peerings are resources of their own: a list of them in the network would
// delete others.
func (v *VirtualNetwork) create(ctx *pulumi.Context, args *VirtualNetworkArgs) error {
	logical, err := logicalname.For(v.name, networkapi.VirtualNetwork.Unversioned())
	if err != nil {
		return err
	}
	inputs := networkapi.Inputs(args.ResourceGroupName, args.Location, args.Tags)
	inputs["addressSpace"] = pulumi.Map{"addressPrefixes": pulumi.ToStringArray(args.AddressPrefixes)}
	inputs["enableDdosProtection"] = pulumi.Bool(args.DDoSPlanID != nil)
	if args.Name != "" {
		inputs["virtualNetworkName"] = pulumi.String(args.Name)
	}
	if args.DNSServers != nil {
		inputs["dhcpOptions"] = pulumi.Map{"dnsServers": args.DNSServers}
	}
	if args.DDoSPlanID != nil {
		inputs["ddosProtectionPlan"] = networkapi.ID(args.DDoSPlanID)
	}
	if args.Encryption {
		// Source: "What is Azure Virtual Network encryption?": DropUnencrypted is not generally available.
		inputs["encryption"] = pulumi.Map{"enabled": pulumi.Bool(true), "enforcement": pulumi.String("AllowUnencrypted")}
	}
	v.group, v.facts.AddressPrefixes, v.facts.Location = args.ResourceGroupName, args.AddressPrefixes, args.Location
	v.resource = &networkapi.Resource{}
	if err := networkapi.Register(ctx, networkapi.VirtualNetwork, logical, inputs, v.resource, v.Main()); err != nil {
		return err
	}
	v.writes.add(v.resource)
	return nil
}

// log creates the flow logs of the network, as a child of a component.
func (v *VirtualNetwork) log(
	ctx *pulumi.Context, owner *component.Base, given *FlowLogsArgs, tags pulumi.StringMapInput,
) (*FlowLogs, error) {
	args := *given
	args.TargetID = v.writes.after(ctx, v.resource.ID().ToStringOutput())
	args.location, args.Tags = v.resource.Location.Elem(), tags
	return NewFlowLogs(ctx, v.name+"-flow-logs", &args, owner.Child())
}

// NetworkInfo implements core.Network. The network has no tiers.
func (v *VirtualNetwork) NetworkInfo() core.NetworkInfo {
	return core.NetworkInfo{Name: v.name, Platform: "azure", ID: v.ID, CIDRs: v.AddressPrefixes}
}

// Facts implements [AzureNetwork].
func (v *VirtualNetwork) Facts() Facts { return v.facts.clone() }

func (v *VirtualNetwork) order() *writes { return &v.writes }
