package resources_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

// The types of the resources of the components.
const (
	attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	profile    = "aws:iam/instanceProfile:InstanceProfile"
	managed    = "aws:iam/policy:Policy"
	oidc       = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
)

const thumbprint = "0123456789abcdef0123456789abcdef01234567"

// identities is a program with a role, a policy and an identity provider.
type identities struct {
	role     iam.RoleArgs
	policy   iam.PolicyArgs
	provider iam.OIDCProviderArgs
	// trusted is the issuer that the role trusts.
	trusted string
}

func start() *identities {
	return &identities{
		role: iam.RoleArgs{
			Trust: iam.Trust{Services: map[string]iam.ServiceTrust{"ec2.amazonaws.com": {},
				"states.amazonaws.com": {}}},
			ManagedPolicies: config.Named[pulumi.StringInput]{"ssm": pulumi.String("AmazonSSMManagedInstanceCore")},
			InlinePolicies: config.Named[policy.Document]{"read": {Statements: reads("data")},
				"list": {Statements: reads("list")}},
			InstanceProfile: true,
		},
		policy: iam.PolicyArgs{Statements: reads("logs")},
		provider: iam.OIDCProviderArgs{URL: pulumi.String("https://token.example.com"),
			Thumbprints: pulumi.StringArray{pulumi.String(thumbprint)}},
		trusted: "token.example.com",
	}
}

func reads(bucket string) []policy.Statement {
	return []policy.Statement{{
		Effect: policy.Allow, Actions: []string{"s3:GetObject"},
		Resources: pulumi.StringArray{pulumi.String("arn:aws:s3:::" + bucket + "/*")},
	}}
}

// in returns the program on a provider of an account.
func (i *identities) in(a *cloudtest.Account) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		p, err := a.Provider(ctx, "primary", a.Region())
		if err != nil {
			return err
		}
		return i.run(ctx, pulumi.Provider(p))
	}
}

func (i *identities) run(ctx *pulumi.Context, on pulumi.ResourceOption) error {
	provider, err := iam.NewOIDCProvider(ctx, "ci", &i.provider, on)
	if err != nil {
		return err
	}
	logs, err := iam.NewPolicy(ctx, "logs", &i.policy, on)
	if err != nil {
		return err
	}
	args := i.role
	args.Trust.OIDC = map[string]iam.OIDCTrust{i.trusted: {
		Audiences: []string{policy.STSAudience}, Subjects: []string{"project:shop:*"}, Provider: provider.ARN,
	}}
	args.ManagedPolicies = config.Named[pulumi.StringInput]{"logs": logs.ARN}
	for name, p := range i.role.ManagedPolicies {
		args.ManagedPolicies[name] = p
	}
	r, err := iam.NewRole(ctx, "web", &args, on)
	if err != nil {
		return err
	}
	ctx.Export("role", r.ARN)
	ctx.Export("profile", r.InstanceProfileARN)
	return nil
}

