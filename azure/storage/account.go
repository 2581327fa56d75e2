package storage

import (
	azstorage "github.com/pulumi/pulumi-azure-native-sdk/storage/v2/v20240101"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/firewall"
	"github.com/ashlar-iac/ashlar/azure/internal/logicalname"
	"github.com/ashlar-iac/ashlar/azure/internal/names"
	"github.com/ashlar-iac/ashlar/core/component"
)

// AccountToken is the type of the component [Account].
const AccountToken = "ashlar-azure:storage:Account"

// The types of the resources, without API version.
const (
	accountType   = "azure-native:storage:StorageAccount"
	containerType = "azure-native:storage:BlobContainer"
)

// Account is a storage account (general-purpose v2) with its settings and containers. Dependents of its outputs are created
// after the settings, so that blobs are not written to an unprotected account.
type Account struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the account.
	Name pulumi.StringOutput `pulumi:"name"`
	// ID is the resource ID of the account, for role assignments and private endpoints.
	ID pulumi.StringOutput `pulumi:"id"`
	// BlobEndpoint is the URL of the blobs, such as https://NAME.blob.core.windows.net/.
	BlobEndpoint pulumi.StringOutput `pulumi:"blobEndpoint"`
	// IdentityID is the resource ID of the identity that uses the customer-managed key. Nil without such a key.
	IdentityID pulumi.StringPtrOutput `pulumi:"identityId,optional"`
}

// NewAccount creates a storage account. Args are required, because an account needs a resource group.
func NewAccount(ctx *pulumi.Context, name string, args *AccountArgs, opts ...pulumi.ResourceOption) (*Account, error) {
	a := &Account{}
	args, err := component.Register(ctx, AccountToken, name, a, args, opts...)
	if err != nil {
		return nil, err
	}
	key, err := a.key(ctx, name, args)
	if err != nil {
		return nil, err
	}
	account, err := a.account(ctx, name, args, key)
	if err != nil {
		return nil, err
	}
	s := &setup{ctx: ctx, component: a, name: name, args: args, account: account}
	for _, step := range []func() error{s.blobs, s.lifecycle, s.containers} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	a.AddChildren(append([]pulumi.Resource{account}, s.created...)...)
	a.Name, a.ID = s.after(account.Name), s.after(account.ID().ToStringOutput())
	a.BlobEndpoint = s.after(account.PrimaryEndpoints.Blob())
	if key != nil {
		a.IdentityID = key.identity.ToStringOutput().ToStringPtrOutput()
	}
	return component.Finish(ctx, a)
}

// account creates the account resource.
func (a *Account) account(ctx *pulumi.Context, name string, args *AccountArgs, key *customerKey) (*azstorage.StorageAccount,
	error) {
	logical, err := logicalname.For(name, accountType)
	if err != nil {
		return nil, err
	}
	endpoint, rules := args.Network.rules()
	in := &azstorage.StorageAccountArgs{
		ResourceGroupName: args.ResourceGroupName, AccountName: names.Optional(args.Name),
		Location: names.Optional(args.Location), Tags: args.Tags,
		Kind: pulumi.String(azstorage.KindStorageV2), Sku: &azstorage.SkuArgs{Name: pulumi.String("Standard_" + args.Replication)},
		AccessTier:                   azstorage.AccessTier(args.AccessTier),
		EnableHttpsTrafficOnly:       pulumi.Bool(true),
		MinimumTlsVersion:            pulumi.String(args.MinimumTLS.native()),
		AllowSharedKeyAccess:         pulumi.Bool(args.SharedKeyAccess),
		DefaultToOAuthAuthentication: pulumi.Bool(true), // In the Azure portal.
		AllowBlobPublicAccess:        pulumi.Bool(args.PublicBlobs),
		AllowCrossTenantReplication:  pulumi.Bool(args.CrossTenantReplication),
		IsLocalUserEnabled:           pulumi.Bool(false), // Local users sign in without Microsoft Entra ID.
		PublicNetworkAccess:          pulumi.String(endpoint),
		NetworkRuleSet:               rules,
		Encryption:                   args.Encryption.native(key),
	}
	// Without a type, an identity that is no longer used would stay assigned.
	in.Identity = &azstorage.IdentityArgs{Type: pulumi.String(azstorage.IdentityTypeNone)}
	opts := []pulumi.ResourceOption{
		pulumi.Protect(*args.DeletionProtection),
		// Azure sets it when it creates the account, and rejects a change.
		pulumi.ReplaceOnChanges([]string{"encryption.requireInfrastructureEncryption"}),
	}
	if key != nil {
		in.Identity = &azstorage.IdentityArgs{
			Type:                   pulumi.String(azstorage.IdentityTypeUserAssigned),
			UserAssignedIdentities: pulumi.StringArray{key.identity},
		}
		opts = append(opts, component.DependsOn(key.before...))
	}
	if args.Name != "" {
		// The provider does not know that the encryption replaces the account, and the name is taken until it is deleted.
		opts = append(opts, pulumi.DeleteBeforeReplace(true))
	}
	return azstorage.NewStorageAccount(ctx, logical, in, a.Main(opts...))
}

func (v TLSVersion) native() string { return "TLS1_" + string(v[len(v)-1:]) }

