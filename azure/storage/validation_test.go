package storage_test

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/internal/fixture"
	"github.com/ashlar-iac/ashlar/azure/storage"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

func rules(rule storage.LifecycleRule) *storage.Lifecycle {
	return &storage.Lifecycle{Rules: config.Named[storage.LifecycleRule]{"old": rule}}
}

func encrypted(e storage.Encryption) storage.AccountArgs { return storage.AccountArgs{Encryption: &e} }

func TestInvalidAccountsAreRejected(t *testing.T) {
	t.Parallel()
	many := &storage.Lifecycle{Rules: config.Named[storage.LifecycleRule]{}}
	for i := range 100 {
		many.Rules[fmt.Sprintf("rule-%d", i)] = storage.LifecycleRule{DeleteAfterDays: new(1)}
	}
	tests := map[string]struct {
		reason string
		args   storage.AccountArgs
		want   []string
	}{
		"name":         {"letters and digits", storage.AccountArgs{Name: "st-shop"}, []string{`name: invalid name "st-shop" of a storage account`}},
		"long name":    {"24 characters", storage.AccountArgs{Name: "stshopordersproductioneur"}, []string{`name: invalid name`}},
		"location":     {"the short form", storage.AccountArgs{Location: "West Europe"}, []string{`location: unknown location "West Europe", did you mean "westeurope"?`}},
		"zones":        {"three zones are required", storage.AccountArgs{Location: "westus"}, []string{`replication: location "westus" has no availability zones, which ZRS requires: use LRS`}},
		"paired zones": {"three zones are required", storage.AccountArgs{Location: "westus", Replication: storage.ReplicationGZRS}, []string{`replication: location "westus" has no availability zones, which GZRS requires: use GRS`}},
		"pair":         {"some locations have none", storage.AccountArgs{Location: "polandcentral", Replication: storage.ReplicationRAGRS}, []string{`replication: location "polandcentral" has no paired location, which RAGRS requires: use ZRS`}},
		"replication":  {"typed values", storage.AccountArgs{Replication: "Standard_LRS"}, []string{`replication: unknown value "Standard_LRS"`}},
		"TLS":          {"TLS 1.1 is retired", storage.AccountArgs{MinimumTLS: "1.1"}, []string{`minimumTls: unknown value "1.1"`}},
		"small block":  {"single addresses", storage.AccountArgs{Network: &storage.Network{AllowedRanges: pulumi.ToStringArray([]string{"198.51.100.7/32"})}}, []string{"network.allowedRanges[0]: CIDR blocks have a prefix of at most /30"}},
		"private":      {"rules are for public addresses", storage.AccountArgs{Network: &storage.Network{AllowedRanges: pulumi.ToStringArray([]string{"10.0.0.1"})}}, []string{"network.allowedRanges[0]: 10.0.0.1 is not a public address"}},
		"subnet":       {"an ID", storage.AccountArgs{Network: &storage.Network{SubnetIDs: pulumi.ToStringArray([]string{"web"})}}, []string{`network.subnetIds[0]: found "web"`}},
		"all networks": {"the ranges have no effect", storage.AccountArgs{Network: &storage.Network{AllNetworks: true, AllowedRanges: pulumi.ToStringArray([]string{"198.51.100.7"})}}, []string{"network.allNetworks: mutually exclusive"}},
		"soft delete":  {"at most a year", storage.AccountArgs{BlobSoftDeleteDays: new(366), ContainerSoftDeleteDays: new(-1)}, []string{"blobSoftDeleteDays: expected at most 365", "containerSoftDeleteDays: expected at least 0"}},
		"restore": {"what it requires", storage.AccountArgs{RestoreDays: new(30), Versioning: new(false), ChangeFeed: new(false)},
			[]string{"restoreDays: requires versioning", "restoreDays: requires changeFeed", "restoreDays: expected less than blobSoftDeleteDays, which is 30, found 30"}},
		"container":        {"two hyphens", storage.AccountArgs{Containers: config.Named[storage.Container]{"a--b": {}}}, []string{`containers.a--b: invalid name "a--b" of a blob container`}},
		"short container":  {"three characters", storage.AccountArgs{Containers: config.Named[storage.Container]{"ab": {}}}, []string{`containers.ab: invalid name`}},
		"public container": {"allowed for the account first", storage.AccountArgs{Containers: config.Named[storage.Container]{"site": {PublicAccess: storage.PublicAccessBlob}}}, []string{"containers.site.publicAccess: Blob requires publicBlobs: set it, or use None"}},
		"key without identity": {"it could not be used", encrypted(storage.Encryption{KeyURI: pulumi.String(keyURI)}),
			[]string{"encryption.keyId: required with keyUri"}},
		"identity without key": {"it has no effect", encrypted(storage.Encryption{IdentityID: pulumi.String(identityID)}),
			[]string{"encryption.keyUri: required with keyId and identityId"}},
		"two identities": {"one uses the key", encrypted(storage.Encryption{KeyURI: pulumi.String(keyURI), KeyID: pulumi.String(keyID), IdentityID: pulumi.String(identityID)}),
			[]string{"encryption: keyId, for which an identity is created, and identityId are mutually exclusive"}},
		"URL of a secret": {"keys only", encrypted(storage.Encryption{KeyURI: pulumi.String("https://kv-shop.vault.azure.net/secrets/x"), KeyID: pulumi.String(keyID)}),
			[]string{`encryption.keyUri: found "https://kv-shop.vault.azure.net/secrets/x": use the URL of a key`}},
		"ID of a vault": {"least privilege", encrypted(storage.Encryption{KeyURI: pulumi.String(keyURI), KeyID: pulumi.String("/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv-shop")}),
			[]string{`encryption.keyId: found`}},
		"name of an identity": {"an ID", encrypted(storage.Encryption{KeyURI: pulumi.String(keyURI), IdentityID: pulumi.String("id-shop")}),
			[]string{`encryption.identityId: found "id-shop": use the resource ID of a user-assigned identity`}},
		"no action":    {"a rule without effect", storage.AccountArgs{Lifecycle: rules(storage.LifecycleRule{})}, []string{"lifecycle.rules.old: no action: add one such as deleteAfterDays: 30"}},
		"order":        {"tiers get colder", storage.AccountArgs{Lifecycle: rules(storage.LifecycleRule{CoolAfterDays: new(60), ColdAfterDays: new(30), DeleteAfterDays: new(30)})}, []string{"lifecycle.rules.old.coldAfterDays: expected more than coolAfterDays, which is 60, found 30", "lifecycle.rules.old.deleteAfterDays: expected more than coldAfterDays, which is 30, found 30"}},
		"archive":      {"not with zones", storage.AccountArgs{Lifecycle: rules(storage.LifecycleRule{ArchiveAfterDays: new(90)})}, []string{"lifecycle.rules.old.archiveAfterDays: ZRS does not support the archive tier"}},
		"append blobs": {"they have no tiers", storage.AccountArgs{Lifecycle: rules(storage.LifecycleRule{AppendBlobs: true, CoolAfterDays: new(1)})}, []string{"lifecycle.rules.old.coolAfterDays: append blobs cannot be moved to the cool tier"}},
		"prefix":       {"with its container", storage.AccountArgs{Lifecycle: rules(storage.LifecycleRule{Prefixes: []string{"/logs"}, DeleteAfterDays: new(1)})}, []string{`lifecycle.rules.old.prefixes[0]: found "/logs": begin with the name of a container`}},
		"many rules":   {"100 with that of the component", storage.AccountArgs{Lifecycle: many}, []string{"lifecycle.rules: 100 rules: use at most 99"}},
		"rule of the component": {"names are unique", storage.AccountArgs{Lifecycle: &storage.Lifecycle{Rules: config.Named[storage.LifecycleRule]{"previous-versions": {DeleteAfterDays: new(1)}}}},
			[]string{"lifecycle.rules.previous-versions: the name is used by a rule of the component"}},
		"tags": {"shorter keys than other types", storage.AccountArgs{Tags: pulumi.StringMap{"a/b": pulumi.String("")}}, []string{"invalid key: use 1 to 128 characters"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.args.ResourceGroupName = group
			fixture.RequireRejected(t, func(ctx *pulumi.Context) error {
				_, err := storage.NewAccount(ctx, "orders", &tc.args)
				return err
			}, tc.want...)
		})
	}
	fixture.RequireRejected(t, func(ctx *pulumi.Context) error {
		_, err := storage.NewAccount(ctx, "orders", &storage.AccountArgs{})
		return err
	}, "resourceGroupName: required: add the name of the resource group")
}

