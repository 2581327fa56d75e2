package kms_test

import (
	"flag"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/kms"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

var _ = flag.Bool("update", false, "update the golden files")

func TestKeyGolden(t *testing.T) {
	t.Parallel()
	for file, args := range map[string]func(*pulumi.Context) *kms.KeyArgs{
		"default": func(*pulumi.Context) *kms.KeyArgs { return nil },
		"full":    everything,
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			r := fixture.Run(t, func(ctx *pulumi.Context) error {
				_, err := kms.NewKey(ctx, "orders", args(ctx))
				return err
			}, fixture.Cloud())
			r.Golden(t, "testdata/"+file+".txt")
		})
	}
}

const account = "arn:aws:iam::123456789012:root"

// allowed returns the actions that the key policy allows, by principal.
func allowed(t *testing.T, args *kms.KeyArgs) map[string][]string {
	t.Helper()
	r := fixture.Run(t, func(ctx *pulumi.Context) error {
		_, err := kms.NewKey(ctx, "orders", args)
		return err
	}, fixture.Cloud())
	text, ok := r.One(t, "aws:kms/key:Key").Input("policy")
	require.True(t, ok)
	document, err := policy.Parse([]byte(text.StringValue()))
	require.NoError(t, err)
	out := map[string][]string{}
	for _, s := range document.Statements {
		principals := append([]string{}, s.Principals.Services...)
		list, _ := s.Principals.AWS.(pulumi.StringArray)
		for _, p := range list {
			principals = append(principals, string(p.(pulumi.String)))
		}
		for _, p := range principals {
			out[p] = append(out[p], s.Actions...)
		}
	}
	return out
}

func TestKeyPolicyNamesAllUsers(t *testing.T) {
	t.Parallel()
	const user = "arn:aws:iam::123456789012:role/shop"
	tests := map[string]struct {
		reason string
		args   *kms.KeyArgs
		users  []string
	}{
		"default": {"IAM policies can allow administration", nil, nil},
		"empty lists": {
			"an empty list has no users", &kms.KeyArgs{Users: pulumi.StringArray{}, Administrators: pulumi.StringArray{}}, nil,
		},
		"delegation": {
			"IAM policies can allow use with delegation all", &kms.KeyArgs{Delegation: kms.DelegationAll},
			[]string{account},
		},
		"user": {
			"users can encrypt and decrypt", &kms.KeyArgs{Users: pulumi.StringArray{pulumi.String(user)}},
			[]string{user},
		},
		"service": {
			"services are principals, with the region for CloudWatch Logs",
			&kms.KeyArgs{Services: []kms.Service{
				{Name: "logs", Resources: pulumi.StringArray{pulumi.String("arn:aws:logs:eu-west-1:123456789012:log-group:x")}},
				{Name: "delivery.logs", Resources: pulumi.StringArray{pulumi.String("arn:aws:logs:eu-west-1:123456789012:*")}},
			}},
			[]string{"delivery.logs.amazonaws.com", "logs.eu-west-1.amazonaws.com"},
		},
		"administrator": {
			"administrators cannot encrypt or decrypt",
			&kms.KeyArgs{Administrators: pulumi.StringArray{pulumi.String("arn:aws:iam::123456789012:role/keys")}}, nil,
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var users []string
			got := allowed(t, tc.args)
			for principal, actions := range got {
				for _, action := range actions {
					if action == "kms:Decrypt" || action == "kms:*" {
						users = append(users, principal)
					}
					require.NotContains(t, []string{"kms:Create*", "*"}, action, "the action includes grants")
				}
			}
			require.ElementsMatch(t, tc.users, users, tc.reason)
			require.Contains(t, got[account], map[bool]string{true: "kms:*", false: "kms:Put*"}[name == "delegation"],
				"IAM policies can always allow administration")
		})
	}
}

