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
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

var _ = flag.Bool("update", false, "write the golden files anew")

func TestGolden(t *testing.T) {
	t.Parallel()
	for file, args := range map[string]func(*pulumi.Context) *kms.KeyArgs{
		"default": func(*pulumi.Context) *kms.KeyArgs { return nil },
		"full":    full,
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
				_, err := kms.NewKey(ctx, "orders", args(ctx))
				return err
			}, fixture.Cloud())
			r.Golden(t, "testdata/"+file+".txt")
		})
	}
}

const account = "arn:aws:iam::123456789012:root"

// allowed returns the actions that the key's policy allows, by the principal.
func allowed(t *testing.T, args *kms.KeyArgs) map[string][]string {
	t.Helper()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := kms.NewKey(ctx, "orders", args)
		return err
	}, fixture.Cloud())
	text, ok := r.One(t, "aws:kms/key:Key").Input("policy")
	require.True(t, ok)
	document, err := policy.Parse([]byte(text.StringValue()))
	require.NoError(t, err)
	out := map[string][]string{}
	for _, s := range document.Statements {
		who := append([]string{}, s.Principals.Services...)
		list, _ := s.Principals.AWS.(pulumi.StringArray)
		for _, p := range list {
			who = append(who, string(p.(pulumi.String)))
		}
		for _, p := range who {
			out[p] = append(out[p], s.Actions...)
		}
	}
	return out
}

func TestNobodyUsesAKeyWhoIsNotNamed(t *testing.T) {
	t.Parallel()
	const user = "arn:aws:iam::123456789012:role/shop"
	tests := map[string]struct {
		reason string
		args   *kms.KeyArgs
		users  []string
	}{
		"Default":    {"IAM lets people administer keys", nil, nil},
		"Empty":      {"a list without anybody is none", &kms.KeyArgs{Users: pulumi.StringArray{}, Administrators: pulumi.StringArray{}}, nil},
		"Delegation": {"IAM lets people use them, when that is asked for", &kms.KeyArgs{Delegation: "all"}, []string{account}},
		"User":       {"users are named", &kms.KeyArgs{Users: pulumi.StringArray{pulumi.String(user)}}, []string{user}},
		"Service": {
			"services are named, with the region where they have it in their name",
			&kms.KeyArgs{Services: []kms.Service{
				{Name: "logs", Resources: pulumi.StringArray{pulumi.String("arn:aws:logs:eu-west-1:123456789012:log-group:x")}},
				{Name: "delivery.logs", Resources: pulumi.StringArray{pulumi.String("arn:aws:logs:eu-west-1:123456789012:*")}},
			}},
			[]string{"delivery.logs.amazonaws.com", "logs.eu-west-1.amazonaws.com"},
		},
		"Administrator": {
			"who administers a key does not use it",
			&kms.KeyArgs{Administrators: pulumi.StringArray{pulumi.String("arn:aws:iam::123456789012:role/keys")}}, nil,
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var users []string
			got := allowed(t, tc.args)
			for who, actions := range got {
				for _, action := range actions {
					if action == "kms:Decrypt" || action == "kms:*" {
						users = append(users, who)
					}
					require.NotContains(t, []string{"kms:Create*", "*"}, action, "it would include grants")
				}
			}
			require.ElementsMatch(t, tc.users, users, tc.reason)
			require.Contains(t, got[account], map[bool]string{true: "kms:*", false: "kms:Put*"}[name == "Delegation"],
				"the key can always be administered")
		})
	}
}

func TestAKeyThatDoesNotRotateHasNoPeriod(t *testing.T) {
	t.Parallel()
	off := false
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := kms.NewKey(ctx, "orders", &kms.KeyArgs{Rotation: &off})
		return err
	}, fixture.Cloud())
	rotates, _ := r.One(t, "aws:kms/key:Key").Input("enableKeyRotation")
	require.False(t, rotates.BoolValue())
	_, ok := r.One(t, "aws:kms/key:Key").Input("rotationPeriodInDays")
	require.False(t, ok, "AWS refuses a period without rotation")
}

