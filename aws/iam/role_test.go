package iam_test

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

var _ = flag.Bool("update", false, "write the golden files anew")

// made returns what a role consists of.
func made(t *testing.T, args *iam.RoleArgs) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := iam.NewRole(ctx, "web", args)
		return err
	}, fixture.Cloud())
}

func TestRoleGoldens(t *testing.T) {
	t.Parallel()
	made(t, machine()).Golden(t, "testdata/machine.txt")
	made(t, everything()).Golden(t, "testdata/everything.txt")
}

func TestAPolicyIsOneResourceOfItsOwnName(t *testing.T) {
	t.Parallel()
	args := machine()
	args.ManagedPolicies["agent"] = pulumi.String("arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy")
	r := made(t, args)
	ssm, ok := r.Find(":RolePolicyAttachment", "web-ssm")
	require.True(t, ok)
	require.Equal(t, "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore", ssm.Inputs["policyArn"].StringValue(),
		"the name of a policy gets the partition of the provider")
	agent, ok := r.Find(":RolePolicyAttachment", "web-agent")
	require.True(t, ok)
	require.Equal(t, "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy", agent.Inputs["policyArn"].StringValue())
}

// Who uses a role must not start before it is allowed anything.
func TestUsersOfARoleWaitForItsPolicies(t *testing.T) {
	t.Parallel()
	pulumitest.Run(t, func(ctx *pulumi.Context) error {
		args := machine()
		args.InstanceProfile = true
		role, err := iam.NewRole(ctx, "web", args)
		require.NoError(t, err)
		for _, output := range []pulumi.StringOutput{
			role.Name, role.ARN, role.InstanceProfileName.Elem(), role.InstanceProfileARN.Elem(),
		} {
			v := pulumitest.Inspect[string](t, output)
			require.True(t, v.Known)
			found := false
			for _, urn := range v.Dependencies {
				found = found || urn.Type() == "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
			}
			require.True(t, found, "%v", v.Dependencies)
		}
		return nil
	}, fixture.Cloud())
}

func TestWhereARoleIsIsAskedForWhenItIsNeeded(t *testing.T) {
	t.Parallel()
	plain := &iam.RoleArgs{Trust: iam.Trust{Services: map[string]iam.ServiceTrust{"ec2.amazonaws.com": {}}}}
	require.Empty(t, made(t, plain).Invokes)
	own := &iam.RoleArgs{Trust: iam.Trust{Services: map[string]iam.ServiceTrust{"states.amazonaws.com": {}, "glue.amazonaws.com": {}}}}
	require.Len(t, made(t, own).Invokes, 1, "the account, once")
}

func TestRoleWithoutAProfileHasNone(t *testing.T) {
	t.Parallel()
	pulumitest.Run(t, func(ctx *pulumi.Context) error {
		role, err := iam.NewRole(ctx, "web", machine())
		require.NoError(t, err)
		require.Nil(t, pulumitest.Await[*string](t, role.InstanceProfileName))
		require.Nil(t, pulumitest.Await[*string](t, role.InstanceProfileARN))
		return nil
	}, fixture.Cloud())
}