func TestKeyWithoutRotationHasNoPeriod(t *testing.T) {
	t.Parallel()
	r := fixture.Run(t, func(ctx *pulumi.Context) error {
		_, err := kms.NewKey(ctx, "orders", &kms.KeyArgs{Rotation: new(false)})
		return err
	}, fixture.Cloud())
	rotates, _ := r.One(t, "aws:kms/key:Key").Input("enableKeyRotation")
	require.False(t, rotates.BoolValue())
	_, ok := r.One(t, "aws:kms/key:Key").Input("rotationPeriodInDays")
	require.False(t, ok, "AWS rejects a period without rotation")
}

func TestInvalidKeysAreRejected(t *testing.T) {
	t.Parallel()
	topic := pulumi.StringArray{pulumi.String("arn:aws:sns:eu-west-1:123456789012:x")}
	tests := map[string]struct {
		reason string
		args   *kms.KeyArgs
		want   []string
	}{
		"deletion window": {
			"AWS supports 7 to 30 days", &kms.KeyArgs{DeletionWindowDays: new(6)}, []string{"deletionWindowDays: expected at least 7"},
		},
		"rotation period": {
			"AWS supports 90 to 2560 days", &kms.KeyArgs{RotationDays: new(2561)}, []string{"rotationDays: expected at most 2560"},
		},
		"reserved alias": {
			"aliases of AWS", &kms.KeyArgs{Alias: "aws/s3"}, []string{"alias: the prefix aws/ is reserved"},
		},
		"prefix": {
			"it is added", &kms.KeyArgs{Alias: "alias/shop"}, []string{"alias: includes the prefix alias/: use shop"},
		},
		"delegation": {
			"typed values", &kms.KeyArgs{Delegation: "use"}, []string{`delegation: unknown value "use"`},
		},
		"missing resources": {
			"protects against confused deputies", &kms.KeyArgs{Services: []kms.Service{{Name: "sns"}}},
			[]string{"services[0].resources: required, but missing"},
		},
		"no resources": {
			"a condition with an empty list is never met", &kms.KeyArgs{Services: []kms.Service{{Name: "sns", Resources: pulumi.StringArray{}}}},
			[]string{"services[0].resources: no resources"},
		},
		"service names": {
			"without the domain, each once",
			&kms.KeyArgs{Services: []kms.Service{
				{Name: "sns.amazonaws.com", Resources: topic}, {Name: "sns", Resources: topic}, {Name: "sns", Resources: topic},
			}},
			[]string{"services[0].name: sns.amazonaws.com includes the domain: use the name alone", "services[2].name: duplicate service sns"},
		},
		"statements": {
			"checked before anything is created",
			&kms.KeyArgs{Statements: []policy.Statement{{
				Effect: policy.Allow, Principals: &policy.Principals{Everyone: true}, Actions: []string{"s3:GetObject"}, Resources: pulumi.StringArray{pulumi.String("*")},
			}}},
			[]string{"statements[0].actions[0]: ", "statements[0].principals.everyone: "},
		},
		"tags": {
			"reserved by AWS", &kms.KeyArgs{Tags: pulumi.StringMap{"aws:x": pulumi.String("y")}}, []string{`tags["aws:x"]: the prefix aws: is reserved`},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, func(ctx *pulumi.Context) error {
				_, err := kms.NewKey(ctx, "orders", tc.args)
				return err
			}, tc.want...)
		})
	}
}

func TestKeyEvidence(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		args kms.KeyArgs
		want map[string]bool
	}{
		"default": {
			kms.KeyArgs{},
			map[string]bool{"rotation": true, "delegation": true, "deletionWindowDays": true},
		},
		"weak": {
			kms.KeyArgs{Rotation: new(false), Delegation: kms.DelegationAll},
			map[string]bool{"rotation": false, "delegation": false, "deletionWindowDays": true},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := pulumitest.Evidence(tc.args.Evidence())
			require.Empty(t, cmp.Diff(tc.want, got), "(-want +got)")
		})
	}
}
