package kms_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/kms"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// full uses everything that a key can have.
func full(ctx *pulumi.Context) *kms.KeyArgs {
	days, year := 7, 180
	return &kms.KeyArgs{
		Description:        "Encrypts orders",
		Alias:              "shop/orders",
		DeletionWindowDays: &days,
		RotationDays:       &year,
		MultiRegion:        true,
		Delegation:         "all",
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
	pulumitest.Conform(t, pulumitest.Suite[kms.KeyArgs, *kms.Key]{
		Token: kms.Token, New: kms.NewKey, Args: full,
		Defaults: []string{"rotation"},
		Metadata: fixture.Metadata(),
		Options:  []pulumitest.Option{fixture.Cloud()},
	})
}

func TestKeyWithoutArgumentsConforms(t *testing.T) {
	t.Parallel()
	pulumitest.Conform(t, pulumitest.Suite[kms.KeyArgs, *kms.Key]{
		Token: kms.Token, New: kms.NewKey,
		Defaults: []string{"rotation", "rotationDays", "deletionWindowDays", "delegation"},
		Metadata: fixture.Metadata(),
		Options:  []pulumitest.Option{fixture.Cloud()},
	})
}