// Each step changes options, which change only the related resources.
func TestIdentities(t *testing.T) {
	t.Parallel()
	cloudtest.AWS(t, func(t *testing.T, a *cloudtest.Account) {
		t.Helper()
		i := start()
		life := a.Life(t, "identities", i.in(a))
		up := life.Up()
		require.Regexp(t, `^arn:aws:iam::\d{12}:role/web-[0-9a-f]{7}$`, up.Outputs["role"].Value)
		require.Regexp(t, `^arn:aws:iam::\d{12}:instance-profile/web-[0-9a-f]{7}$`, up.Outputs["profile"].Value)

		// Each step changes one option of each component.
		i.role.Description, i.policy.Statements, i.provider.ClientIDs = "Serves the shop", reads("more"), pulumi.ToStringArray([]string{policy.STSAudience, "shop"})
		life.Change("description, statements, client IDs", "update "+role+" web", "update "+managed+" logs",
			"update "+oidc+" ci")
		tags := pulumi.StringMap{"team": pulumi.String("shop")}
		i.role.MaxSessionDuration, i.policy.Tags, i.provider.Tags = "4h", tags, tags
		life.Change("session duration, tags", "update "+role+" web", "update "+managed+" logs",
			"update "+oidc+" ci")
		replaced := []string{"replace " + managed + " logs", "replace " + attachment + " web-logs"}
		i.role.Trust.Accounts = map[string]iam.AccountTrust{"111122223333": {ExternalID: pulumi.String("shop-42")}}
		i.policy.Description, i.provider.Thumbprints = "Reads the logs", pulumi.StringArray{pulumi.String(strings.Repeat("0",
			40))}
		life.Change("trust, description of a policy, thumbprints",
			append(replaced, "update "+role+" web", "update "+oidc+" ci")...)
		i.role.PermissionsBoundary, i.policy.Path = pulumi.String("ReadOnlyAccess"), "/shop/"
		life.Change("boundary, path of a policy", append(replaced, "update "+role+" web")...)
		i.role.Tags, i.policy.Name = tags, "ashlar-test-logs"
		life.Change("tags, name of a policy", append(replaced, "update "+role+" web", "update "+profile+" web")...)

		i.role.InlinePolicies["read"] = policy.Document{Statements: reads("other")}
		i.role.ManagedPolicies["agent"] = pulumi.String("CloudWatchAgentServerPolicy")
		life.Change("inline policy updated, managed policy added", "update "+inline+" web-read",
			"create "+attachment+" web-agent")
		delete(i.role.InlinePolicies, "list")
		i.role.ManagedPolicies["agent"] = pulumi.String("CloudWatchReadOnlyAccess")
		life.Change("inline policy removed, managed policy replaced", "delete "+inline+" web-list",
			"replace "+attachment+" web-agent")
		delete(i.role.ManagedPolicies, "ssm")
		quota := 20
		i.role.AllowBroadPolicies, i.role.MaxManagedPolicies = true, &quota
		life.Change("managed policy removed, options of checks", "delete "+attachment+" web-ssm")

		i.provider.URL, i.trusted = pulumi.String("https://other.example.com"), "other.example.com"
		life.Change("issuer", "replace "+oidc+" ci", "update "+role+" web")
		parts := []string{"replace " + role + " web", "replace " + profile + " web", "replace " + inline + " web-read",
			"replace " + attachment + " web-agent", "replace " + attachment + " web-logs"}
		i.role.Path = "/shop/"
		life.Change("path", parts...)
		i.role.Name = "ashlar-test-web"
		life.Change("name", parts...)
		i.role.InstanceProfile = false
		life.Change("no instance profile", "delete "+profile+" web")
		life.Destroy()
	})
}

// Arguments that IAM would reject are reported before resources are created.
func TestInvalidIdentities(t *testing.T) {
	t.Parallel()
	ofRole := func(change func(*iam.RoleArgs)) pulumi.RunFunc {
		return func(ctx *pulumi.Context) error {
			args := start().role
			change(&args)
			_, err := iam.NewRole(ctx, "web", &args)
			return err
		}
	}
	ofPolicy := func(change func(*iam.PolicyArgs)) pulumi.RunFunc {
		return func(ctx *pulumi.Context) error {
			args := start().policy
			change(&args)
			_, err := iam.NewPolicy(ctx, "logs", &args)
			return err
		}
	}
	for name, tc := range map[string]struct {
		program pulumi.RunFunc
		want    string
	}{
		"length of the name": {ofRole(func(r *iam.RoleArgs) { r.Name = strings.Repeat("x", 65) }),
			"name: it has 65 characters"},
		"characters of the name": {ofPolicy(func(p *iam.PolicyArgs) { p.Name = "a b" }), `name: invalid character " "`},
		"path":                   {ofRole(func(r *iam.RoleArgs) { r.Path = "shop" }), "path: invalid path"},
		"description": {ofRole(func(r *iam.RoleArgs) { r.Description = strings.Repeat("x", 1001) }),
			"description: too long: 1001 characters"},
		"session": {ofRole(func(r *iam.RoleArgs) { r.MaxSessionDuration = "15m" }),
			"maxSessionDuration: invalid duration"},
		"MalformedPolicyDocument": {ofPolicy(func(p *iam.PolicyArgs) {
			p.Statements[0].Resources = pulumi.ToStringArray([]string{"data"})
		}), "invalid ARN"},
		"invalid principal": {ofRole(func(r *iam.RoleArgs) { r.Trust.Services["ec2"] = iam.ServiceTrust{} }),
			`services.ec2: invalid service principal "ec2"`},
		"LimitExceeded, ACLSizePerRole": {ofRole(func(r *iam.RoleArgs) {
			for _, s := range policy.SourceAccountServices() {
				r.Trust.Services[s] = iam.ServiceTrust{}
			}
		}), "the maximum of a trust policy is 2048"},
		"LimitExceeded, PolicySize": {ofPolicy(func(p *iam.PolicyArgs) { p.Statements = large(200) }),
			"the maximum of a managed policy is 6144"},
		"LimitExceeded, inline": {ofRole(func(r *iam.RoleArgs) {
			r.InlinePolicies = config.Named[policy.Document]{"a": {Statements: large(90)}, "b": {Statements: large(90)}}
		}), "the maximum of all inline policies of a role is 10240"},
		"LimitExceeded, PoliciesPerRole": {ofRole(func(r *iam.RoleArgs) {
			for n := range 10 {
				r.ManagedPolicies[fmt.Sprintf("p%d", n)] = pulumi.String(fmt.Sprintf("arn:aws:iam::123456789012:policy/p%d", n))
			}
		}), "11 policies, the quota is 10"},
		"instance profile without EC2": {ofRole(func(r *iam.RoleArgs) {
			delete(r.Trust.Services,
				"ec2.amazonaws.com")
		}),
			"instanceProfile requires the service ec2.amazonaws.com"},
		"reserved tag": {ofRole(func(r *iam.RoleArgs) { r.Tags = pulumi.StringMap{"aws:x": pulumi.String("y")} }),
			"reserved"},
		"URL of an identity provider": {func(ctx *pulumi.Context) error {
			_, err := iam.NewOIDCProvider(ctx, "ci", &iam.OIDCProviderArgs{URL: pulumi.String("http://token.example.com")})
			return err
		}, "url: invalid URL"},
	} {
		t.Run(name, func(t *testing.T) { cloudtest.RequireRefused(t, tc.want, tc.program) })
	}
}

