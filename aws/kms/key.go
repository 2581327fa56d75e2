package kms

import (
	"cmp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/internal/names"
	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/component"
)

// Token is the type of the component [Key].
const Token = "ashlar-aws:kms:Key"

// Key is a symmetric key for encryption, with an alias.
type Key struct {
	pulumi.ResourceState
	component.Base

	// ARN is the key's.
	ARN pulumi.StringOutput `pulumi:"arn"`
	// KeyID is the key's id.
	KeyID pulumi.StringOutput `pulumi:"keyId"`
	// Alias is the key's alias, with alias/ in front.
	Alias pulumi.StringOutput `pulumi:"alias"`
}

// NewKey makes a key. Nil args mean one that rotates every year, can be brought back for 30 days after it was destroyed, and that those
// administer whom IAM lets. Nobody uses it until somebody is named.
func NewKey(ctx *pulumi.Context, name string, args *KeyArgs, opts ...pulumi.ResourceOption) (*Key, error) {
	k := &Key{}
	args, err := component.Register(ctx, Token, name, k, args, opts...)
	if err != nil {
		return nil, err
	}
	where, err := lookup.Of(ctx, k.Invoke())
	if err != nil {
		return nil, err
	}
	document := args.document(where)
	text, err := document.JSON(policy.Key)
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
	logical, err := names.Logical(name, "aws:kms/alias:Alias")
	if err != nil {
		return nil, err
	}
	alias, err := kms.NewAlias(ctx, logical, &kms.AliasArgs{Name: args.alias(), TargetKeyId: key.KeyId}, k.Child())
	if err != nil {
		return nil, err
	}
	k.Made(key, alias)
	k.ARN, k.KeyID, k.Alias = key.Arn, key.KeyId, alias.Name
	return component.Finish(ctx, k)
}

// alias returns the alias, or nil for one that auto-naming makes.
func (a *KeyArgs) alias() pulumi.StringPtrInput {
	if a.Alias == "" {
		return nil
	}
	return pulumi.String("alias/" + a.Alias)
}
