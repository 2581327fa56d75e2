package network

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/logicalname"
	"github.com/ashlar-iac/ashlar/azure/internal/networkapi"
	"github.com/ashlar-iac/ashlar/core/component"
)

// PrivateEndpointToken is the type of the component [PrivateEndpoint].
const PrivateEndpointToken = "ashlar-azure:network:PrivateEndpoint"

// PrivateEndpoint is a private address of a resource in a subnet, with private DNS zones in which the name of the resource
// resolves to the address. Dependents of its outputs are created after the records.
type PrivateEndpoint struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the private endpoint.
	Name pulumi.StringOutput `pulumi:"name"`
	// ID is the resource ID of the private endpoint.
	ID pulumi.StringOutput `pulumi:"id"`
	// PrivateIPs are the private addresses of the resource.
	PrivateIPs pulumi.StringArrayOutput `pulumi:"privateIps"`
	// ZoneIDs are the resource IDs of the private DNS zones, by zone name, or as in the argument dns.zoneIds. Private endpoints of
	// the same network and group ID share them.
	ZoneIDs pulumi.StringMapOutput `pulumi:"zoneIds"`
}

// endpoint is a private endpoint with the outputs that are read.
type endpoint struct {
	pulumi.CustomResourceState

	Name             pulumi.StringOutput `pulumi:"name"`
	CustomDNSConfigs pulumi.ArrayOutput  `pulumi:"customDnsConfigs"`
}

// zoneGroup is a private DNS zone group with its records.
type zoneGroup struct {
	pulumi.CustomResourceState

	PrivateDNSZoneConfigs pulumi.ArrayOutput `pulumi:"privateDnsZoneConfigs"`
}

// NewPrivateEndpoint creates a private endpoint. Args are required, because it needs a resource group, a subnet and a resource.
func NewPrivateEndpoint(
	ctx *pulumi.Context, name string, args *PrivateEndpointArgs, opts ...pulumi.ResourceOption,
) (*PrivateEndpoint, error) {
	p := &PrivateEndpoint{}
	args, err := component.Register(ctx, PrivateEndpointToken, name, p, args, opts...)
	if err != nil {
		return nil, err
	}
	e, err := p.endpoint(ctx, name, args)
	if err != nil {
		return nil, err
	}
	ids, links, err := p.zones(ctx, name, args)
	if err != nil {
		return nil, err
	}
	children := append([]pulumi.Resource{e}, links...)
	addresses := addressesIn(e.CustomDNSConfigs)
	if len(ids) > 0 {
		group := &zoneGroup{}
		inputs := pulumi.Map{
			"resourceGroupName": args.ResourceGroupName, "privateEndpointName": e.Name,
			// An endpoint has one group.
			"privateDnsZoneGroupName": pulumi.String("default"), "privateDnsZoneConfigs": zoneConfigs(ids),
		}
		err := networkapi.Register(ctx, networkapi.PrivateDNSZoneGroup, name, inputs, group, p.Child(pulumi.DependsOn(links)))
		if err != nil {
			return nil, err
		}
		// With a group, Azure empties the list of the endpoint.
		children, addresses = append(children, group), addressesIn(group.PrivateDNSZoneConfigs)
	}
	p.AddChildren(children...)
	after := func(out pulumi.Output) pulumi.Output {
		return pulumi.OutputWithDependencies(ctx.Context(), out, children...)
	}
	p.Name, p.ID = after(e.Name).(pulumi.StringOutput), after(e.ID().ToStringOutput()).(pulumi.StringOutput)
	p.PrivateIPs = after(addresses).(pulumi.StringArrayOutput)
	p.ZoneIDs = after(ids.ToStringMapOutput()).(pulumi.StringMapOutput)
	return component.Finish(ctx, p)
}

// endpoint creates the private endpoint. Azure rejects changes of the subnet and of the resource. A replacement deletes the old
// one first: both would have records of the same name.
func (p *PrivateEndpoint) endpoint(ctx *pulumi.Context, name string, args *PrivateEndpointArgs) (*endpoint, error) {
	logical, err := logicalname.For(name, networkapi.PrivateEndpoint.Unversioned())
	if err != nil {
		return nil, err
	}
	connection := pulumi.Map{
		"name": pulumi.String(name), "privateLinkServiceId": args.TargetID,
		"groupIds": pulumi.Array{pulumi.String(args.GroupID)},
	}
	inputs := networkapi.Inputs(args.ResourceGroupName, args.Location, args.Tags)
	inputs["subnet"] = networkapi.ID(args.SubnetID)
	key := "privateLinkServiceConnections"
	if args.ApprovalMessage != "" {
		key, connection["requestMessage"] = "manualPrivateLinkServiceConnections", pulumi.String(args.ApprovalMessage)
	}
	inputs[key] = pulumi.Array{connection}
	if args.Name != "" {
		inputs["privateEndpointName"] = pulumi.String(args.Name)
	}
	if args.PrivateIP != "" {
		inputs["ipConfigurations"] = pulumi.Array{pulumi.Map{
			"name": pulumi.String("primary"), "groupId": pulumi.String(args.GroupID), "memberName": pulumi.String(args.member()),
			"privateIPAddress": pulumi.String(args.PrivateIP),
		}}
	}
	out := &endpoint{}
	return out, networkapi.Register(ctx, networkapi.PrivateEndpoint, logical, inputs, out, p.Main(
		pulumi.ReplaceOnChanges([]string{
			"location", "subnet", "privateLinkServiceConnections", "manualPrivateLinkServiceConnections", "ipConfigurations",
		}), pulumi.DeleteBeforeReplace(true)))
}