func TestRoleRefuses(t *testing.T) {
	t.Parallel()
	many := func(a *iam.RoleArgs) {
		for _, n := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"} {
			a.ManagedPolicies[n] = pulumi.String("arn:aws:iam::" + fixture.Account + ":policy/" + n)
		}
	}
	large := func(n int) policy.Document {
		var resources []string
		for i := range n {
			resources = append(resources, fmt.Sprintf("arn:aws:s3:::%s-%d", long(50), i))
		}
		return policy.Document{Statements: []policy.Statement{{Effect: policy.Allow, Actions: []string{"s3:GetObject"}, Resources: pulumi.ToStringArray(resources)}}}
	}
	tests := map[string]struct {
		reason string
		change func(*iam.RoleArgs)
		want   string
	}{
		"nobody":         {"a role that nobody can assume is a mistake", func(a *iam.RoleArgs) { a.Trust = iam.Trust{Services: map[string]iam.ServiceTrust{}} }, "trust: empty"},
		"name":           {"IAM's own rule", func(a *iam.RoleArgs) { a.Name = "web role" }, `name: invalid character " "`},
		"long name":      {"IAM's own limit", func(a *iam.RoleArgs) { a.Name = long(65) }, "name: it has 65 characters: at most 64 allowed"},
		"path":           {"a path begins and ends with a slash", func(a *iam.RoleArgs) { a.Path = "/shop" }, `path: invalid path "/shop": use a path such as /teams/shop/`},
		"reserved path":  {"service-linked roles are AWS's", func(a *iam.RoleArgs) { a.Path = "/aws-service-role/" }, "path: the path \"/aws-service-role/\" is reserved by AWS"},
		"description":    {"IAM takes Latin-1", func(a *iam.RoleArgs) { a.Description = "für 東京" }, "description: unsupported characters: use Latin-1"},
		"long text":      {"IAM's own limit", func(a *iam.RoleArgs) { a.Description = long(1001) }, "description: too long: 1001 characters"},
		"no duration":    {"a duration has a unit", func(a *iam.RoleArgs) { a.MaxSessionDuration = "3600" }, `maxSessionDuration: invalid duration "3600": use a duration from 1h to 12h`},
		"short sessions": {"IAM takes an hour or more", func(a *iam.RoleArgs) { a.MaxSessionDuration = "59m" }, "maxSessionDuration:"},
		"long sessions":  {"IAM takes twelve hours or less", func(a *iam.RoleArgs) { a.MaxSessionDuration = "12h1s" }, "maxSessionDuration:"},
		"policy": {"an ARN of something else", func(a *iam.RoleArgs) {
			a.ManagedPolicies["x"] = pulumi.String("arn:aws:iam::" + fixture.Account + ":role/x")
		},
			"managedPolicies.x: invalid policy ARN \"arn:aws:iam::123456789012:role/x\": use arn:aws:iam::ACCOUNT:policy/NAME"},
		"name of a policy": {"the name of nothing", func(a *iam.RoleArgs) { a.ManagedPolicies["x"] = pulumi.String("Amazon SSM") },
			`managedPolicies.x: invalid policy "Amazon SSM": use an ARN, or the name of an AWS managed policy`},
		"administrator": {"nothing needs everything", func(a *iam.RoleArgs) { a.ManagedPolicies["x"] = pulumi.String("AdministratorAccess") },
			"managedPolicies.x: AdministratorAccess allows all actions"},
		"administrator by ARN": {"the ARN is the same policy", func(a *iam.RoleArgs) {
			a.ManagedPolicies["x"] = pulumi.String("arn:aws-us-gov:iam::aws:policy/PowerUserAccess")
		},
			"managedPolicies.x: PowerUserAccess allows all actions"},
		"a whole service": {"every action of a service", func(a *iam.RoleArgs) { a.ManagedPolicies["x"] = pulumi.String("AmazonS3FullAccess") }, "managedPolicies.x: AmazonS3FullAccess allows"},
		"a whole job":     {"a job that administers", func(a *iam.RoleArgs) { a.ManagedPolicies["x"] = pulumi.String("job-function/SystemAdministrator") }, "managedPolicies.x: job-function/SystemAdministrator allows"},
		"twice": {"removing one would remove both", func(a *iam.RoleArgs) {
			a.ManagedPolicies["z"] = pulumi.String("arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore")
		}, "managedPolicies.z: duplicate of the policy ssm"},
		"more than the quota": {"IAM's quota is 10", many, "managedPolicies: 12 policies, the quota is 10"},
		"inline": {"the document's own rules", func(a *iam.RoleArgs) {
			a.InlinePolicies = config.Named[policy.Document]{"x": {Statements: []policy.Statement{{Effect: policy.Allow, Actions: []string{"s3:*"}, Resources: pulumi.ToStringArray([]string{"*"})}}}}
		}, "inlinePolicies.x.statements[0].actions[0]: allows all s3 actions on all resources"},
		"inline together": {"each is small enough, both are not", func(a *iam.RoleArgs) {
			a.InlinePolicies = config.Named[policy.Document]{"x": large(70), "y": large(90)}
		}, "inlinePolicies: too long: "},
		"boundary": {"a boundary is a policy", func(a *iam.RoleArgs) { a.PermissionsBoundary = pulumi.String("arn:aws:iam::1:policy/x") },
			"permissionsBoundary: invalid policy ARN"},
		"profile": {"EC2 could not use it", func(a *iam.RoleArgs) {
			a.InstanceProfile, a.Trust = true, iam.Trust{Services: map[string]iam.ServiceTrust{"glue.amazonaws.com": {}}}
		}, "trust.services: instanceProfile requires the service ec2.amazonaws.com"},
		"tags": {"AWS's own rule", func(a *iam.RoleArgs) { a.Tags = pulumi.StringMap{"aws:x": pulumi.String("y")} }, "reserved"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := machine()
			tc.change(args)
			r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
				_, err := iam.NewRole(ctx, "web", args)
				var invalid *config.Error
				require.ErrorAs(t, err, &invalid, tc.reason)
				require.Len(t, invalid.Findings, 1, "%s: %v", tc.reason, err)
				require.ErrorContains(t, err, tc.want, tc.reason)
				return nil
			}, fixture.Cloud())
			require.Empty(t, r.Resources, "nothing is registered")
		})
	}
}

// The ways out stand beside what they let through.
func TestWhatIsBroadCanBeMeant(t *testing.T) {
	t.Parallel()
	args := machine()
	args.ManagedPolicies["all"] = pulumi.String("AdministratorAccess")
	args.AllowBroadPolicies = true
	require.Len(t, made(t, args).Of(":RolePolicyAttachment"), 2)
}

func TestTheNameOfTheComponentIsPartOfNames(t *testing.T) {
	t.Parallel()
	pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := iam.NewRole(ctx, long(57), machine())
		require.ErrorContains(t, err, "name: it has 65 characters: at most 64 allowed; the default is the name of the component with 8 random characters")
		args := machine()
		args.Name = "short"
		args.InlinePolicies = config.Named[policy.Document]{"read": {Statements: []policy.Statement{{
			Effect: policy.Allow, Actions: []string{"s3:GetObject"}, Resources: pulumi.ToStringArray([]string{"arn:aws:s3:::data/*"}),
		}}}}
		_, err = iam.NewRole(ctx, long(116), args)
		require.ErrorContains(t, err, "inlinePolicies.read: the name of the policy has 129 characters")
		_, err = iam.NewRole(ctx, long(115), args)
		require.NoError(t, err, "a name of its own is as long as it is")
		_, err = iam.NewRole(ctx, long(56), machine())
		require.NoError(t, err)
		return nil
	}, fixture.Cloud())
}

// What another resource gives is checked when it is known.
func TestPoliciesOfOtherResourcesAreCheckedToo(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"arn:aws:iam::aws:policy/AdministratorAccess": "AdministratorAccess allows all actions",
		"logs": `invalid policy "logs": use the ARN of a managed policy`,
	} {
		_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
			args := machine()
			args.ManagedPolicies["x"] = fixture.Text(ctx, value)
			_, err := iam.NewRole(ctx, "web", args)
			require.NoError(t, err)
			return nil
		}, fixture.Cloud())
		require.ErrorContains(t, err, want)
	}
}

func long(n int) string { return strings.Repeat("x", n) }
