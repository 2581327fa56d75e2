package network_test

import (
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/network"
	"github.com/ashlar-iac/ashlar/azure/resources"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

// Types of the resources of a network.
const (
	vnetType     = "azure-native:network/v20240501:VirtualNetwork"
	subnetType   = "azure-native:network/v20240501:Subnet"
	groupType    = "azure-native:network/v20240501:NetworkSecurityGroup"
	tableType    = "azure-native:network/v20240501:RouteTable"
	natType      = "azure-native:network/v20240501:NatGateway"
	addressType  = "azure-native:network/v20240501:PublicIPAddress"
	prefixType   = "azure-native:network/v20240501:PublicIPPrefix"
	peeringType  = "azure-native:network/v20240501:VirtualNetworkPeering"
	endpointType = "azure-native:network/v20240501:PrivateEndpoint"
	recordsType  = "azure-native:network/v20240501:PrivateDnsZoneGroup"
	zoneType     = "azure-native:network/v20240601:PrivateZone"
	linkType     = "azure-native:network/v20240601:VirtualNetworkLink"
	flowLogType  = "azure-native:network/v20240501:FlowLog"
)

// networkOf returns a program with a network, and without a location, so that it is that of the provider.
func networkOf(a *cloudtest.Account, args *network.SecureVNetArgs) pulumi.RunFunc {
	return a.InGroup(func(ctx *pulumi.Context, group *resources.ResourceGroup, on pulumi.ResourceOption) error {
		given := *args
		given.ResourceGroupName = group.Name
		v, err := network.NewSecureVNet(ctx, "main", &given, on)
		if err != nil {
			return err
		}
		ctx.Export("subnets", v.SubnetIDs)
		ctx.Export("allocation", v.Allocation)
		ctx.Export("nat", v.NATAddresses)
		return nil
	})
}

func secure() *network.SecureVNetArgs { return &network.SecureVNetArgs{AddressPrefix: "10.0.0.0/16"} }

// noNAT returns arguments without NAT gateways.
func noNAT() *network.SecureVNetArgs {
	args := secure()
	args.NAT = &network.NAT{Mode: network.NATNone}
	return args
}

// each returns the steps of an operation on resources of types.
func each(op, name string, types ...string) []string {
	var out []string
	for _, typ := range types {
		out = append(out, op+" "+typ+" "+name)
	}
	return out
}

func steps(lists ...[]string) []string { return slices.Concat(lists...) }

// texts returns an output that is a map of texts.
func texts(t *testing.T, life *cloudtest.Life, name string) map[string]any {
	t.Helper()
	out, ok := life.Output(name).(map[string]any)
	require.True(t, ok)
	return out
}

// tiers returns the default tiers and others.
func tiers(more config.Named[network.Tier]) config.Named[network.Tier] {
	out := config.Named[network.Tier]{"private": {}, "isolated": {}}
	for name, t := range more {
		out[name] = t
	}
	return out
}
