package iam_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

var _ = flag.Bool("update", false, "write the golden files anew")

// create creates a role and returns its resources.
func create(t *testing.T, args *iam.RoleArgs) *pulumitest.Recording {
	t.Helper()
	return fixture.Run(t, func(ctx *pulumi.Context) error {
		_, err := iam.NewRole(ctx, "web", args)
		return err
	}, fixture.Cloud())
}

func TestRoleGoldens(t *testing.T) {
	t.Parallel()
	create(t, instance()).Golden(t, "testdata/instance.txt")
	create(t, everything()).Golden(t, "testdata/everything.txt")
}

func TestEachPolicyIsAResource(t *testing.T) {
	t.Parallel()
	args := instance()
	args.ManagedPolicies["agent"] = pulumi.String("arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy")
	r := create(t, args)
	ssm, ok := r.Find(":RolePolicyAttachment", "web-ssm")
	require.True(t, ok)
	require.Equal(t, "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore", ssm.Inputs["policyArn"].StringValue(),
		"the name of a policy gets the partition of the provider")
	agent, ok := r.Find(":RolePolicyAttachment", "web-agent")
	require.True(t, ok)
	require.Equal(t, "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy", agent.Inputs["policyArn"].StringValue())
}

// Dependents must not start before the role has its permissions.
func TestDependentsOfARoleWaitForItsPolicies(t *testing.T) {
	t.Parallel()
	fixture.Run(t, func(ctx *pulumi.Context) error {
		args := instance()
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

func TestAccountIsLookedUpOnDemand(t *testing.T) {
	t.Parallel()
	plain := &iam.RoleArgs{Trust: iam.Trust{Services: map[string]iam.ServiceTrust{"ec2.amazonaws.com": {}}}}
	require.Empty(t, create(t, plain).Invokes)
	own := &iam.RoleArgs{Trust: iam.Trust{Services: map[string]iam.ServiceTrust{"states.amazonaws.com": {},
		"glue.amazonaws.com": {}}}}
	require.Len(t, create(t, own).Invokes, 1, "the account, once")
}

func TestRoleWithoutInstanceProfile(t *testing.T) {
	t.Parallel()
	fixture.Run(t, func(ctx *pulumi.Context) error {
		role, err := iam.NewRole(ctx, "web", instance())
		require.NoError(t, err)
		require.Nil(t, pulumitest.Await[*string](t, role.InstanceProfileName))
		require.Nil(t, pulumitest.Await[*string](t, role.InstanceProfileARN))
		return nil
	}, fixture.Cloud())
}

func TestInvalidRoleArgs(t *testing.T) {
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
		return policy.Document{Statements: []policy.Statement{{Effect: policy.Allow, Actions: []string{"s3:GetObject"},
			Resources: pulumi.ToStringArray(resources)}}}
	}
	tests := map[string]struct {
		reason string
		change func(*iam.RoleArgs)
		want   string
	}{
		"empty trust": {"no principal could assume the role",
			func(a *iam.RoleArgs) { a.Trust = iam.Trust{Services: map[string]iam.ServiceTrust{}} }, "trust: empty"},
		"name": {"a rule of IAM", func(a *iam.RoleArgs) { a.Name = "web role" },
			`name: invalid character " "`},
		"long name": {"a limit of IAM", func(a *iam.RoleArgs) { a.Name = long(65) },
			"name: it has 65 characters: at most 64 allowed"},
		"path": {"paths start and end with a slash", func(a *iam.RoleArgs) { a.Path = "/shop" },
			`path: invalid path "/shop": use a path such as /teams/shop/`},
		"reserved path": {"for service-linked roles", func(a *iam.RoleArgs) { a.Path = "/aws-service-role/" },
			"path: the path \"/aws-service-role/\" is reserved by AWS"},
		"description": {"IAM supports Latin-1 only", func(a *iam.RoleArgs) { a.Description = "für 東京" },
			"description: unsupported characters: use Latin-1"},
		"long description": {"a limit of IAM", func(a *iam.RoleArgs) { a.Description = long(1001) },
			"description: too long: 1001 characters"},
		"duration without unit": {"durations need a unit", func(a *iam.RoleArgs) { a.MaxSessionDuration = "3600" },
			`maxSessionDuration: invalid duration "3600": use a duration from 1h to 12h`},
		"short sessions": {"the minimum is an hour", func(a *iam.RoleArgs) { a.MaxSessionDuration = "59m" },
			"maxSessionDuration:"},
		"long sessions": {"the maximum is 12 hours", func(a *iam.RoleArgs) { a.MaxSessionDuration = "12h1s" },
			"maxSessionDuration:"},
		"policy": {"the ARN of a role", func(a *iam.RoleArgs) {
			a.ManagedPolicies["x"] = pulumi.String("arn:aws:iam::" + fixture.Account + ":role/x")
		},
			"managedPolicies.x: invalid policy ARN \"arn:aws:iam::123456789012:role/x\": use arn:aws:iam::ACCOUNT:policy/NAME"},
		"name of a policy": {"not the name of a policy",
			func(a *iam.RoleArgs) { a.ManagedPolicies["x"] = pulumi.String("Amazon SSM") },
			`managedPolicies.x: invalid policy "Amazon SSM": use an ARN, or the name of an AWS managed policy`},
		"administrator": {"allows everything",
			func(a *iam.RoleArgs) { a.ManagedPolicies["x"] = pulumi.String("AdministratorAccess") },
			"managedPolicies.x: AdministratorAccess allows all actions"},
		"administrator by ARN": {"the same policy by its ARN", func(a *iam.RoleArgs) {
			a.ManagedPolicies["x"] = pulumi.String("arn:aws-us-gov:iam::aws:policy/PowerUserAccess")
		},
			"managedPolicies.x: PowerUserAccess allows all actions"},
		"all actions of a service": {"allows all actions of a service",
			func(a *iam.RoleArgs) { a.ManagedPolicies["x"] = pulumi.String("AmazonS3FullAccess") },
			"managedPolicies.x: AmazonS3FullAccess allows"},
		"job function": {"all actions of several services",
			func(a *iam.RoleArgs) { a.ManagedPolicies["x"] = pulumi.String("job-function/DataScientist") },
			"managedPolicies.x: job-function/DataScientist allows"},
		"broad policy with another name": {"it allows all actions of a service",
			func(a *iam.RoleArgs) { a.ManagedPolicies["x"] = pulumi.String("SecretsManagerReadWrite") },
			"managedPolicies.x: SecretsManagerReadWrite allows"},
		"misspelt policy": {"AWS has no such policy",
			func(a *iam.RoleArgs) { a.ManagedPolicies["x"] = pulumi.String("AmazonS3ReadOnlyAcces") },
			`managedPolicies.x: unknown AWS managed policy "AmazonS3ReadOnlyAcces": did you mean "AmazonS3ReadOnlyAccess"?`},
		"policy without its path": {"the path is part of the ARN", func(a *iam.RoleArgs) {
			a.ManagedPolicies["x"] = pulumi.String("arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole")
		}, `managedPolicies.x: unknown AWS managed policy "AWSLambdaBasicExecutionRole": use "service-role/AWSLambdaBasicExecutionRole"`},
		"misspelt service": {"AWS has no such service principal", func(a *iam.RoleArgs) {
			a.Trust.Services["ec3.amazonaws.com"] = iam.ServiceTrust{}
		}, `trust.services["ec3.amazonaws.com"]: unknown service principal "ec3.amazonaws.com": did you mean "ec2.amazonaws.com"?`},
		"twice": {"removing one attachment would remove both", func(a *iam.RoleArgs) {
			a.ManagedPolicies["z"] = pulumi.String("arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore")
		}, "managedPolicies.z: duplicate of the policy ssm"},
		"above the quota": {"IAM's quota is 10", many, "managedPolicies: 12 policies, the quota is 10"},
		"inline": {"the rules of policy documents", func(a *iam.RoleArgs) {
			a.InlinePolicies = config.Named[policy.Document]{"x": {Statements: []policy.Statement{{Effect: policy.Allow,
				Actions: []string{"s3:*"}, Resources: pulumi.ToStringArray([]string{"*"})}}}}
		}, "inlinePolicies.x.statements[0].actions[0]: allows all s3 actions on all resources"},
		"inline policies in total": {"the limit applies to all inline policies", func(a *iam.RoleArgs) {
			a.InlinePolicies = config.Named[policy.Document]{"x": large(70), "y": large(90)}
		}, "inlinePolicies: too long: "},
		"boundary": {"not the ARN of a policy",
			func(a *iam.RoleArgs) { a.PermissionsBoundary = pulumi.String("arn:aws:iam::1:policy/x") },
			"permissionsBoundary: invalid policy ARN"},
		"instance profile": {"EC2 needs to assume the role", func(a *iam.RoleArgs) {
			a.InstanceProfile, a.Trust = true, iam.Trust{Services: map[string]iam.ServiceTrust{"glue.amazonaws.com": {}}}
		}, "trust.services: instanceProfile requires the service ec2.amazonaws.com"},
		"tags": {"reserved by AWS", func(a *iam.RoleArgs) { a.Tags = pulumi.StringMap{"aws:x": pulumi.String("y")} },
			"reserved"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := instance()
			tc.change(args)
			r := fixture.Run(t, func(ctx *pulumi.Context) error {
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

func TestAllowBroadPolicies(t *testing.T) {
	t.Parallel()
	args := instance()
	args.ManagedPolicies["all"] = pulumi.String("AdministratorAccess")
	args.AllowBroadPolicies = true
	require.Len(t, create(t, args).OfType(":RolePolicyAttachment"), 2)
}

func TestNamesMadeFromTheNameOfTheComponent(t *testing.T) {
	t.Parallel()
	fixture.Run(t, func(ctx *pulumi.Context) error {
		_, err := iam.NewRole(ctx, long(57), instance())
		require.ErrorContains(t, err,
			"name: it has 65 characters: at most 64 allowed; the default is the name of the component with 8 random characters")
		args := instance()
		args.Name = "short"
		args.InlinePolicies = config.Named[policy.Document]{"read": {Statements: []policy.Statement{{
			Effect: policy.Allow, Actions: []string{"s3:GetObject"},
			Resources: pulumi.ToStringArray([]string{"arn:aws:s3:::data/*"}),
		}}}}
		_, err = iam.NewRole(ctx, long(116), args)
		require.ErrorContains(t, err, "inlinePolicies.read: the name of the policy has 129 characters")
		_, err = iam.NewRole(ctx, long(115), args)
		require.NoError(t, err, "a name of its own is as long as it is")
		_, err = iam.NewRole(ctx, long(56), instance())
		require.NoError(t, err)
		return nil
	}, fixture.Cloud())
}

// Outputs are checked when they are known.
func TestPoliciesThatAreOutputsAreChecked(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"arn:aws:iam::aws:policy/AdministratorAccess": "AdministratorAccess allows all actions",
		"logs": `invalid policy "logs": use the ARN of a managed policy`,
	} {
		_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
			args := instance()
			args.ManagedPolicies["x"] = fixture.Text(ctx, value)
			_, err := iam.NewRole(ctx, "web", args)
			require.NoError(t, err)
			return nil
		}, fixture.Cloud())
		require.ErrorContains(t, err, want)
	}
}

func long(n int) string { return strings.Repeat("x", n) }

// permitted are arguments with the options of a role.
type permitted struct {
	ManagedPolicies config.Named[pulumi.StringInput] `pulumi:"managedPolicies,optional"`
}

func (m *permitted) Validate(report *config.Report) {
	(&iam.Permissions{ManagedPolicies: m.ManagedPolicies}).Check(report,
		map[string]string{"own": "AmazonSSMManagedInstanceCore"})
}

func TestInvalidPermissions(t *testing.T) {
	t.Parallel()
	attach := func(name, policy string) permitted {
		return permitted{ManagedPolicies: config.Named[pulumi.StringInput]{name: pulumi.String(policy)}}
	}
	tests := map[string]struct {
		reason string
		given  permitted
		want   string
	}{
		"taken": {"each name is one attachment", attach("own", "CloudWatchAgentServerPolicy"),
			"managedPolicies.own: the name is used by a policy of the component: use another name"},
		"broad": {"a rule of roles", attach("all", "AdministratorAccess"), "managedPolicies.all"},
		"twice": {"policies of the component count", attach("again", "AmazonSSMManagedInstanceCore"),
			"duplicate of the policy"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.ErrorContains(t, config.Check("arguments", &tc.given), tc.want, tc.reason)
		})
	}
	fine := attach("metrics", "CloudWatchAgentServerPolicy")
	require.NoError(t, config.Check("arguments", &fine))
}

func TestRoleArgsOfPermissions(t *testing.T) {
	t.Parallel()
	given := iam.Permissions{ManagedPolicies: config.Named[pulumi.StringInput]{"metrics": pulumi.String("CloudWatchAgentServerPolicy")}}
	require.True(t, given.IsSet())
	args := given.Role("Instance", iam.Trust{}, map[string]string{"own": "AmazonSSMManagedInstanceCore"},
		pulumi.StringMap{"team": pulumi.String("shop")})
	require.Equal(t, config.Named[pulumi.StringInput]{
		"metrics": pulumi.String("CloudWatchAgentServerPolicy"), "own": pulumi.String("AmazonSSMManagedInstanceCore"),
	}, args.ManagedPolicies)
	require.Len(t, given.ManagedPolicies, 1, "the permissions are not modified")
	require.Equal(t, pulumi.StringMap{"team": pulumi.String("shop")}, args.Tags)
	require.False(t, (&iam.Permissions{}).IsSet())
}

// identities is a section with roles and policies, like that of the module.
type identities struct {
	Roles    config.Named[role]           `pulumi:"roles"`
	Policies config.Named[iam.PolicyArgs] `pulumi:"policies"`
}

type role struct {
	iam.RoleArgs

	Provider string `pulumi:"provider"`
}

// values are the values of the stack file. The engine passes them on as JSON, which is also YAML.
const values = `{"roles":{"deploy":{"trust":{"services":{"ec2.amazonaws.com":null,` +
	`"states.amazonaws.com":{"sourceArns":["arn:aws:states:*:123456789012:stateMachine:*"]}},` +
	`"accounts":{"111122223333":{"externalId":"shop-42"}},` +
	`"github":{"acme/shop":{"branches":["main"],"organizationId":"123","repositoryId":"456"}}},` +
	`"managedPolicies":{"ssm":"AmazonSSMManagedInstanceCore"},` +
	`"inlinePolicies":{"read":{"statements":[{"effect":"Allow","actions":["s3:GetObject"],"resources":["arn:aws:s3:::data/*"]}]}},` +
	`"instanceProfile":true,"provider":"primary"}},` +
	`"policies":{"read-data":{"statements":[{"effect":"Allow","actions":["s3:GetObject"],"resources":["arn:aws:s3:::data/*"]}]}}}`

// Stack files have the same options as Go programs.
func TestRolesInAStackFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "Pulumi.dev.yaml")
	require.NoError(t, os.WriteFile(path, []byte("config:\n  ashlar:identities: "+values+"\n"), 0o600))
	r := fixture.Run(t, func(ctx *pulumi.Context) error {
		section := config.NewSection[identities]("identities", nil)
		m, err := config.Load(ctx, []config.Section{section}, config.WithStackFile(path))
		require.NoError(t, err)
		read, err := config.Get[*identities](m, "identities")
		require.NoError(t, err)
		deploy := read.Roles["deploy"]
		require.Equal(t, "primary", deploy.Provider)
		if _, err := iam.NewRole(ctx, "deploy", &deploy.RoleArgs); err != nil {
			return err
		}
		data := read.Policies["read-data"]
		_, err = iam.NewPolicy(ctx, "read-data", &data)
		return err
	}, fixture.Cloud(), pulumitest.WithConfig(map[string]string{"ashlar:identities": values}))
	trust := r.One(t, "aws:iam/role:Role").Inputs["assumeRolePolicy"].StringValue()
	for _, part := range []string{
		`"Principal":{"Service":"ec2.amazonaws.com"}`, `"aws:SourceArn":"arn:aws:states:*:123456789012:stateMachine:*"`,
		`"sts:ExternalId":"shop-42"`,
		`repo:acme@123/shop@456:ref:refs/heads/main`,
	} {
		require.Contains(t, trust, part)
	}
	require.Len(t, r.OfType("aws:iam/rolePolicy:RolePolicy"), 1)
	require.Len(t, r.OfType("aws:iam/instanceProfile:InstanceProfile"), 1)
	require.Len(t, r.OfType("aws:iam/policy:Policy"), 1)
}

func TestEvidence(t *testing.T) {
	t.Parallel()
	broad := policy.Document{Statements: []policy.Statement{{Effect: policy.Allow, Actions: []string{"*"},
		Resources: strs("*"), AllowWildcards: true}}}
	denying := policy.Document{Statements: []policy.Statement{{Effect: policy.Deny, Actions: []string{"*"},
		Resources: strs("*"), AllowWildcards: true}}}
	tests := map[string]struct {
		reason string
		args   compliance.Declarer
		want   []string
	}{
		"default": {"roles are restricted by default", instance(),
			[]string{"policies=no broad policy met", "trust=restricted principals met"}},
		"boundary": {"a permissions boundary is evidence", &iam.RoleArgs{PermissionsBoundary: pulumi.String("x")},
			[]string{"policies=no broad policy met", "trust=restricted principals met", "permissionsBoundary=set met"}},
		"broad": {"permitted exceptions are not met", &iam.RoleArgs{
			ManagedPolicies: config.Named[pulumi.StringInput]{"all": pulumi.String("AdministratorAccess"),
				"own": pulumi.String("arn:aws:iam::123456789012:policy/FullAccess")},
			InlinePolicies: config.Named[policy.Document]{"wide": broad, "deny": denying},
			Trust: iam.Trust{
				Services: map[string]iam.ServiceTrust{"states.amazonaws.com": {AnySource: true}},
				Accounts: map[string]iam.AccountTrust{"111122223333": {AnyPrincipal: true}},
				GitHub: map[string]iam.GitHubTrust{"acme/a": {AnyRun: true}, "acme/b": {PullRequests: true},
					"acme/c": {Branches: []string{"main"}}},
				Statements: broad.Statements,
			},
		}, []string{"policies=AdministratorAccess, wide not met",
			"trust=states.amazonaws.com, 111122223333, acme/a, acme/b, statements not met"}},
		"policy": {"restricted", reader("*"), []string{"statements[].allowWildcards=false met"}},
		"broad policy": {"permitted exceptions are not met", &iam.PolicyArgs{Statements: broad.Statements},
			[]string{"statements[].allowWildcards=true not met"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := pulumitest.EvidenceText(tc.args.Evidence())
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}