func TestKeyRefuses(t *testing.T) {
	t.Parallel()
	few, many := 6, 2561
	tests := map[string]struct {
		reason string
		args   *kms.KeyArgs
		want   []string
	}{
		"Window":   {"AWS takes 7 to 30 days", &kms.KeyArgs{DeletionWindowDays: &few}, []string{"deletionWindowDays: expected at least 7"}},
		"Rotation": {"AWS takes 90 to 2560 days", &kms.KeyArgs{RotationDays: &many}, []string{"rotationDays: expected at most 2560"}},
		"Alias":    {"AWS keeps its own aliases", &kms.KeyArgs{Alias: "aws/s3"}, []string{"alias: aliases that begin with aws/ are those of AWS"}},
		"Prefix":   {"it would stand there twice", &kms.KeyArgs{Alias: "alias/shop"}, []string{"alias: write it without alias/: shop"}},
		"Service": {
			"a service that could be made to use the key for anybody",
			&kms.KeyArgs{Services: []kms.Service{{Name: "sns"}}}, []string{"services[0].resources: required, but missing"},
		},
		"NoResources": {
			"an empty list is a condition that is never met",
			&kms.KeyArgs{Services: []kms.Service{{Name: "sns", Resources: pulumi.StringArray{}}}},
			[]string{"services[0].resources: missing"},
		},
		"Principal": {
			"the name alone is asked for, twice the same is no use",
			&kms.KeyArgs{Services: []kms.Service{
				{Name: "sns.amazonaws.com", Resources: pulumi.StringArray{pulumi.String("arn:aws:sns:eu-west-1:123456789012:x")}},
				{Name: "sns", Resources: pulumi.StringArray{pulumi.String("arn:aws:sns:eu-west-1:123456789012:x")}},
				{Name: "sns", Resources: pulumi.StringArray{pulumi.String("arn:aws:sns:eu-west-1:123456789012:y")}},
			}},
			[]string{`services[0].name: found "sns.amazonaws.com", expected the name alone`, "services[2].name: sns stands here twice"},
		},
		"Statements": {
			"statements are checked before anything is made",
			&kms.KeyArgs{Statements: []policy.Statement{{
				Effect: policy.Allow, Principals: &policy.Principals{Everyone: true}, Actions: []string{"s3:GetObject"}, Resources: pulumi.StringArray{pulumi.String("*")},
			}}},
			[]string{"statements[0].principals.everyone: allows public access", "statements[0].actions[0]: unsupported action"},
		},
		"Tags": {"AWS keeps some keys", &kms.KeyArgs{Tags: pulumi.StringMap{"aws:x": pulumi.String("y")}}, []string{`tags["aws:x"]`}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
				_, err := kms.NewKey(ctx, "orders", tc.args)
				var invalid *config.Error
				require.ErrorAs(t, err, &invalid, tc.reason)
				require.Len(t, invalid.Findings, len(tc.want), "%v", err)
				for _, want := range tc.want {
					require.ErrorContains(t, err, want, tc.reason)
				}
				return nil
			}, fixture.Cloud())
			require.Empty(t, r.Resources, "nothing is registered")
		})
	}
}

func TestEvidence(t *testing.T) {
	t.Parallel()
	on, off, days := true, false, 30
	tests := map[string]struct {
		args kms.KeyArgs
		want map[string]bool
	}{
		"Default": {
			kms.KeyArgs{Rotation: &on, DeletionWindowDays: &days, Delegation: "administration"},
			map[string]bool{"rotation": true, "delegation": true, "deletionWindowDays": true},
		},
		"Weak": {
			kms.KeyArgs{Rotation: &off, DeletionWindowDays: &days, Delegation: "all"},
			map[string]bool{"rotation": false, "delegation": false, "deletionWindowDays": true},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := map[string]bool{}
			for _, e := range tc.args.Evidence() {
				got[e.Setting] = e.Met
			}
			require.Empty(t, cmp.Diff(tc.want, got), "(-want +got)")
		})
	}
}