func (n *Network) rules() (endpoint string, rules *azstorage.NetworkRuleSetArgs) {
	endpoint, action := firewall.Access(n.AllNetworks, n.AllowedRanges, n.SubnetIDs)
	out := &azstorage.NetworkRuleSetArgs{
		DefaultAction: azstorage.DefaultAction(action), Bypass: pulumi.String(firewall.Bypass(*n.TrustedServices)),
	}
	allow := azstorage.ActionAllow
	if firewall.Given(n.AllowedRanges) {
		out.IpRules = n.AllowedRanges.ToStringArrayOutput().ApplyT(func(ranges []string) []azstorage.IPRule {
			rules := make([]azstorage.IPRule, len(ranges))
			for i, r := range ranges {
				rules[i] = azstorage.IPRule{IPAddressOrRange: r, Action: &allow}
			}
			return rules
		}).(azstorage.IPRuleArrayOutput)
	}
	if firewall.Given(n.SubnetIDs) {
		out.VirtualNetworkRules = n.SubnetIDs.ToStringArrayOutput().ApplyT(func(ids []string) []azstorage.VirtualNetworkRule {
			rules := make([]azstorage.VirtualNetworkRule, len(ids))
			for i, id := range ids {
				rules[i] = azstorage.VirtualNetworkRule{VirtualNetworkResourceId: id, Action: &allow}
			}
			return rules
		}).(azstorage.VirtualNetworkRuleArrayOutput)
	}
	return endpoint, out
}

// setup creates the settings of an account in sequence: Azure rejects parallel changes of one account.
type setup struct {
	ctx       *pulumi.Context
	component *Account
	name      string
	args      *AccountArgs
	account   *azstorage.StorageAccount
	// created are the settings and containers created so far, and last the setting that the next one waits for.
	created []pulumi.Resource
	last    []pulumi.Resource
}

// options returns the options of the next setting, which is deleted with the account.
func (s *setup) options(more ...pulumi.ResourceOption) pulumi.ResourceOption {
	return s.component.Child(append(more, pulumi.DeletedWith(s.account), pulumi.DependsOn(s.last))...)
}

// after returns an output whose dependents wait for the settings.
func (s *setup) after(out pulumi.StringOutput) pulumi.StringOutput {
	return pulumi.OutputWithDependencies(s.ctx.Context(), out, s.created...).(pulumi.StringOutput)
}

// blobs writes the settings of the blob service, which exists in every account.
func (s *setup) blobs() error {
	deleted := func(days int) azstorage.DeleteRetentionPolicyPtrInput {
		if days == 0 {
			return &azstorage.DeleteRetentionPolicyArgs{Enabled: pulumi.Bool(false)}
		}
		return &azstorage.DeleteRetentionPolicyArgs{Enabled: pulumi.Bool(true), Days: pulumi.Int(days)}
	}
	in := &azstorage.BlobServicePropertiesArgs{
		ResourceGroupName: s.args.ResourceGroupName, AccountName: s.account.Name, BlobServicesName: pulumi.String("default"),
		IsVersioningEnabled:            pulumi.Bool(*s.args.Versioning),
		ChangeFeed:                     &azstorage.ChangeFeedArgs{Enabled: pulumi.Bool(*s.args.ChangeFeed)},
		DeleteRetentionPolicy:          deleted(*s.args.BlobSoftDeleteDays),
		ContainerDeleteRetentionPolicy: deleted(*s.args.ContainerSoftDeleteDays),
	}
	// Azure keeps a policy that a request does not have, and rejects that versioning is disabled with one.
	restore := &azstorage.RestorePolicyPropertiesArgs{Enabled: pulumi.Bool(false)}
	if days := s.args.RestoreDays; days != nil {
		restore = &azstorage.RestorePolicyPropertiesArgs{Enabled: pulumi.Bool(true), Days: pulumi.Int(*days)}
	}
	in.RestorePolicy = restore
	blobs, err := azstorage.NewBlobServiceProperties(s.ctx, s.name, in, s.options())
	if err != nil {
		return err
	}
	s.created, s.last = append(s.created, blobs), []pulumi.Resource{blobs}
	return nil
}

// lifecycle creates the rules of the lifecycle, of which an account has one list.
func (s *setup) lifecycle() error {
	rules := s.args.Lifecycle.native(*s.args.Versioning)
	if len(rules) == 0 {
		return nil
	}
	policy, err := azstorage.NewManagementPolicy(s.ctx, s.name, &azstorage.ManagementPolicyArgs{
		ResourceGroupName: s.args.ResourceGroupName, AccountName: s.account.Name, ManagementPolicyName: pulumi.String("default"),
		Policy: &azstorage.ManagementPolicySchemaArgs{Rules: rules},
	}, s.options())
	if err != nil {
		return err
	}
	s.created, s.last = append(s.created, policy), []pulumi.Resource{policy}
	return nil
}

// containers creates the containers through Azure Resource Manager, which needs no access to the data.
func (s *setup) containers() error {
	for _, name := range s.args.Containers.Names() {
		c := s.args.Containers[name]
		container, err := azstorage.NewBlobContainer(s.ctx, s.name+"-"+name, &azstorage.BlobContainerArgs{
			ResourceGroupName: s.args.ResourceGroupName, AccountName: s.account.Name, ContainerName: pulumi.String(name),
			PublicAccess: azstorage.PublicAccess(c.PublicAccess), Metadata: c.Metadata,
		}, s.options(pulumi.Protect(*s.args.DeletionProtection)))
		if err != nil {
			return err
		}
		s.created = append(s.created, container)
	}
	return nil
}
