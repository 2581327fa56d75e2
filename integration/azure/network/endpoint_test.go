package network_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/keyvault"
	"github.com/ashlar-iac/ashlar/azure/network"
	"github.com/ashlar-iac/ashlar/azure/resources"
	"github.com/ashlar-iac/ashlar/azure/storage"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

// endpoints is a program with a storage account and a key vault that are accessible from a network.
type endpoints struct {
	blobs network.PrivateEndpointArgs
	// tier is the tier of the endpoints.
	tier string
	// second adds an endpoint of another account, which shares the zone.
	second bool
}

func (e *endpoints) program(a *cloudtest.Account) pulumi.RunFunc {
	return a.InGroup(func(ctx *pulumi.Context, group *resources.ResourceGroup, on pulumi.ResourceOption) error {
		args := noNAT()
		args.ResourceGroupName = group.Name
		v, err := network.NewSecureVNet(ctx, "main", args, on)
		if err != nil {
			return err
		}
		subnet := v.NetworkInfo().Tier(e.tier)[0].ID
		account, err := storage.NewAccount(ctx, "orders", &storage.AccountArgs{
			ResourceGroupName: group.Name, DeletionProtection: new(false),
		}, on)
		if err != nil {
			return err
		}
		blobs := e.blobs
		blobs.ResourceGroupName, blobs.SubnetID, blobs.TargetID, blobs.GroupID = group.Name, subnet, account.ID, "blob"
		p, err := network.NewPrivateEndpoint(ctx, "blobs", &blobs, on)
		if err != nil {
			return err
		}
		ctx.Export("addresses", p.PrivateIPs)
		vault, err := keyvault.NewVault(ctx, "keys", &keyvault.VaultArgs{
			ResourceGroupName: group.Name, PurgeProtection: new(false),
		}, on)
		if err != nil {
			return err
		}
		if _, err := network.NewPrivateEndpoint(ctx, "keys", &network.PrivateEndpointArgs{
			ResourceGroupName: group.Name, SubnetID: subnet, TargetID: vault.ID, GroupID: "vault",
		}, on); err != nil || !e.second {
			return err
		}
		copies, err := storage.NewAccount(ctx, "copies", &storage.AccountArgs{
			ResourceGroupName: group.Name, DeletionProtection: new(false),
		}, on)
		if err != nil {
			return err
		}
		_, err = network.NewPrivateEndpoint(ctx, "copies", &network.PrivateEndpointArgs{
			ResourceGroupName: group.Name, SubnetID: subnet, TargetID: copies.ID, GroupID: "blob", DNS: &network.PrivateDNS{
				ZoneIDs: map[string]pulumi.StringInput{"blob": p.ZoneIDs.MapIndex(pulumi.String("privatelink.blob.core.windows.net"))},
			},
		}, on)
		return err
	})
}

func TestPrivateEndpoints(t *testing.T) {
	t.Parallel()
	cloudtest.Azure(t, func(t *testing.T, a *cloudtest.Account) {
		const zone = "blobs-privatelink.blob.core.windows.net"
		e := &endpoints{tier: "isolated"}
		life := a.Life(t, "endpoints", e.program(a))
		life.Up()
		require.Equal(t, []any{"10.0.128.4"}, life.Output("addresses"), "the first address that Azure does not reserve")
		e.second = true
		life.Change("another account", "create azure-native:storage/v20240101:StorageAccount copies",
			"create azure-native:storage/v20240101:BlobServiceProperties copies", "create azure-native:storage/v20240101:ManagementPolicy copies",
			"create "+endpointType+" copies", "create "+recordsType+" copies")
		e.blobs.PrivateIP = "10.0.128.10"
		life.Change("an address", "replace "+endpointType+" blobs", "replace "+recordsType+" blobs")
		require.Equal(t, []any{"10.0.128.10"}, life.Output("addresses"))
		e.blobs.Tags = pulumi.StringMap{"team": pulumi.String("shop")}
		life.Change("tags", "update "+endpointType+" blobs", "update "+zoneType+" "+zone, "update "+linkType+" "+zone+"-endpoint")
		e.second = false
		life.Change("one account", "delete azure-native:storage/v20240101:StorageAccount copies",
			"delete azure-native:storage/v20240101:BlobServiceProperties copies", "delete azure-native:storage/v20240101:ManagementPolicy copies",
			"delete "+endpointType+" copies", "delete "+recordsType+" copies")
		e.blobs.DNS = &network.PrivateDNS{Enabled: new(false)}
		life.Change("no records", "delete "+recordsType+" blobs", "delete "+zoneType+" "+zone, "delete "+linkType+" "+zone+"-endpoint")
		e.blobs.PrivateIP, e.tier = "", "private"
		life.Change("another subnet", "replace "+endpointType+" blobs", "replace "+endpointType+" keys", "replace "+recordsType+" keys")
		life.Destroy()
	})
}
