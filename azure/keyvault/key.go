package keyvault

import (
	"strconv"
	"strings"

	azkeyvault "github.com/pulumi/pulumi-azure-native-sdk/keyvault/v2/v20241101"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/azure/internal/names"
	"github.com/ashlar-iac/ashlar/azure/internal/tagging"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
)

// KeyToken is the type of the component [Key].
const KeyToken = "ashlar-azure:keyvault:Key"

// Key is an RSA key in a vault, for the encryption of other resources. It is created through Azure Resource Manager, so
// that the deployer needs neither access to the keys of the vault nor to its network. Azure Resource Manager cannot change
// or delete keys: a key that is removed from the program stays in the vault.
type Key struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the key.
	Name pulumi.StringOutput `pulumi:"name"`
	// ID is the resource ID of the key, which is the scope of role assignments.
	ID pulumi.StringOutput `pulumi:"id"`
	// URI is the URL of the key without its version, with which other resources use the newest version.
	URI pulumi.StringOutput `pulumi:"uri"`
	// VersionedURI is the URL of the version that was created.
	VersionedURI pulumi.StringOutput `pulumi:"versionedUri"`
}

// KeyArgs are the arguments of a [Key]. Those without a note on changes apply when the key is created: Azure Resource Manager
// does not change an existing key, and the component ignores later changes.
type KeyArgs struct {
	// ResourceGroupName is the name of the resource group of the vault. Required for the constructor. Changing it replaces
	// the key.
	ResourceGroupName pulumi.StringInput `pulumi:"resourceGroupName,optional" config:"plain"`
	// VaultName is the name of the vault. Required for the constructor. Changing it replaces the key.
	VaultName pulumi.StringInput `pulumi:"vaultName,optional" config:"plain"`
	// Name is the name of the key, unique in the vault. Default: the name of the component. Changing it replaces the key.
	Name string `pulumi:"name,optional" jsonschema:"pattern=^[a-zA-Z0-9-]{1\\,127}$" config:"name"`
	// Size is the size in bits.
	Size *int `pulumi:"size,optional" jsonschema:"default=3072,enum=2048,enum=3072,enum=4096"`
	// HardwareProtected stores the key in a hardware security module. Requires a vault with the tier premium. Default:
	// false.
	HardwareProtected bool `pulumi:"hardwareProtected,optional"`
	// RotationDays is the number of days after which the vault creates a new version of the key. 0 disables rotation.
	RotationDays *int `pulumi:"rotationDays,optional" jsonschema:"default=365,minimum=0,maximum=3650"`
	// Tags are added to the key. Default: none.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

var (
	_ config.Validator          = (*KeyArgs)(nil)
	_ config.ArgumentsValidator = (*KeyArgs)(nil)
	_ compliance.Declarer       = (*KeyArgs)(nil)
)

// shortestRotation is the shortest rotation period in days. Source: "Configure cryptographic key auto-rotation in Azure Key
// Vault".
const shortestRotation = 7

// Validate implements config.Validator.
func (a *KeyArgs) Validate(report *config.Report) {
	if days := a.RotationDays; days != nil && *days > 0 && *days < shortestRotation {
		report.Add([]string{"rotationDays"}, "expected at least %d, or 0 for no rotation, found %d", shortestRotation, *days)
	}
	const most = 15 // "About keys": the tags of objects in a vault.
	tagging.Check(report, []string{"tags"}, a.Tags, tagging.MaxKey)
	if known, ok := a.Tags.(pulumi.StringMap); ok && len(known) > most {
		report.Add([]string{"tags"}, "%d tags: keys have at most %d, including those of the deployment", len(known), most)
	}
}

// ValidateArguments implements config.ArgumentsValidator.
func (a *KeyArgs) ValidateArguments(report *config.Report) {
	names.CheckGroup(report, a.ResourceGroupName)
	if a.VaultName == nil {
		report.Add([]string{"vaultName"}, "required: add the name of the vault")
	}
}

// Evidence implements compliance.Declarer.
func (a *KeyArgs) Evidence() []compliance.Evidence {
	rotates := a.RotationDays == nil || *a.RotationDays > 0
	return []compliance.Evidence{compliance.Check("rotationDays", rotates, rotates, "a number of days",
		compliancecontrols.KeyRotation...)}
}

// NewKey creates a key. Args are required, because a key needs a vault.
func NewKey(ctx *pulumi.Context, name string, args *KeyArgs, opts ...pulumi.ResourceOption) (*Key, error) {
	k := &Key{}
	args, err := component.Register(ctx, KeyToken, name, k, args, opts...)
	if err != nil {
		return nil, err
	}
	properties := &azkeyvault.KeyPropertiesArgs{
		Kty: pulumi.String("RSA"), KeySize: pulumi.Int(*args.Size),
		// A key that encrypts the keys of other resources needs no other operation.
		KeyOps: pulumi.ToStringArray([]string{"wrapKey", "unwrapKey"}),
	}
	if args.HardwareProtected {
		properties.Kty = pulumi.String("RSA-HSM")
	}
	if days := *args.RotationDays; days > 0 {
		properties.RotationPolicy = &azkeyvault.RotationPolicyArgs{
			LifetimeActions: azkeyvault.LifetimeActionArray{&azkeyvault.LifetimeActionArgs{
				Action:  &azkeyvault.ActionArgs{Type: azkeyvault.KeyRotationPolicyActionTypeRotate},
				Trigger: &azkeyvault.TriggerArgs{TimeAfterCreate: pulumi.String("P" + strconv.Itoa(days) + "D")},
			}},
		}
	}
	// Source: "Keys - Create If Not Exist", Azure Key Vault REST API: it returns an existing key as it is.
	key, err := azkeyvault.NewKey(ctx, name, &azkeyvault.KeyArgs{
		ResourceGroupName: args.ResourceGroupName, VaultName: args.VaultName, KeyName: pulumi.String(args.Name),
		Properties: properties, Tags: args.Tags,
	}, k.Main(pulumi.IgnoreChanges([]string{"properties", "tags"})))
	if err != nil {
		return nil, err
	}
	k.AddChildren(key)
	k.Name, k.ID = key.Name, key.ID().ToStringOutput()
	k.URI = key.KeyUri.ApplyT(func(uri string) string { return strings.TrimSuffix(uri, "/") }).(pulumi.StringOutput)
	k.VersionedURI = key.KeyUriWithVersion
	return component.Finish(ctx, k)
}
