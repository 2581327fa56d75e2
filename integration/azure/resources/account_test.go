package resources_test

import (
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/resources"
	"github.com/ashlar-iac/ashlar/azure/storage"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

// accountOf is a program with a storage account.
func accountOf(a *cloudtest.Account, args *storage.AccountArgs) pulumi.RunFunc {
	return a.InGroup(func(ctx *pulumi.Context, group *resources.ResourceGroup, on pulumi.ResourceOption) error {
		with := *args
		with.ResourceGroupName = group.Name
		s, err := storage.NewAccount(ctx, "orders", &with, on)
		if err != nil {
			return err
		}
		ctx.Export("name", s.Name)
		ctx.Export("endpoint", s.BlobEndpoint)
		ctx.Export("identity", s.IdentityID)
		return nil
	})
}

// Each step changes an option, which changes only the related resources.
func TestAccountOptions(t *testing.T) {
	t.Parallel()
	cloudtest.Azure(t, func(t *testing.T, a *cloudtest.Account) {
		args := &storage.AccountArgs{DeletionProtection: new(false)}
		life := a.Life(t, "account", accountOf(a, args))
		up := life.Up()
		name, _ := up.Outputs["name"].Value.(string)
		require.Regexp(t, `^orders[0-9a-f]{8}$`, name)
		require.Equal(t, "https://"+name+".blob.core.windows.net/", up.Outputs["endpoint"].Value)
		require.Nil(t, up.Outputs["identity"].Value)
		account := func(option string) {
			t.Helper()
			life.Change(option, "update "+accountType+" orders")
		}
		args.Replication = storage.ReplicationGZRS
		account("replication")
		args.AccessTier = storage.AccessTierCool
		account("access tier")
		args.MinimumTLS = storage.TLSVersion13
		account("TLS version")
		args.SharedKeyAccess = true
		account("shared keys")
		args.PublicBlobs = true
		account("public blobs")
		args.CrossTenantReplication = true
		account("replication to other tenants")
		args.Network = &storage.Network{AllowedRanges: pulumi.ToStringArray([]string{"198.51.100.0/24", "203.0.113.7"})}
		account("allowed ranges")
		args.Network.TrustedServices = new(false)
		account("trusted services")
		if a.Store != nil { // The subnet does not exist.
			args.Network = &storage.Network{SubnetIDs: pulumi.ToStringArray([]string{subnet})}
			account("subnets")
		}
		args.Network = &storage.Network{AllNetworks: true}
		account("all networks")
		args.Network = nil
		account("private network access")
		args.Tags = a.Tags(map[string]string{"team": "shop"})
		account("tags")
		blobs(t, life, args)
		containers(t, life, args)

		settings := []string{
			"replace " + accountType + " orders", "replace " + blobsType + " orders", "replace " + policyType + " orders",
			"replace " + containerType + " orders-invoices",
		}
		args.Encryption = &storage.Encryption{Infrastructure: new(false)}
		life.Change("infrastructure encryption", settings...)
		require.NotEqual(t, name, life.Output("name"), "the new account has another name")
		args.Name = name + "2"
		life.Change("name", settings...)
		args.Encryption = nil
		life.Change("infrastructure encryption of an account with a name", settings...)
		args.Location = elsewhere
		life.Change("location", settings...)
		require.Equal(t, args.Name, life.Output("name"))
		life.Destroy()
	})
}

// blobs changes the options of the blob service and of the lifecycle.
func blobs(t *testing.T, life *cloudtest.Life, args *storage.AccountArgs) {
	t.Helper()
	args.BlobSoftDeleteDays = new(60)
	life.Change("soft delete of blobs", "update "+blobsType+" orders")
	args.ContainerSoftDeleteDays = new(0)
	life.Change("no soft delete of containers", "update "+blobsType+" orders")
	args.RestoreDays = new(30)
	life.Change("point-in-time restore", "update "+blobsType+" orders")
	args.RestoreDays = nil
	life.Change("no point-in-time restore", "update "+blobsType+" orders")
	args.ChangeFeed = new(false)
	life.Change("no change feed", "update "+blobsType+" orders")
	args.Versioning = new(false)
	life.Change("no versioning", "update "+blobsType+" orders", "update "+policyType+" orders")
	args.Lifecycle = &storage.Lifecycle{DeleteVersionsAfterDays: new(30)}
	life.Change("age of versions", "update "+policyType+" orders")
	args.Lifecycle = &storage.Lifecycle{DeleteVersionsAfterDays: new(0)}
	life.Change("no lifecycle", "delete "+policyType+" orders")
	args.Lifecycle.Rules = config.Named[storage.LifecycleRule]{
		"logs":     {Prefixes: []string{"invoices/logs"}, AppendBlobs: true, DeleteAfterDays: new(30)},
		"invoices": {Prefixes: []string{"invoices"}, CoolAfterDays: new(30), ColdAfterDays: new(60), DeleteVersionsAfterDays: new(7)},
	}
	life.Change("rules", "create "+policyType+" orders")
	rule := args.Lifecycle.Rules["logs"]
	rule.Enabled = new(false)
	args.Lifecycle.Rules["logs"] = rule
	life.Change("disabled rule", "update "+policyType+" orders")
	args.Versioning, args.ChangeFeed, args.ContainerSoftDeleteDays, args.BlobSoftDeleteDays = nil, nil, nil, nil
	life.Change("defaults of the blob service", "update "+blobsType+" orders", "update "+policyType+" orders")
}

// containers changes the containers.
func containers(t *testing.T, life *cloudtest.Life, args *storage.AccountArgs) {
	t.Helper()
	args.Containers = config.Named[storage.Container]{"invoices": {}, "pictures": {}}
	life.Change("containers", "create "+containerType+" orders-invoices", "create "+containerType+" orders-pictures")
	args.Containers["pictures"] = storage.Container{PublicAccess: storage.PublicAccessBlob}
	life.Change("public access", "update "+containerType+" orders-pictures")
	args.Containers["pictures"] = storage.Container{}
	args.PublicBlobs = false
	life.Change("no public access", "update "+accountType+" orders", "update "+containerType+" orders-pictures")
	args.Containers["pictures"] = storage.Container{Metadata: pulumi.StringMap{"team": pulumi.String("shop")}}
	life.Change("metadata", "update "+containerType+" orders-pictures")
	delete(args.Containers, "pictures")
	life.Change("a removed container", "delete "+containerType+" orders-pictures")
}

// Azure deletes an account with its data.
func TestProtectedAccountsAreNotDeleted(t *testing.T) {
	t.Parallel()
	a := cloudtest.SimulatedAzure(t)
	args := &storage.AccountArgs{Containers: config.Named[storage.Container]{"invoices": {}}}
	life := a.Life(t, "protected", accountOf(a, args))
	life.Up()
	args.Location = elsewhere
	life.Refused("marked for protection")
	args.Location = ""
	args.Containers = nil
	r, err := life.Stack.Up(t.Context())
	require.Error(t, err, r.Output)
	require.Contains(t, r.Output, "protected")
	args.Containers = config.Named[storage.Container]{"invoices": {}}
	args.DeletionProtection = new(false)
	life.Change("no deletion protection")
	life.Destroy()
}

// Azure converts accounts between zones and one datacenter on request only.
func TestAccountChangesThatAzureRejects(t *testing.T) {
	t.Parallel()
	a := cloudtest.SimulatedAzure(t)
	args := &storage.AccountArgs{DeletionProtection: new(false)}
	life := a.Life(t, "rejected", accountOf(a, args))
	life.Up()
	args.Replication = storage.ReplicationLRS
	rejects(t, life, `Status=400 Code="StorageAccountTypeConversionNotAllowed"`)
	args.Replication = ""
	settled(t, life)
	life.Destroy()
}

// Names are global: only Azure knows whether one is in use.
func TestAccountNameInUse(t *testing.T) {
	t.Parallel()
	a := cloudtest.SimulatedAzure(t)
	args := &storage.AccountArgs{Name: "ashlarorders", DeletionProtection: new(false)}
	first := a.Life(t, "first", accountOf(a, args))
	first.Up()
	second := a.Life(t, "second", accountOf(a, args))
	rejects(t, second, `Status=409 Code="StorageAccountAlreadyExists"`)
	r, err := second.Stack.Destroy(t.Context())
	require.NoError(t, err, r.Output)
	first.Destroy()
}

// Blobs could be written to an account without protection.
func TestSettingsComeBeforeContainers(t *testing.T) {
	t.Parallel()
	a := cloudtest.SimulatedAzure(t)
	args := &storage.AccountArgs{DeletionProtection: new(false), Containers: config.Named[storage.Container]{"invoices": {}}}
	life := a.Life(t, "order", accountOf(a, args))
	up := life.Up()
	var order []string
	for _, e := range up.Events {
		if e.ResOutputsEvent != nil {
			order = append(order, e.ResOutputsEvent.Metadata.Type)
		}
	}
	for _, setting := range []string{accountType, blobsType, policyType} {
		require.Contains(t, order, setting)
		require.Less(t, slices.Index(order, setting), slices.Index(order, containerType), setting)
	}
	life.Destroy()
}
