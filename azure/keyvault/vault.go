package keyvault

import (
	azkeyvault "github.com/pulumi/pulumi-azure-native-sdk/keyvault/v2/v20241101"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/azure/internal/firewall"
	"github.com/ashlar-iac/ashlar/azure/internal/location"
	"github.com/ashlar-iac/ashlar/azure/internal/logicalname"
	"github.com/ashlar-iac/ashlar/azure/internal/lookup"
	"github.com/ashlar-iac/ashlar/azure/internal/names"
	"github.com/ashlar-iac/ashlar/azure/internal/tagging"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
)

// VaultToken is the type of the component [Vault].
const VaultToken = "ashlar-azure:keyvault:Vault"

// vaultType is the type of the vault, without API version.
const vaultType = "azure-native:keyvault:Vault"

// Vault is a key vault. Access to keys, secrets and certificates is granted by roles, such as Key Vault Secrets User, not
// by access policies.
type Vault struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the vault.
	Name pulumi.StringOutput `pulumi:"name"`
	// ID is the resource ID of the vault, which is the scope of role assignments.
	ID pulumi.StringOutput `pulumi:"id"`
	// URI is the URL of the vault, such as https://NAME.vault.azure.net/.
	URI pulumi.StringOutput `pulumi:"uri"`
	// ResourceGroupName is the name of the resource group.
	ResourceGroupName pulumi.StringOutput `pulumi:"resourceGroupName"`
}

// SKU is a tier of a vault.
type SKU string

// The tiers.
const (
	// SKUStandard protects keys by software.
	SKUStandard SKU = "standard"
	// SKUPremium also supports keys in hardware security modules.
	SKUPremium SKU = "premium"
)

