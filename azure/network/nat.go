package network

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/networkapi"
)

// NAT are the NAT gateways of a network. A NAT gateway is in one zone, and a subnet uses one NAT gateway. Source: "NAT gateway
// and availability zones".
type NAT struct {
	// Mode is the number of NAT gateways: one for tiers without a zone, and one for each zone that tiers have (perZone), one for
	// all tiers (single), or none. They are created only if a tier uses them. Changing it updates the subnets.
	Mode NATMode `pulumi:"mode,optional" jsonschema:"default=perZone,enum=perZone,enum=single,enum=none"`
	// Zone is the zone of the NAT gateway of tiers without a zone: 1, 2 or 3. Default: none; Azure chooses. Changing it replaces
	// the NAT gateway and its addresses.
	Zone string `pulumi:"zone,optional" jsonschema:"enum=1,enum=2,enum=3"`
	// Addresses is the number of public addresses of each NAT gateway, each with 64,512 ports for connections to one
	// destination. Mutually exclusive with prefixLength. Default: 1. Adding some keeps the others.
	Addresses int `pulumi:"addresses,optional" jsonschema:"minimum=1,maximum=16"`
	// PrefixLength gives each NAT gateway a public IP prefix instead, contiguous addresses that others can allow: /31 has 2, /28
	// has 16. Default: none. Changing it replaces the addresses.
	PrefixLength int `pulumi:"prefixLength,optional" jsonschema:"minimum=28,maximum=31"`
	// IdleTimeoutMinutes is the time after which idle connections are closed. Changing it updates the NAT gateways.
	IdleTimeoutMinutes *int `pulumi:"idleTimeoutMinutes,optional" jsonschema:"default=4,minimum=4,maximum=120"`
}

// NATMode is the number of NAT gateways of a network.
type NATMode string

// NAT modes of a network.
const (
	NATPerZone NATMode = "perZone"
	NATSingle  NATMode = "single"
	NATNone    NATMode = "none"
)

// shared is the name of the NAT gateway of tiers without a zone.
const shared = "shared"

// natMode returns the mode, also before defaults are set.
func (a *SecureVNetArgs) natMode() NATMode {
	if a.NAT == nil {
		return NATPerZone
	}
	return cmp.Or(a.NAT.Mode, NATPerZone)
}

// gatewayOf returns the name of the NAT gateway of a tier, or "" for none.
func (a *SecureVNetArgs) gatewayOf(t tier) string {
	switch {
	case a.outbound(t) != OutboundNAT:
		return ""
	case t.Zone != "" && a.natMode() == NATPerZone:
		return "zone-" + t.Zone
	}
	return shared
}

// gateways returns the zones of the NAT gateways by their names.
func (a *SecureVNetArgs) gateways() map[string]string {
	out := map[string]string{}
	for _, t := range a.activeTiers() {
		switch name := a.gatewayOf(t); name {
		case "":
		case shared:
			if out[shared] = ""; a.NAT != nil {
				out[shared] = a.NAT.Zone
			}
		default:
			out[name] = t.Zone
		}
	}
	return out
}

// address is a public address or prefix.
type address struct {
	pulumi.CustomResourceState

	IPAddress pulumi.StringPtrOutput `pulumi:"ipAddress"`
	IPPrefix  pulumi.StringPtrOutput `pulumi:"ipPrefix"`
}

// createGateways creates the NAT gateways that tiers use.
func (b *builder) createGateways() error {
	all := b.args.gateways()
	addresses := pulumi.StringArrayMap{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		gateway, public, err := b.createGateway(name, all[name])
		if err != nil {
			return err
		}
		b.gateways[name], addresses[name] = gateway, public
	}
	b.vnet.NATAddresses = addresses.ToStringArrayMapOutput()
	return nil
}

func (b *builder) createGateway(name, zone string) (*networkapi.Resource, pulumi.StringArray, error) {
	inputs := b.zonal(zone)
	inputs["idleTimeoutInMinutes"] = pulumi.Int(*b.args.NAT.IdleTimeoutMinutes)
	var public pulumi.StringArray
	if length := b.args.NAT.PrefixLength; length > 0 {
		of := b.zonal(zone)
		of["publicIPAddressVersion"], of["prefixLength"] = pulumi.String("IPv4"), pulumi.Int(length)
		prefix, err := b.createAddress(networkapi.PublicIPPrefix, b.name+"-nat-"+name, of, "prefixLength")
		if err != nil {
			return nil, nil, err
		}
		inputs["publicIpPrefixes"] = pulumi.Array{networkapi.ID(prefix.ID())}
		public = append(public, prefix.IPPrefix.Elem())
	} else {
		ids := pulumi.Array{}
		for i := 1; i <= max(1, b.args.NAT.Addresses); i++ {
			of := b.zonal(zone)
			of["publicIPAddressVersion"] = pulumi.String("IPv4")
			of["publicIPAllocationMethod"] = pulumi.String("Static")
			one, err := b.createAddress(networkapi.PublicIPAddress, fmt.Sprintf("%s-nat-%s-%d", b.name, name, i), of)
			if err != nil {
				return nil, nil, err
			}
			ids, public = append(ids, networkapi.ID(one.ID())), append(public, one.IPAddress.Elem())
		}
		inputs["publicIpAddresses"] = ids
	}
	gateway := &networkapi.Resource{}
	return gateway, public, b.register(networkapi.NatGateway, b.name+"-nat-"+name, inputs, gateway, "location", "zones")
}

// createAddress creates a public address or prefix. Azure rejects changes of zones and sizes.
func (b *builder) createAddress(kind networkapi.Type, name string, inputs pulumi.Map, replaces ...string) (*address, error) {
	out := &address{}
	return out, b.register(kind, name, inputs, out, append([]string{"location", "zones"}, replaces...)...)
}

// zonal returns the inputs of a Standard resource in a zone, or without one.
func (b *builder) zonal(zone string) pulumi.Map {
	out := networkapi.Inputs(b.args.ResourceGroupName, b.args.Location, b.args.Tags)
	out["sku"] = pulumi.Map{"name": pulumi.String("Standard")}
	if zone != "" {
		out["zones"] = pulumi.Array{pulumi.String(zone)}
	}
	return out
}