// zones returns the IDs of the zones of the records. It creates them, and links them to networks, unless they exist.
func (p *PrivateEndpoint) zones(ctx *pulumi.Context, name string, args *PrivateEndpointArgs) (
	pulumi.StringMap, []pulumi.Resource, error,
) {
	ids := pulumi.StringMap{}
	if !*args.DNS.Enabled {
		return ids, nil, nil
	}
	if len(args.DNS.ZoneIDs) > 0 {
		for key, id := range args.DNS.ZoneIDs {
			ids[key] = id
		}
		return ids, nil, nil
	}
	networks := map[string]pulumi.StringInput{ownLink: networkOf(args.SubnetID)}
	for key, id := range args.DNS.NetworkIDs {
		networks[key] = id
	}
	var links []pulumi.Resource
	for _, zone := range args.zoneNames() {
		inputs := networkapi.Inputs(args.ResourceGroupName, global, args.Tags)
		inputs["privateZoneName"] = pulumi.String(zone)
		resource := &networkapi.Resource{}
		if err := networkapi.Register(ctx, networkapi.PrivateZone, name+"-"+zone, inputs, resource, p.Child()); err != nil {
			return nil, nil, err
		}
		ids[zone] = resource.ID().ToStringOutput()
		for _, key := range sortedKeys(networks) {
			inputs := networkapi.Inputs(args.ResourceGroupName, global, args.Tags)
			inputs["privateZoneName"], inputs["virtualNetworkLinkName"] = resource.Name, pulumi.String(key)
			inputs["registrationEnabled"], inputs["virtualNetwork"] = pulumi.Bool(false), networkapi.ID(networks[key])
			link := &networkapi.Resource{}
			// Azure rejects another network, and two links of a zone to one network.
			if err := networkapi.Register(ctx, networkapi.VirtualNetworkLink, name+"-"+zone+"-"+key, inputs, link,
				p.Child(pulumi.ReplaceOnChanges([]string{"virtualNetwork"}), pulumi.DeleteBeforeReplace(true))); err != nil {
				return nil, nil, err
			}
			links = append(links, link)
		}
	}
	return ids, links, nil
}

const (
	// global is the location of private DNS zones.
	global = "global"
	// ownLink is the name of the link to the network of the endpoint.
	ownLink = "endpoint"
)

// networkOf returns the resource ID of the network of a subnet.
func networkOf(subnet pulumi.StringInput) pulumi.StringOutput {
	return subnet.ToStringOutput().ApplyT(func(id string) string {
		if i := strings.LastIndex(strings.ToLower(id), "/subnets/"); i > 0 {
			return id[:i]
		}
		return id
	}).(pulumi.StringOutput)
}

// zoneConfigs returns the zones of a group, with names in which Azure accepts no dots.
func zoneConfigs(ids pulumi.StringMap) pulumi.Array {
	var out pulumi.Array
	for _, key := range sortedKeys(ids) {
		out = append(out, pulumi.Map{
			"name": pulumi.String(strings.ReplaceAll(key, ".", "-")), "privateDnsZoneId": ids[key],
		})
	}
	return out
}

// addressesIn returns the addresses in the records of an endpoint or of a zone group, once each, in their order.
func addressesIn(configs pulumi.ArrayOutput) pulumi.StringArrayOutput {
	return configs.ApplyT(func(list []any) []string {
		out := []string{}
		seen := map[string]bool{}
		var collect func(v any)
		collect = func(v any) {
			switch v := v.(type) {
			case []any:
				for _, e := range v {
					collect(e)
				}
			case map[string]any:
				collect(v["recordSets"])
				list, _ := v["ipAddresses"].([]any)
				for _, a := range list {
					if text, ok := a.(string); ok && !seen[text] {
						seen[text], out = true, append(out, text)
					}
				}
			}
		}
		collect(list)
		return out
	}).(pulumi.StringArrayOutput)
}
