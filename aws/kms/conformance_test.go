package kms_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/kms"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// everything returns arguments with all options.
func everything(ctx *pulumi.Context) *kms.KeyArgs {
	return &kms.KeyArgs{
		Description:        "Encrypts orders",
		Alias:              "shop/orders",
		DeletionWindowDays: new(7),
		RotationDays:       new(180),
		MultiRegion:        true,
		Delegation:         kms.DelegationAll,
		Administrators:     pulumi.StringArray{pulumi.String("arn:aws:iam::123456789012:role/keys")},
		Users:              pulumi.StringArray{fixture.Text(ctx, "arn:aws:iam::123456789012:role/shop")},
		Services: []kms.Service{
			{Name: "logs", Resources: pulumi.StringArray{pulumi.String("arn:aws:logs:eu-west-1:123456789012:log-group:/shop/*")}},
			{Name: "cloudtrail", Resources: pulumi.StringArray{fixture.Text(ctx, "arn:aws:cloudtrail:eu-west-1:123456789012:trail/main")}},
		},
		Statements: []policy.Statement{{
			Effect: policy.Allow, Sid: "Backup", Principals: &policy.Principals{AWS: pulumi.StringArray{pulumi.String("210987654321")}},
			Actions: []string{"kms:Decrypt"}, Resources: pulumi.StringArray{pulumi.String("*")},
		}},
		Tags: pulumi.StringMap{"team": pulumi.String("shop")},
	}
}

func TestKeyConforms(t *testing.T) {
	t.Parallel()
	for name, suite := range map[string]pulumitest.Suite[kms.KeyArgs, *kms.Key]{
		"everything": {Args: everything, Defaults: []string{"rotation"}},
		"defaults":   {Defaults: []string{"rotation", "rotationDays", "deletionWindowDays", "delegation"}},
		"tags of other resources": {Args: func(ctx *pulumi.Context) *kms.KeyArgs {
			return &kms.KeyArgs{Tags: pulumi.StringMap{"team": fixture.Text(ctx, "shop")}}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			suite.Token, suite.New, suite.Metadata = kms.KeyToken, kms.NewKey, fixture.Metadata()
			suite.Options = []pulumitest.Option{fixture.Cloud()}
			pulumitest.Conform(t, suite)
		})
	}
}