// VaultArgs are the arguments of a [Vault].
type VaultArgs struct {
	// ResourceGroupName is the name of the resource group. Required for the constructor. Changing it replaces the vault.
	ResourceGroupName pulumi.StringInput `pulumi:"resourceGroupName,optional" config:"plain"`
	// Name is the name of the vault, unique in all of Azure: 3 to 24 letters, digits and hyphens. The name of a deleted vault
	// stays taken for softDeleteDays. Default: the name of the component with random characters. Changing it replaces the
	// vault.
	Name string `pulumi:"name,optional"`
	// Location is the location, in its short form, such as westeurope. Default: the location of the provider. It cannot be
	// changed.
	Location string `pulumi:"location,optional" jsonschema:"example=westeurope"`
	// TenantID is the ID of the tenant whose principals have access. Default: the tenant of the provider. Changing it updates
	// the vault, whose role assignments are for principals of the former tenant.
	TenantID string `pulumi:"tenantId,optional"`
	// SKU is the tier: standard, or premium, which also supports keys in hardware security modules. Changing it updates the
	// vault.
	SKU SKU `pulumi:"sku,optional" jsonschema:"default=standard,enum=standard,enum=premium"`
	// SoftDeleteDays is the number of days in which the deleted vault, and deleted keys and secrets, can be recovered. It
	// cannot be changed.
	SoftDeleteDays *int `pulumi:"softDeleteDays,optional" jsonschema:"default=90,minimum=7,maximum=90"`
	// PurgeProtection rejects the permanent deletion before softDeleteDays have passed. Keys that encrypt other resources
	// require it. It cannot be disabled again.
	PurgeProtection *bool `pulumi:"purgeProtection,optional" jsonschema:"default=true"`
	// Recover recovers the deleted vault of the same name instead of creating one. Requires name. Default: false. Set it
	// for one update.
	Recover bool `pulumi:"recover,optional"`
	// Network restricts the networks from which keys and secrets are accessible. Default: private endpoints and trusted
	// Azure services.
	Network *Network `pulumi:"network,optional" config:"group"`
	// ForDeployment allows virtual machines to retrieve certificates from the vault. Default: false. Changing it updates the
	// vault.
	ForDeployment bool `pulumi:"forDeployment,optional"`
	// ForTemplateDeployment allows Azure Resource Manager to retrieve secrets for templates. Default: false. Changing it
	// updates the vault.
	ForTemplateDeployment bool `pulumi:"forTemplateDeployment,optional"`
	// ForDiskEncryption allows Azure Disk Encryption to retrieve secrets and unwrap keys. Default: false. Changing it
	// updates the vault.
	ForDiskEncryption bool `pulumi:"forDiskEncryption,optional"`
	// Tags are added to the vault. Default: none. Changing them updates the vault.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

// Network restricts the networks from which keys and secrets are accessible. Private endpoints are always allowed. Changing
// a field updates the vault. Source: "Configure Azure Key Vault networking settings".
type Network struct {
	// AllowedRanges are public IPv4 addresses and CIDR blocks, such as those of the deployer. Default: none.
	AllowedRanges pulumi.StringArrayInput `pulumi:"allowedRanges,optional" config:"plain"`
	// SubnetIDs are resource IDs of subnets with the service endpoint Microsoft.KeyVault. Default: none.
	SubnetIDs pulumi.StringArrayInput `pulumi:"subnetIds,optional" config:"plain"`
	// TrustedServices allows Azure services that Microsoft trusts, such as storage accounts with customer-managed keys.
	TrustedServices *bool `pulumi:"trustedServices,optional" jsonschema:"default=true"`
	// AllNetworks allows all networks. Mutually exclusive with allowedRanges and subnetIds. Default: false.
	AllNetworks bool `pulumi:"allNetworks,optional"`
}

var (
	_ config.Validator          = (*VaultArgs)(nil)
	_ config.ArgumentsValidator = (*VaultArgs)(nil)
	_ config.Validator          = (*Network)(nil)
	_ compliance.Declarer       = (*VaultArgs)(nil)
)

// Validate implements config.Validator.
func (a *VaultArgs) Validate(report *config.Report) {
	names.Check(report, []string{"name"}, vaultType, a.Name)
	location.Check(report, []string{"location"}, a.Location)
	tagging.Check(report, []string{"tags"}, a.Tags, tagging.MaxKey)
	if a.TenantID != "" && !lookup.IsGUID(a.TenantID) {
		report.Add([]string{"tenantId"}, "found %q: use an ID such as 11111111-2222-3333-4444-555555555555", a.TenantID)
	}
	if a.Recover && a.Name == "" {
		report.Add([]string{"recover"}, "requires the name of the deleted vault: add name")
	}
}

// ValidateArguments implements config.ArgumentsValidator.
func (a *VaultArgs) ValidateArguments(report *config.Report) {
	names.CheckGroup(report, a.ResourceGroupName)
}

// Validate implements config.Validator.
func (n *Network) Validate(report *config.Report) {
	const smallest = 32
	firewall.CheckRanges(report, []string{"allowedRanges"}, n.AllowedRanges, smallest)
	firewall.CheckSubnets(report, []string{"subnetIds"}, n.SubnetIDs)
	firewall.CheckAll(report, n.AllNetworks, n.AllowedRanges, n.SubnetIDs)
}

// Evidence implements compliance.Declarer.
func (a *VaultArgs) Evidence() []compliance.Evidence {
	purge := a.PurgeProtection == nil || *a.PurgeProtection
	open := a.Network != nil && a.Network.AllNetworks
	return []compliance.Evidence{
		compliance.Always("properties.enableRbacAuthorization", true, compliancecontrols.AccessControl...),
		compliance.Check("purgeProtection", purge, purge, "true", compliancecontrols.Recovery...),
		compliance.Check("network.allNetworks", open, !open, "false", compliancecontrols.NetworkAccess...),
	}
}

// NewVault creates a key vault. Args are required, because a vault needs a resource group.
func NewVault(ctx *pulumi.Context, name string, args *VaultArgs, opts ...pulumi.ResourceOption) (*Vault, error) {
	v := &Vault{}
	args, err := component.Register(ctx, VaultToken, name, v, args, opts...)
	if err != nil {
		return nil, err
	}
	logical, err := logicalname.For(name, vaultType)
	if err != nil {
		return nil, err
	}
	tenant := args.TenantID
	if tenant == "" {
		client, err := lookup.GetClient(ctx, v.Invoke())
		if err != nil {
			return nil, err
		}
		tenant = client.TenantID
	}
	vault, err := azkeyvault.NewVault(ctx, logical, &azkeyvault.VaultArgs{
		ResourceGroupName: args.ResourceGroupName, VaultName: names.Optional(args.Name),
		Location: names.Optional(args.Location), Tags: args.Tags, Properties: args.properties(tenant),
	}, v.Main())
	if err != nil {
		return nil, err
	}
	v.AddChildren(vault)
	v.Name, v.ID = vault.Name, vault.ID().ToStringOutput()
	v.URI = vault.Properties.VaultUri()
	v.ResourceGroupName = pulumi.OutputWithDependencies(ctx.Context(), args.ResourceGroupName.ToStringOutput(),
		vault).(pulumi.StringOutput)
	return component.Finish(ctx, v)
}

func (a *VaultArgs) properties(tenant string) *azkeyvault.VaultPropertiesArgs {
	endpoint, rules := a.Network.rules()
	out := &azkeyvault.VaultPropertiesArgs{
		TenantId: pulumi.String(tenant),
		Sku:      &azkeyvault.SkuArgs{Family: pulumi.String("A"), Name: azkeyvault.SkuName(a.SKU)},
		// The access policies of the vault have no effect with Azure RBAC.
		EnableRbacAuthorization:      pulumi.Bool(true),
		EnableSoftDelete:             pulumi.Bool(true),
		SoftDeleteRetentionInDays:    pulumi.Int(*a.SoftDeleteDays),
		EnabledForDeployment:         pulumi.Bool(a.ForDeployment),
		EnabledForTemplateDeployment: pulumi.Bool(a.ForTemplateDeployment),
		EnabledForDiskEncryption:     pulumi.Bool(a.ForDiskEncryption),
		PublicNetworkAccess:          pulumi.String(endpoint),
		NetworkAcls:                  rules,
	}
	if *a.PurgeProtection {
		// Azure rejects false.
		out.EnablePurgeProtection = pulumi.Bool(true)
	}
	if a.Recover {
		out.CreateMode = azkeyvault.CreateModeRecover
	}
	return out
}

func (n *Network) rules() (endpoint string, rules *azkeyvault.NetworkRuleSetArgs) {
	endpoint, action := firewall.Access(n.AllNetworks, n.AllowedRanges, n.SubnetIDs)
	out := &azkeyvault.NetworkRuleSetArgs{
		DefaultAction: pulumi.String(action), Bypass: pulumi.String(firewall.Bypass(*n.TrustedServices)),
	}
	if firewall.Given(n.AllowedRanges) {
		out.IpRules = n.AllowedRanges.ToStringArrayOutput().ApplyT(func(ranges []string) []azkeyvault.IPRule {
			rules := make([]azkeyvault.IPRule, len(ranges))
			for i, r := range ranges {
				rules[i].Value = r
			}
			return rules
		}).(azkeyvault.IPRuleArrayOutput)
	}
	if firewall.Given(n.SubnetIDs) {
		out.VirtualNetworkRules = n.SubnetIDs.ToStringArrayOutput().ApplyT(func(ids []string) []azkeyvault.VirtualNetworkRule {
			rules := make([]azkeyvault.VirtualNetworkRule, len(ids))
			for i, id := range ids {
				rules[i].Id = id
			}
			return rules
		}).(azkeyvault.VirtualNetworkRuleArrayOutput)
	}
	return endpoint, out
}
