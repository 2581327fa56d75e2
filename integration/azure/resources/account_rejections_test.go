package resources_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/storage"
	"github.com/ashlar-iac/ashlar/core/config"
)

// Arguments that Azure rejects are reported before any resource is created.
func TestInvalidAccounts(t *testing.T) {
	t.Parallel()
	const keyURI = "https://kv-shop.vault.azure.net/keys/storage"
	rule := func(r storage.LifecycleRule) storage.AccountArgs {
		return storage.AccountArgs{Lifecycle: &storage.Lifecycle{Rules: config.Named[storage.LifecycleRule]{"old": r}}}
	}
	ranges := func(text string) storage.AccountArgs {
		return storage.AccountArgs{Network: &storage.Network{AllowedRanges: pulumi.ToStringArray([]string{text})}}
	}
	container := func(name string, c storage.Container) storage.AccountArgs {
		return storage.AccountArgs{Containers: config.Named[storage.Container]{name: c}}
	}
	many := config.Named[storage.LifecycleRule]{}
	for i := range 100 {
		many[fmt.Sprintf("rule-%d", i)] = storage.LifecycleRule{DeleteAfterDays: new(1)}
	}
	cases[storage.AccountArgs]{
		"pattern of the name": {storage.AccountArgs{Name: "st-shop"}, `name: invalid name "st-shop" of a storage account`},
		"long name":           {storage.AccountArgs{Name: strings.Repeat("a", 25)}, "name: invalid name"},
		"short name":          {storage.AccountArgs{Name: "ab"}, "name: invalid name"},
		"LocationNotAvailableForResourceType": {storage.AccountArgs{Location: "Sweden"},
			`location: unknown location "Sweden", did you mean "swedencentral"?`},
		"RedundancyConfigurationNotAvailableInRegion, zones": {storage.AccountArgs{Location: "westus"},
			`replication: location "westus" has no availability zones`},
		"RedundancyConfigurationNotAvailableInRegion, pair": {
			storage.AccountArgs{Location: "italynorth", Replication: storage.ReplicationGRS}, `replication: location "italynorth" has no paired location`},
		"InvalidRequestPropertyValue, sku":        {storage.AccountArgs{Replication: "Standard_LRS"}, `replication: unknown value "Standard_LRS"`},
		"InvalidRequestPropertyValue, tls":        {storage.AccountArgs{MinimumTLS: "1.1"}, `minimumTls: unknown value "1.1"`},
		"InvalidValuesForRequestParameters":       {ranges("10.0.0.1"), "network.allowedRanges[0]: 10.0.0.1 is not a public address"},
		"InvalidValuesForRequestParameters, /31":  {ranges("198.51.100.6/31"), "network.allowedRanges[0]: CIDR blocks have a prefix of at most /30"},
		"InvalidValuesForRequestParameters, IPv6": {ranges("2001:db8::1"), `network.allowedRanges[0]: found "2001:db8::1"`},
		"days": {storage.AccountArgs{BlobSoftDeleteDays: new(366)}, "blobSoftDeleteDays: expected at most 365"},
		"InvalidRequestPropertyValue, restorePolicy without versioning": {
			storage.AccountArgs{RestoreDays: new(7), Versioning: new(false)}, "restoreDays: requires versioning"},
		"InvalidRequestPropertyValue, restorePolicy without change feed": {
			storage.AccountArgs{RestoreDays: new(7), ChangeFeed: new(false)}, "restoreDays: requires changeFeed"},
		"InvalidRequestPropertyValue, restorePolicy.days": {
			storage.AccountArgs{RestoreDays: new(7), BlobSoftDeleteDays: new(7)}, "restoreDays: expected less than blobSoftDeleteDays"},
		"InvalidRequestPropertyValue, restorePolicy.days by default": {
			storage.AccountArgs{RestoreDays: new(30)}, "restoreDays: expected less than blobSoftDeleteDays, which is 30"},
		"pattern of a container": {container("a--b", storage.Container{}), `containers.a--b: invalid name "a--b" of a blob container`},
		"PublicAccessNotPermitted": {container("site", storage.Container{PublicAccess: storage.PublicAccessContainer}),
			"containers.site.publicAccess: Container requires publicBlobs"},
		"InvalidRequestPropertyValue, actions": {rule(storage.LifecycleRule{}), "lifecycle.rules.old: no action"},
		"InvalidRequestPropertyValue, rules":   {storage.AccountArgs{Lifecycle: &storage.Lifecycle{Rules: many}}, "lifecycle.rules: 100 rules"},
		"InvalidRequestPropertyValue, tierToCool of append blobs": {
			rule(storage.LifecycleRule{AppendBlobs: true, CoolAfterDays: new(1)}), "lifecycle.rules.old.coolAfterDays: append blobs"},
		"InvalidRequestPropertyValue, name of a rule": {storage.AccountArgs{Lifecycle: &storage.Lifecycle{
			Rules: config.Named[storage.LifecycleRule]{"previous-versions": {DeleteAfterDays: new(1)}},
		}}, "lifecycle.rules.previous-versions: the name is used by a rule of the component"},
		"InvalidRequestPropertyValue, identity of a key": {
			storage.AccountArgs{Encryption: &storage.Encryption{KeyURI: pulumi.String(keyURI)}}, "encryption.keyId: required with keyUri"},
		"KeyVaultKeyNotFound": {storage.AccountArgs{Encryption: &storage.Encryption{KeyURI: pulumi.String("https://kv-shop.vault.azure.net/")}},
			"encryption.keyUri: found"},
		"InvalidTagNameLength": {storage.AccountArgs{Tags: pulumi.StringMap{strings.Repeat("x", 129): pulumi.String("")}},
			"invalid key: use 1 to 128 characters"},
		"InvalidTags": {storage.AccountArgs{Tags: sameTags()}, sameKey},
	}.run(t, func(ctx *pulumi.Context, args *storage.AccountArgs) error {
		args.ResourceGroupName = pulumi.String("shop")
		_, err := storage.NewAccount(ctx, "orders", args)
		return err
	})
}
