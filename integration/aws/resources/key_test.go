package resources_test

import (
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/kms"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

// keyProgram creates a key.
func keyProgram(a *cloudtest.Account, args *kms.KeyArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		p, err := a.Provider(ctx, "primary", a.Region())
		if err != nil {
			return err
		}
		k, err := kms.NewKey(ctx, "orders", args, pulumi.Provider(p))
		if err != nil {
			return err
		}
		ctx.Export("arn", k.ARN)
		ctx.Export("alias", k.Alias)
		return nil
	}
}

func TestKeyOptions(t *testing.T) {
	t.Parallel()
	cloudtest.AWS(t, func(t *testing.T, a *cloudtest.Account) {
		args := &kms.KeyArgs{}
		life := a.Life(t, "key", keyProgram(a, args))
		up := life.Up()
		require.Regexp(t, `^arn:aws:kms:[a-z0-9-]+:\d{12}:key/`, up.Outputs["arn"].Value)
		require.Regexp(t, `^alias/orders-[0-9a-f]{7}$`, up.Outputs["alias"].Value)

		args.Description = "Encrypts orders"
		life.Change("description", "update "+key+" orders")
		args.DeletionWindowDays = new(7)
		life.Change("deletion window", "update "+key+" orders")
		args.RotationDays = new(180)
		life.Change("rotation period", "update "+key+" orders")
		args.Rotation = new(false)
		life.Change("no rotation", "update "+key+" orders")
		args.Tags = pulumi.StringMap{"team": pulumi.String("shop")}
		life.Change("tags", "update "+key+" orders")
		args.Services = []kms.Service{
			{Name: "logs", Resources: pulumi.StringArray{pulumi.String("arn:aws:logs:*:*:log-group:/shop/*")}},
			{Name: "sns", Resources: pulumi.StringArray{pulumi.String("arn:aws:sns:*:*:orders")}},
		}
		life.Change("services", "update "+key+" orders")
		args.Statements = []policy.Statement{{
			Effect: policy.Allow, Sid: "Root", Principals: &policy.Principals{Everyone: true}, Actions: []string{"kms:Decrypt"},
			Resources: pulumi.StringArray{pulumi.String("*")}, Conditions: []policy.Condition{policy.Equals("kms:CallerAccount", "123456789012")},
		}}
		life.Change("statements", "update "+key+" orders")
		args.Delegation = kms.DelegationAll
		life.Change("delegation", "update "+key+" orders")
		args.Alias = "shop/orders"
		life.Change("alias", "replace "+alias+" orders")
		args.MultiRegion = true
		life.Change("multi-Region key", "replace "+key+" orders", "update "+alias+" orders")
		life.Destroy()
	})
}

// KMS rejects principals that do not exist.
func TestKeyUsersAndAdministrators(t *testing.T) {
	t.Parallel()
	cloudtest.AWS(t, func(t *testing.T, a *cloudtest.Account) {
		users, administrators := true, false
		life := a.Life(t, "users", func(ctx *pulumi.Context) error {
			p, err := a.Provider(ctx, "primary", a.Region())
			if err != nil {
				return err
			}
			trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}]}`
			arns := map[string]pulumi.StringInput{}
			for _, name := range []string{"shop", "keys"} {
				r, err := iam.NewRole(ctx, name, &iam.RoleArgs{AssumeRolePolicy: pulumi.String(trust)}, pulumi.Provider(p))
				if err != nil {
					return err
				}
				arns[name] = r.Arn
			}
			args := &kms.KeyArgs{}
			if users {
				args.Users = pulumi.StringArray{arns["shop"]}
			}
			if administrators {
				args.Administrators = pulumi.StringArray{arns["keys"]}
			}
			_, err = kms.NewKey(ctx, "orders", args, pulumi.Provider(p))
			return err
		})
		life.Up()
		administrators = true
		life.Change("administrators", "update "+key+" orders")
		users = false
		life.Change("no users", "update "+key+" orders")
		life.Destroy()
	})
}

// Arguments that AWS rejects are reported before any resource is created.
func TestInvalidKeys(t *testing.T) {
	t.Parallel()
	args := &kms.KeyArgs{}
	program := func(ctx *pulumi.Context) error {
		_, err := kms.NewKey(ctx, "orders", args)
		return err
	}
	for name, tc := range map[string]struct {
		args kms.KeyArgs
		want string
	}{
		"deletion window": {kms.KeyArgs{DeletionWindowDays: new(1)}, "deletionWindowDays: expected at least 7"},
		"rotation":        {kms.KeyArgs{RotationDays: new(1)}, "rotationDays: expected at least 90"},
		"alias":           {kms.KeyArgs{Alias: "aws/orders"}, "alias: the prefix aws/ is reserved"},
		"MalformedPolicyDocument": {kms.KeyArgs{Statements: []policy.Statement{{
			Effect: policy.Allow, Principals: &policy.Principals{AWS: pulumi.StringArray{pulumi.String("shop")}}, Actions: []string{"kms:Decrypt"},
			Resources: pulumi.StringArray{pulumi.String("*")},
		}}}, "statements[0].principals.aws[0]: invalid principal"},
		"reserved tag": {kms.KeyArgs{Tags: pulumi.StringMap{"aws:x": pulumi.String("y")}}, "reserved"},
	} {
		*args = tc.args
		t.Run(name, func(t *testing.T) { cloudtest.RequireRefused(t, tc.want, program) })
	}
}