// large returns a statement with as many resources, of some 60 characters each.
func large(n int) []policy.Statement {
	var resources []string
	for i := range n {
		resources = append(resources, fmt.Sprintf("arn:aws:s3:::%s-%d", strings.Repeat("x", 40), i))
	}
	return []policy.Statement{{Effect: policy.Allow, Actions: []string{"s3:GetObject"},
		Resources: pulumi.ToStringArray(resources)}}
}

// Only AWS can tell whether an AWS managed policy exists.
func TestUnknownManagedPolicy(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t)
	i := start()
	i.role.ManagedPolicies["ssm"] = pulumi.String("AmazonSSMManagedInstanceKern")
	life := a.Life(t, "unknown", i.in(a))
	r, err := life.Stack.Up(t.Context())
	require.Error(t, err)
	require.Contains(t, r.Output,
		"NoSuchEntity: Policy arn:aws:iam::aws:policy/AmazonSSMManagedInstanceKern does not exist")
	i.role.ManagedPolicies["ssm"] = pulumi.String("AmazonSSMManagedInstanceCore")
	life.Up()
	life.Destroy()
}

// Account and partition are those of the provider, not of the credentials.
func TestRoleUsesTheProviderAccount(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t)
	life := a.Life(t, "elsewhere", func(ctx *pulumi.Context) error {
		p, err := aws.NewProvider(ctx, "china", &aws.ProviderArgs{
			Region:     pulumi.String("cn-north-1"),
			AssumeRole: &aws.ProviderAssumeRoleArgs{RoleArn: pulumi.String("arn:aws-cn:iam::111122223333:role/deploy")},
		})
		if err != nil {
			return err
		}
		_, err = iam.NewRole(ctx, "web", &iam.RoleArgs{
			Trust: iam.Trust{
				Services: map[string]iam.ServiceTrust{"ec2.amazonaws.com.cn": {}, "states.amazonaws.com": {}},
				GitHub:   map[string]iam.GitHubTrust{"acme/shop": {Branches: []string{"main"}}},
			},
			ManagedPolicies: config.Named[pulumi.StringInput]{"ssm": pulumi.String("AmazonSSMManagedInstanceCore")},
			InstanceProfile: true,
		}, pulumi.Provider(p))
		return err
	})
	life.Up()
	found, err := a.Store.List(role)
	require.NoError(t, err)
	require.Len(t, found, 1)
	trust := found[0].Text("assumeRolePolicy")
	require.Equal(t, "111122223333", found[0].Place)
	require.Contains(t, trust, `"aws:SourceAccount":"111122223333"`)
	require.Contains(t, trust, `arn:aws-cn:iam::111122223333:oidc-provider/token.actions.githubusercontent.com`)
	attached, err := a.Store.List(attachment)
	require.NoError(t, err)
	require.Equal(t, "arn:aws-cn:iam::aws:policy/AmazonSSMManagedInstanceCore", attached[0].Text("policyArn"))
	life.Destroy()
}

// The page lists the services that send the source account.
func TestDocumentedServices(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "aws", "iam.md"))
	require.NoError(t, err)
	_, rest, ok := strings.Cut(string(page), "<!-- services -->\n")
	require.True(t, ok)
	text, _, _ := strings.Cut(rest, " (each with `.amazonaws.com`)")
	var listed []string
	for _, m := range regexp.MustCompile("`([a-z.-]+)`").FindAllStringSubmatch(text, -1) {
		listed = append(listed, m[1]+".amazonaws.com")
	}
	require.Equal(t, policy.SourceAccountServices(), listed)
}
