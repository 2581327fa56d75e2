package kms

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/aws/internal/logicalname"
	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
)

// KeyToken is the type of the component [Key].
const KeyToken = "ashlar-aws:kms:Key"

// Key is a symmetric encryption key with an alias.
type Key struct {
	pulumi.ResourceState
	component.Base

	// ARN is the ARN of the key.
	ARN pulumi.StringOutput `pulumi:"arn"`
	// KeyID is the ID of the key.
	KeyID pulumi.StringOutput `pulumi:"keyId"`
	// Alias is the alias of the key, with the prefix alias/.
	Alias pulumi.StringOutput `pulumi:"alias"`
}

// Delegation is what IAM policies of the account can allow with a key.
type Delegation string

const (
	// DelegationAdministration is administration of the key.
	DelegationAdministration Delegation = "administration"
	// DelegationAll is every action with the key, including encryption and decryption.
	DelegationAll Delegation = "all"
)

// KeyArgs are the arguments of a [Key].
type KeyArgs struct {
	// Description is the description of the key. Default: the name of the component. Changing it updates the key.
	Description string `pulumi:"description,optional" jsonschema:"maxLength=8192"`
	// Alias is the alias of the key without the prefix alias/, unique in the account and region. Changing it replaces
	// the alias. Default: the name of the component and random digits.
	Alias string `pulumi:"alias,optional" jsonschema:"pattern=^[a-zA-Z0-9/_-]{1\\,250}$,example=orders"`
	// DeletionWindowDays is the number of days in which a deleted key can be restored. Changing it updates the key.
	DeletionWindowDays *int `pulumi:"deletionWindowDays,optional" jsonschema:"default=30,minimum=7,maximum=30"`
	// Rotation enables rotation of the key material. Data that was encrypted before can still be decrypted. Changing it
	// updates the key.
	Rotation *bool `pulumi:"rotation,optional" jsonschema:"default=true"`
	// RotationDays is the rotation period in days. Changing it updates the key.
	RotationDays *int `pulumi:"rotationDays,optional" jsonschema:"default=365,minimum=90,maximum=2560"`
	// MultiRegion creates a multi-Region primary key, which can have replicas in other regions. Changing it replaces
	// the key: data that it encrypted is lost. Default: false.
	MultiRegion bool `pulumi:"multiRegion,optional"`
	// Delegation is what IAM policies of the account can allow with the key: administration, or all, which includes
	// encryption and decryption. With administration, the key is usable only by principals in the key policy. Changing
	// it updates the key policy.
	Delegation Delegation `pulumi:"delegation,optional" jsonschema:"default=administration,enum=administration,enum=all"`
	// Administrators are ARNs of roles and users who can administer the key independently of IAM policies. Default:
	// none. Changing them updates the key policy.
	Administrators pulumi.StringArrayInput `pulumi:"administrators,optional" config:"plain"`
	// Users are ARNs of roles and users who can encrypt and decrypt with the key, directly or through AWS services,
	// such as by attaching a volume. Default: none. Changing them updates the key policy.
	Users pulumi.StringArrayInput `pulumi:"users,optional" config:"plain"`
	// Services are AWS services that use the key. Default: none. Changing them updates the key policy.
	Services []Service `pulumi:"services,optional"`
	// Statements are additional statements of the key policy. Default: none. Changing them updates the key policy.
	Statements []policy.Statement `pulumi:"statements,optional"`
	// Tags are added to the key. Default: none. Changing them updates the key.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

// Service allows an AWS service to use a key for a set of resources.
type Service struct {
	// Name is the service principal without its domain, such as logs, cloudtrail or delivery.logs. Required.
	Name string `pulumi:"name" jsonschema:"required,pattern=^[a-z0-9-]+(\\.[a-z0-9-]+)*$,example=logs"`
	// Resources are ARNs of resources of the account for which the service can use the key; * and ? are wildcards.
	// Required: without them, the service could use the key on behalf of other customers.
	Resources pulumi.StringArrayInput `pulumi:"resources" jsonschema:"required" config:"plain"`
}

var (
	_ config.Validator    = (*KeyArgs)(nil)
	_ compliance.Declarer = (*KeyArgs)(nil)
)

// Validate implements config.Validator.
func (a *KeyArgs) Validate(report *config.Report) {
	if strings.HasPrefix(a.Alias, "aws/") {
		report.Add([]string{"alias"}, "the prefix aws/ is reserved: use another alias")
	}
	if name, ok := strings.CutPrefix(a.Alias, "alias/"); ok {
		report.Add([]string{"alias"}, "includes the prefix alias/: use %s", name)
	}
	seen := map[string]bool{}
	for i, s := range a.Services {
		at := []string{"services", strconv.Itoa(i)}
		if strings.Contains(s.Name, "amazonaws") {
			report.Add(append(at, "name"), "%s includes the domain: use the name alone, such as logs", s.Name)
		}
		if seen[s.Name] {
			report.Add(append(at, "name"), "duplicate service %s: use one entry with all resources", s.Name)
		}
		seen[s.Name] = true
		if list, ok := s.Resources.(pulumi.StringArray); ok && len(list) == 0 {
			report.Add(append(at, "resources"), "no resources: add the ARNs for which the service uses the key")
		}
	}
	tagging.Check(report, []string{"tags"}, a.Tags)
	if len(a.Statements) > 0 {
		(&policy.Document{Statements: a.Statements}).Report(report, nil, policy.Key)
	}
}

// Evidence implements compliance.Declarer.
func (a *KeyArgs) Evidence() []compliance.Evidence {
	rotation, days := a.Rotation == nil || *a.Rotation, 30
	if a.DeletionWindowDays != nil {
		days = *a.DeletionWindowDays
	}
	delegation := cmp.Or(a.Delegation, DelegationAdministration)
	return []compliance.Evidence{
		compliance.Check("rotation", rotation, rotation, "true", compliancecontrols.KeyRotation...),
		compliance.Check("delegation", delegation, delegation == DelegationAdministration,
			string(DelegationAdministration), compliancecontrols.KeyUse...),
		compliance.Always("deletionWindowDays", days, compliancecontrols.DeletionProtection...),
	}
}

// NewKey creates a key. With nil args, it rotates every year, can be restored for 30 days, can be administered by
// principals that IAM policies of the account allow, and has no users.
func NewKey(ctx *pulumi.Context, name string, args *KeyArgs, opts ...pulumi.ResourceOption) (*Key, error) {
	k := &Key{}
	args, err := component.Register(ctx, KeyToken, name, k, args, opts...)
	if err != nil {
		return nil, err
	}
	scope, err := lookup.GetScope(ctx, k.Invoke())
	if err != nil {
		return nil, err
	}
	text, err := args.document(scope).JSON(policy.Key)
	if err != nil {
		return nil, err
	}
	var rotationDays pulumi.IntPtrInput
	if *args.Rotation {
		rotationDays = pulumi.IntPtr(*args.RotationDays)
	}
	key, err := kms.NewKey(ctx, name, &kms.KeyArgs{
		Description:          pulumi.String(cmp.Or(args.Description, name)),
		DeletionWindowInDays: pulumi.Int(*args.DeletionWindowDays),
		EnableKeyRotation:    pulumi.Bool(*args.Rotation),
		RotationPeriodInDays: rotationDays,
		MultiRegion:          pulumi.Bool(args.MultiRegion),
		Policy:               text.ToStringOutput().ToStringPtrOutput(),
		Tags:                 tagging.Named(name, args.Tags),
	}, k.Main())
	if err != nil {
		return nil, err
	}
	logical, err := logicalname.For(name, "aws:kms/alias:Alias")
	if err != nil {
		return nil, err
	}
	alias, err := kms.NewAlias(ctx, logical, &kms.AliasArgs{Name: args.alias(), TargetKeyId: key.KeyId}, k.Child())
	if err != nil {
		return nil, err
	}
	k.AddChildren(key, alias)
	k.ARN, k.KeyID, k.Alias = key.Arn, key.KeyId, alias.Name
	return component.Finish(ctx, k)
}

// alias returns the alias, or nil for one from auto-naming.
func (a *KeyArgs) alias() pulumi.StringPtrInput {
	if a.Alias == "" {
		return nil
	}
	return pulumi.String("alias/" + a.Alias)
}
