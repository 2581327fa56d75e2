package network_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/network"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

// What Azure rejects is reported before anything is created. The names of the cases are Azure's codes.
func TestInvalidNetworks(t *testing.T) {
	t.Parallel()
	hub := func(prefix string) config.Named[network.Peering] {
		return config.Named[network.Peering]{"hub": {
			NetworkID:       pulumi.String("/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/hub"),
			AddressPrefixes: []string{prefix},
		}}
	}
	appliance := config.Named[network.Route]{"x": {AddressPrefix: "172.16.0.0/12", Address: pulumi.String("10.0.0.4")}}
	rules := &network.SecurityGroup{Rules: config.Named[network.SecurityRule]{"x": {Priority: 100, Access: network.AccessAllow}}}
	for code, tc := range map[string]struct {
		args    network.SecureVNetArgs
		message string
	}{
		"NetcfgSubnetRangeOutsideVnet": {network.SecureVNetArgs{Tiers: tiers(config.Named[network.Tier]{
			"web": {Slot: 3, AddressPrefix: "10.1.0.0/24"},
		})}, "tiers.web.addressPrefix: 10.1.0.0/24 is outside of 10.0.0.0/16"},
		"NetcfgSubnetRangesOverlap": {network.SecureVNetArgs{Tiers: tiers(config.Named[network.Tier]{
			"web": {Slot: 3, AddressPrefix: "10.0.1.0/24"},
		})}, "tiers.web.addressPrefix: 10.0.1.0/24 overlaps 10.0.0.0/17"},
		"NetcfgInvalidSubnet": {network.SecureVNetArgs{Tiers: tiers(config.Named[network.Tier]{"web": {Slot: 3, Size: "/30"}})},
			"tiers.web.size: /30 is smaller than the minimum of the cloud, /29"},
		"AddressPrefixNotAllowed": {network.SecureVNetArgs{AddressPrefix: "224.0.0.0/16"}, "addressPrefix: 224.0.0.0/16 is in the reserved range"},
		"NetworkSecurityGroupCannotBeAttachedToGatewaySubnet": {network.SecureVNetArgs{Tiers: tiers(config.Named[network.Tier]{
			"gateway": {Kind: network.TierGateway, Slot: 3, SecurityGroup: rules},
		})}, "tiers.gateway.securityGroup: a network security group is not supported"},
		"RouteTableCannotBeAttachedForAzureBastionSubnet": {network.SecureVNetArgs{Tiers: tiers(config.Named[network.Tier]{
			"bastion": {Kind: network.TierBastion, Slot: 3, Routes: appliance},
		})}, "tiers.bastion.routes: not supported by Azure in AzureBastionSubnet"},
		"SecurityRuleConflict": {network.SecureVNetArgs{Tiers: config.Named[network.Tier]{"private": {SecurityGroup: &network.SecurityGroup{
			Rules: config.Named[network.SecurityRule]{"x": {Priority: 100, Access: network.AccessAllow}, "y": {Priority: 100, Access: network.AccessDeny}},
		}}}}, "tiers.private.securityGroup.rules.y.priority: duplicate priority 100"},
		"SecurityRuleInvalidPriority": {network.SecureVNetArgs{Tiers: config.Named[network.Tier]{"private": {SecurityGroup: &network.SecurityGroup{
			Rules: config.Named[network.SecurityRule]{"x": {Priority: 50, Access: network.AccessAllow}},
		}}}}, "tiers.private.securityGroup.rules.x.priority: expected at least 100"},
		"InvalidNextHopIpAddress": {network.SecureVNetArgs{Tiers: config.Named[network.Tier]{"private": {
			Routes: config.Named[network.Route]{"x": {AddressPrefix: "172.16.0.0/12"}},
		}}}, "tiers.private.routes.x.address: required"},
		"RouteConflict": {network.SecureVNetArgs{Tiers: config.Named[network.Tier]{"private": {Routes: config.Named[network.Route]{
			"x": {AddressPrefix: "172.16.0.0/12", NextHop: network.NextHopNone}, "y": {AddressPrefix: "172.16.0.0/12", NextHop: network.NextHopNone},
		}}}}, "tiers.private.routes.y.addressPrefix: duplicate destination"},
		"VnetAddressSpacesOverlap":           {network.SecureVNetArgs{Peerings: hub("10.0.0.0/24")}, "peerings.hub.addressPrefixes: 10.0.0.0/24 overlaps with 10.0.0.0/16"},
		"NatGatewayTooManyPublicIPAddresses": {network.SecureVNetArgs{NAT: &network.NAT{Addresses: 17}}, "nat.addresses: expected at most 16"},
		"PublicIPPrefixLengthInvalid":        {network.SecureVNetArgs{NAT: &network.NAT{PrefixLength: 27}}, "nat.prefixLength: expected at least 28"},
		"InvalidAvailabilityZone":            {network.SecureVNetArgs{Location: "westus", NAT: &network.NAT{Zone: "1"}}, "nat.zone: location"},
		"InvalidResourceName":                {network.SecureVNetArgs{Name: "vnet main"}, `name: invalid name "vnet main"`},
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			cloudtest.RequireRefusedByAzure(t, tc.message, func(ctx *pulumi.Context) error {
				args := tc.args
				args.ResourceGroupName = pulumi.String("network")
				if args.AddressPrefix == "" {
					args.AddressPrefix = "10.0.0.0/16"
				}
				_, err := network.NewSecureVNet(ctx, "main", &args)
				return err
			})
		})
	}
}