func TestValidAccountsAreAccepted(t *testing.T) {
	t.Parallel()
	for name, args := range map[string]storage.AccountArgs{
		"one datacenter": {Location: "westus", Replication: storage.ReplicationLRS},
		"paired":         {Location: "westus", Replication: storage.ReplicationGRS},
		"zones":          {Location: "polandcentral"},
		"restore":        {RestoreDays: new(29)},
		"archive":        {Replication: storage.ReplicationLRS, Lifecycle: rules(storage.LifecycleRule{ArchiveAfterDays: new(90)})},
		"public":         {PublicBlobs: true, Containers: config.Named[storage.Container]{"site": {PublicAccess: storage.PublicAccessContainer}}},
		"block":          {Network: &storage.Network{AllowedRanges: pulumi.ToStringArray([]string{"198.51.100.4/30"})}},
	} {
		require.NotEmpty(t, create(t, given(args)).Resources, name)
	}
}

func TestAccountEvidence(t *testing.T) {
	t.Parallel()
	require.Equal(t, map[string]bool{
		"enableHttpsTrafficOnly": true, "sharedKeyAccess": true, "publicBlobs": true, "network.allNetworks": true,
		"encryption.infrastructure": true, "versioning": true, "changeFeed": true, "blobSoftDeleteDays": true,
		"containerSoftDeleteDays": true,
	}, pulumitest.Evidence((&storage.AccountArgs{}).Evidence()))
	weak := &storage.AccountArgs{
		SharedKeyAccess: true, PublicBlobs: true, Network: &storage.Network{AllNetworks: true}, Versioning: new(false),
		ChangeFeed: new(false), BlobSoftDeleteDays: new(0), ContainerSoftDeleteDays: new(0),
		Encryption: &storage.Encryption{Infrastructure: new(false), KeyURI: pulumi.String(keyURI)},
	}
	require.Equal(t, map[string]bool{
		"enableHttpsTrafficOnly": true, "sharedKeyAccess": false, "publicBlobs": false, "network.allNetworks": false,
		"encryption.infrastructure": false, "versioning": false, "changeFeed": false, "blobSoftDeleteDays": false,
		"containerSoftDeleteDays": false, "encryption.keyUri": true,
	}, pulumitest.Evidence(weak.Evidence()))
}
