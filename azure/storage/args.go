package storage

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/azure/internal/firewall"
	"github.com/ashlar-iac/ashlar/azure/internal/location"
	"github.com/ashlar-iac/ashlar/azure/internal/names"
	"github.com/ashlar-iac/ashlar/azure/internal/tagging"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
)

// AccountArgs are the arguments of an [Account].
type AccountArgs struct {
	// ResourceGroupName is the name of the resource group. Required for the constructor. Changing it replaces the account
	// and deletes its data.
	ResourceGroupName pulumi.StringInput `pulumi:"resourceGroupName,optional" config:"plain"`
	// Name is the name of the account, unique in all of Azure: 3 to 24 lower case letters and digits. Default: the name of
	// the component with random characters. Changing it replaces the account and deletes its data.
	Name string `pulumi:"name,optional"`
	// Location is the location, in its short form, such as westeurope. Default: the location of the provider. Changing it
	// replaces the account and deletes its data.
	Location string `pulumi:"location,optional" jsonschema:"example=westeurope"`
	// DeletionProtection rejects the deletion and the replacement of the account and of its containers by Pulumi. Azure
	// deletes an account with all its data, which cannot be undone: set it to false and update before you destroy the
	// account.
	DeletionProtection *bool `pulumi:"deletionProtection,optional" jsonschema:"default=true"`
	// Replication is where the copies of the data are: in one datacenter (LRS), in three zones (ZRS), in addition in the
	// paired location (GRS, GZRS), and readable there (RAGRS, RAGZRS). Changing it updates the account; Azure converts
	// between zones and one datacenter on request only.
	Replication Replication `pulumi:"replication,optional" jsonschema:"default=ZRS,enum=LRS,enum=ZRS,enum=GRS,enum=RAGRS,enum=GZRS,enum=RAGZRS"`
	// AccessTier is the access tier of blobs that set none. Changing it updates the account.
	AccessTier AccessTier `pulumi:"accessTier,optional" jsonschema:"default=Hot,enum=Hot,enum=Cool,enum=Cold"`
	// MinimumTLS is the minimum version of TLS. Plain HTTP is always rejected. Changing it updates the account.
	MinimumTLS TLSVersion `pulumi:"minimumTls,optional" jsonschema:"default=1.2,enum=1.2,enum=1.3"`
	// SharedKeyAccess allows requests with the keys of the account and with signatures by them, which have all permissions
	// and no identity. Default: false. Changing it updates the account.
	SharedKeyAccess bool `pulumi:"sharedKeyAccess,optional"`
	// PublicBlobs allows containers whose blobs are readable without authentication. Default: false. Changing it updates the
	// account.
	PublicBlobs bool `pulumi:"publicBlobs,optional"`
	// CrossTenantReplication allows object replication to and from accounts of other tenants. Default: false. Changing it
	// updates the account.
	CrossTenantReplication bool `pulumi:"crossTenantReplication,optional"`
	// Network restricts the networks from which the account is accessible. Default: private endpoints and trusted Azure
	// services.
	Network *Network `pulumi:"network,optional" config:"group"`
	// Encryption is the encryption at rest. Default: two layers, with keys that Microsoft manages.
	Encryption *Encryption `pulumi:"encryption,optional" config:"group"`
	// Versioning keeps overwritten and deleted blobs as previous versions. Changing it updates the account.
	Versioning *bool `pulumi:"versioning,optional" jsonschema:"default=true"`
	// ChangeFeed records all changes of blobs. Changing it updates the account.
	ChangeFeed *bool `pulumi:"changeFeed,optional" jsonschema:"default=true"`
	// BlobSoftDeleteDays is the number of days in which deleted blobs and versions can be restored. 0 disables it. Changing
	// it updates the account.
	BlobSoftDeleteDays *int `pulumi:"blobSoftDeleteDays,optional" jsonschema:"default=30,minimum=0,maximum=365"`
	// ContainerSoftDeleteDays is the number of days in which deleted containers can be restored. 0 disables it. Changing it
	// updates the account.
	ContainerSoftDeleteDays *int `pulumi:"containerSoftDeleteDays,optional" jsonschema:"default=30,minimum=0,maximum=365"`
	// RestoreDays is the number of days within which block blobs can be restored to an earlier point in time. Requires
	// versioning, changeFeed and a larger blobSoftDeleteDays. Default: no point-in-time restore. Changing it updates the
	// account.
	RestoreDays *int `pulumi:"restoreDays,optional" jsonschema:"minimum=1,maximum=364"`
	// Containers are blob containers, by their names of 3 to 63 lower case letters, digits and hyphens. Default: none.
	// Removing one deletes it, which deletionProtection rejects.
	Containers config.Named[Container] `pulumi:"containers,optional"`
	// Lifecycle deletes blobs and moves them to other tiers by age. Default: previous versions are deleted after 90 days.
	Lifecycle *Lifecycle `pulumi:"lifecycle,optional" config:"group"`
	// Tags are added to the account. Default: none. Changing them updates the account.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

// Replication is the redundancy of an account. Source: "Azure Storage redundancy".
type Replication string

// The redundancies.
const (
	ReplicationLRS    Replication = "LRS"
	ReplicationZRS    Replication = "ZRS"
	ReplicationGRS    Replication = "GRS"
	ReplicationRAGRS  Replication = "RAGRS"
	ReplicationGZRS   Replication = "GZRS"
	ReplicationRAGZRS Replication = "RAGZRS"
)

// zones reports whether the copies are in several zones.
func (r Replication) zones() bool { return strings.HasSuffix(string(r), "ZRS") }

// paired reports whether there are copies in the paired location.
func (r Replication) paired() bool { return strings.Contains(string(r), "G") }

// AccessTier is the access tier of an account.
type AccessTier string

// The access tiers.
const (
	AccessTierHot  AccessTier = "Hot"
	AccessTierCool AccessTier = "Cool"
	AccessTierCold AccessTier = "Cold"
)

// TLSVersion is a version of TLS.
type TLSVersion string

// The versions of TLS.
const (
	TLSVersion12 TLSVersion = "1.2"
	TLSVersion13 TLSVersion = "1.3"
)

// Network restricts the networks from which an account is accessible. Private endpoints are always allowed. Changing a
// field updates the account. Source: "Configure Azure Storage firewalls and virtual networks".
type Network struct {
	// AllowedRanges are public IPv4 addresses and CIDR blocks of /30 and larger, such as those of the deployer. Default:
	// none.
	AllowedRanges pulumi.StringArrayInput `pulumi:"allowedRanges,optional" config:"plain"`
	// SubnetIDs are resource IDs of subnets with the service endpoint Microsoft.Storage. Default: none.
	SubnetIDs pulumi.StringArrayInput `pulumi:"subnetIds,optional" config:"plain"`
	// TrustedServices allows Azure services that Microsoft trusts, such as those that write diagnostic and flow logs.
	TrustedServices *bool `pulumi:"trustedServices,optional" jsonschema:"default=true"`
	// AllNetworks allows all networks. Mutually exclusive with allowedRanges and subnetIds. Default: false.
	AllNetworks bool `pulumi:"allNetworks,optional"`
}

// Encryption is the encryption at rest. Source: "Azure Storage encryption for data at rest".
type Encryption struct {
	// Infrastructure encrypts the data a second time, with another algorithm and keys of Microsoft. Azure sets it when the
	// account is created: changing it replaces the account and deletes its data.
	Infrastructure *bool `pulumi:"infrastructure,optional" jsonschema:"default=true"`
	// KeyURI is the URL of a key in a key vault with purge protection, such as https://NAME.vault.azure.net/keys/KEY. Without
	// a version, new versions of the key are used automatically. Default: a key that Microsoft manages. Changing it updates
	// the account.
	KeyURI pulumi.StringInput `pulumi:"keyUri,optional" config:"plain"`
	// KeyID is the resource ID of the key: the component creates a user-assigned identity with the role Key Vault Crypto
	// Service Encryption User for it. Required with keyUri, unless identityId is set.
	KeyID pulumi.StringInput `pulumi:"keyId,optional" config:"plain"`
	// IdentityID is the resource ID of a user-assigned identity that has that role already. Mutually exclusive with keyId.
	// Default: an identity of the component. Changing it updates the account.
	IdentityID pulumi.StringInput `pulumi:"identityId,optional" config:"plain"`
}

// Container is a blob container.
type Container struct {
	// PublicAccess is what is readable without authentication: nothing (None), blobs whose names are known (Blob), or the
	// list of the blobs, too (Container). Requires publicBlobs. Changing it updates the container.
	PublicAccess PublicAccess `pulumi:"publicAccess,optional" jsonschema:"default=None,enum=None,enum=Blob,enum=Container"`
	// Metadata are names and values of the container, which are no tags. Default: none. Changing them updates the container.
	Metadata pulumi.StringMapInput `pulumi:"metadata,optional" config:"plain"`
}

// PublicAccess is what of a container is readable without authentication.
type PublicAccess string

// The levels of public access.
const (
	PublicAccessNone      PublicAccess = "None"
	PublicAccessBlob      PublicAccess = "Blob"
	PublicAccessContainer PublicAccess = "Container"
)

var (
	_ config.Validator          = (*AccountArgs)(nil)
	_ config.ArgumentsValidator = (*AccountArgs)(nil)
	_ config.Validator          = (*Network)(nil)
	_ config.Validator          = (*Encryption)(nil)
	_ compliance.Declarer       = (*AccountArgs)(nil)
)

// Validate implements config.Validator.
func (a *AccountArgs) Validate(report *config.Report) {
	names.Check(report, []string{"name"}, accountType, a.Name)
	location.Check(report, []string{"location"}, a.Location)
	tagging.Check(report, []string{"tags"}, a.Tags, tagging.MaxStorageKey)
	a.CheckLocation(report, a.Location)
	a.checkRestore(report)
	for _, name := range a.Containers.Names() {
		names.Check(report, []string{"containers", name}, containerType, name)
		if access := a.Containers[name].PublicAccess; access != "" && access != PublicAccessNone && !a.PublicBlobs {
			report.Add([]string{"containers", name, "publicAccess"}, "%s requires publicBlobs: set it, or use None", access)
		}
	}
	if a.Lifecycle != nil {
		a.Lifecycle.checkTiers(report, a.Replication)
	}
}

// CheckLocation reports a replication that a location does not offer. It is for sections, where the location can be that of
// the provider; locations that are not known are not checked.
func (a *AccountArgs) CheckLocation(report *config.Report, name string) {
	if zones, known := location.HasZones(name); known && !zones && a.Replication.zones() {
		report.Add([]string{"replication"}, "location %q has no availability zones, which %s requires: use %s", name,
			a.Replication, map[bool]Replication{true: ReplicationGRS, false: ReplicationLRS}[a.Replication.paired()])
	}
	if pair, known := location.Pair(name); known && pair == "" && a.Replication.paired() {
		report.Add([]string{"replication"}, "location %q has no paired location, which %s requires: use ZRS", name, a.Replication)
	}
}

// checkRestore follows "Point-in-time restore for block blobs".
func (a *AccountArgs) checkRestore(report *config.Report) {
	if a.RestoreDays == nil {
		return
	}
	at := []string{"restoreDays"}
	if off(a.Versioning) {
		report.Add(at, "requires versioning: set it to true, or omit restoreDays")
	}
	if off(a.ChangeFeed) {
		report.Add(at, "requires changeFeed: set it to true, or omit restoreDays")
	}
	if days := a.BlobSoftDeleteDays; days != nil && *a.RestoreDays >= *days {
		report.Add(at, "expected less than blobSoftDeleteDays, which is %d, found %d", *days, *a.RestoreDays)
	}
}

func off(option *bool) bool { return option != nil && !*option }

// ValidateArguments implements config.ArgumentsValidator.
func (a *AccountArgs) ValidateArguments(report *config.Report) {
	names.CheckGroup(report, a.ResourceGroupName)
	if a.Encryption != nil {
		a.Encryption.checkKey(report)
	}
}

// Validate implements config.Validator.
func (n *Network) Validate(report *config.Report) {
	const smallest = 30
	firewall.CheckRanges(report, []string{"allowedRanges"}, n.AllowedRanges, smallest)
	firewall.CheckSubnets(report, []string{"subnetIds"}, n.SubnetIDs)
	firewall.CheckAll(report, n.AllNetworks, n.AllowedRanges, n.SubnetIDs)
}

// Validate implements config.Validator.
func (e *Encryption) Validate(report *config.Report) {
	if uri, known := e.KeyURI.(pulumi.String); known {
		if _, _, _, err := splitKey(string(uri)); err != nil {
			report.Add([]string{"keyUri"}, "%v", err)
		}
	}
	if id, known := e.KeyID.(pulumi.String); known && !strings.Contains(strings.ToLower(string(id)), "/keys/") {
		report.Add([]string{"keyId"}, "found %q: use the resource ID of a key in a key vault", string(id))
	}
	names.CheckID(report, []string{"identityId"}, e.IdentityID, "Microsoft.ManagedIdentity/userAssignedIdentities",
		"user-assigned identity")
	if e.KeyID != nil && e.IdentityID != nil {
		report.Add(nil, "keyId, for which an identity is created, and identityId are mutually exclusive: remove one of them")
	}
}

// checkKey reports an incomplete key. In a section, an entry can refer to a key instead.
func (e *Encryption) checkKey(report *config.Report) {
	at := func(key string) []string { return []string{"encryption", key} }
	switch {
	case e.KeyURI == nil && (e.KeyID != nil || e.IdentityID != nil):
		report.Add(at("keyUri"), "required with keyId and identityId: add the URL of the key")
	case e.KeyURI != nil && e.KeyID == nil && e.IdentityID == nil:
		report.Add(at("keyId"), "required with keyUri: add the resource ID of the key, or an identity that can use it as identityId")
	}
}

// Evidence implements compliance.Declarer.
func (a *AccountArgs) Evidence() []compliance.Evidence {
	versioning, feed := !off(a.Versioning), !off(a.ChangeFeed)
	open := a.Network != nil && a.Network.AllNetworks
	twice := a.Encryption == nil || !off(a.Encryption.Infrastructure)
	out := []compliance.Evidence{
		compliance.Always("enableHttpsTrafficOnly", true, compliancecontrols.EncryptionInTransit...),
		compliance.Check("sharedKeyAccess", a.SharedKeyAccess, !a.SharedKeyAccess, "false", compliancecontrols.SharedKeys...),
		compliance.Check("publicBlobs", a.PublicBlobs, !a.PublicBlobs, "false", compliancecontrols.PublicData...),
		compliance.Check("network.allNetworks", open, !open, "false", compliancecontrols.NetworkAccess...),
		compliance.Check("encryption.infrastructure", twice, twice, "true", compliancecontrols.EncryptionAtRest...),
		compliance.Check("versioning", versioning, versioning, "true", compliancecontrols.Recovery...),
		compliance.Check("changeFeed", feed, feed, "true", compliancecontrols.ChangeRecords...),
	}
	for _, s := range []struct {
		key  string
		days *int
	}{{"blobSoftDeleteDays", a.BlobSoftDeleteDays}, {"containerSoftDeleteDays", a.ContainerSoftDeleteDays}} {
		days := 30
		if s.days != nil {
			days = *s.days
		}
		out = append(out, compliance.Check(s.key, days, days > 0, "1 or more", compliancecontrols.Recovery...))
	}
	if a.Encryption != nil && a.Encryption.KeyURI != nil {
		out = append(out, compliance.Always("encryption.keyUri", "set", compliancecontrols.CustomerKeys...))
	}
	return out
}
