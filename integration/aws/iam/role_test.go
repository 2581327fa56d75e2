package iam_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws"
	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

// The types that the components make.
const (
	role       = "aws:iam/role:Role"
	attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	inline     = "aws:iam/rolePolicy:RolePolicy"
	profile    = "aws:iam/instanceProfile:InstanceProfile"
	managed    = "aws:iam/policy:Policy"
	oidc       = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
)

const thumbprint = "0123456789abcdef0123456789abcdef01234567"

// identities is a program with one of everything.
type identities struct {
	role     iam.RoleArgs
	policy   iam.PolicyArgs
	provider iam.OIDCProviderArgs
	// trusted is the host of the provider, which the role trusts.
	trusted string
}

func start() *identities {
	return &identities{
		role: iam.RoleArgs{
			Trust:           iam.Trust{Services: map[string]iam.ServiceTrust{"ec2.amazonaws.com": {}, "states.amazonaws.com": {}}},
			ManagedPolicies: config.Named[pulumi.StringInput]{"ssm": pulumi.String("AmazonSSMManagedInstanceCore")},
			InlinePolicies:  config.Named[policy.Document]{"read": {Statements: reads("data")}, "list": {Statements: reads("list")}},
			InstanceProfile: true,
		},
		policy:   iam.PolicyArgs{Statements: reads("logs")},
		provider: iam.OIDCProviderArgs{URL: pulumi.String("https://token.example.com"), Thumbprints: []string{thumbprint}},
		trusted:  "token.example.com",
	}
}

func reads(bucket string) []policy.Statement {
	return []policy.Statement{{
		Actions: []string{"s3:GetObject"}, Resources: pulumi.StringArray{pulumi.String("arn:aws:s3:::" + bucket + "/*")},
	}}
}

func (i *identities) run(ctx *pulumi.Context) error {
	provider, err := iam.NewOIDCProvider(ctx, "ci", &i.provider)
	if err != nil {
		return err
	}
	logs, err := iam.NewPolicy(ctx, "logs", &i.policy)
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
	r, err := iam.NewRole(ctx, "web", &args)
	if err != nil {
		return err
	}
	ctx.Export("role", r.ARN)
	if r.Profile != nil {
		ctx.Export("profile", r.Profile.ARN)
	}
	return nil
}

// Each option is changed once, and only what it is about changes.
func TestIdentities(t *testing.T) {
	t.Parallel()
	cloudtest.AWS(t, func(t *testing.T, a *cloudtest.Account) {
		i := start()
		life := a.Life(t, "identities", i.run)
		up := life.Up()
		require.Regexp(t, `^arn:aws:iam::\d{12}:role/web-[0-9a-f]{7}$`, up.Outputs["role"].Value)
		require.Regexp(t, `^arn:aws:iam::\d{12}:instance-profile/web-[0-9a-f]{7}$`, up.Outputs["profile"].Value)

		i.role.Description = "Serves the shop"
		life.Change("description of a role", "update "+role+" web")
		i.role.MaxSessionDuration = "4h"
		life.Change("length of sessions", "update "+role+" web")
		i.role.Trust.Accounts = map[string]iam.AccountTrust{"111122223333": {ExternalID: "shop-42"}}
		life.Change("trust", "update "+role+" web")
		i.role.PermissionsBoundary = pulumi.String("ReadOnlyAccess")
		life.Change("boundary", "update "+role+" web")
		i.role.Tags = map[string]string{"team": "shop"}
		life.Change("tags", "update "+role+" web", "update "+profile+" web")
		i.role.InlinePolicies["read"] = policy.Document{Statements: reads("other")}
		life.Change("an inline policy", "update "+inline+" web-read")
		delete(i.role.InlinePolicies, "list")
		life.Change("an inline policy goes", "delete "+inline+" web-list")
		i.role.ManagedPolicies["agent"] = pulumi.String("CloudWatchAgentServerPolicy")
		life.Change("another managed policy", "create "+attachment+" web-agent")
		i.role.ManagedPolicies["agent"] = pulumi.String("CloudWatchReadOnlyAccess")
		life.Change("a managed policy becomes another one", "replace "+attachment+" web-agent")
		delete(i.role.ManagedPolicies, "ssm")
		life.Change("a managed policy goes", "delete "+attachment+" web-ssm")
		i.role.AllowBroadPolicies = true
		life.Change("what is admitted changes nothing by itself")
		quota := 20
		i.role.MaxManagedPolicies = &quota
		life.Change("nor does the quota")

		i.policy.Statements = reads("more")
		life.Change("statements of a policy", "update "+managed+" logs")
		i.policy.Tags = map[string]string{"team": "shop"}
		life.Change("tags of a policy", "update "+managed+" logs")
		for _, change := range []func(){
			func() { i.policy.Description = "Reads the logs" },
			func() { i.policy.Path = "/shop/" },
			func() { i.policy.Name = "ashlar-test-logs" },
		} {
			change()
			life.Change("IAM cannot change these of a policy", "replace "+managed+" logs", "replace "+attachment+" web-logs")
		}

		i.provider.ClientIDs = []string{policy.STSAudience, "shop"}
		life.Change("client ids", "update "+oidc+" ci")
		i.provider.Tags = map[string]string{"team": "shop"}
		life.Change("tags of a provider", "update "+oidc+" ci")
		i.provider.Thumbprints = []string{strings.Repeat("0", 40)}
		life.Change("thumbprints", "update "+oidc+" ci")
		i.provider.URL, i.trusted = pulumi.String("https://other.example.com"), "other.example.com"
		life.Change("another issuer", "replace "+oidc+" ci", "update "+role+" web")

		parts := []string{"replace " + role + " web", "replace " + profile + " web", "replace " + inline + " web-read",
			"replace " + attachment + " web-agent", "replace " + attachment + " web-logs"}
		i.role.Path = "/shop/"
		life.Change("another path", parts...)
		i.role.Name = "ashlar-test-web"
		life.Change("another name", parts...)
		i.role.InstanceProfile = false
		life.Change("no profile", "delete "+profile+" web")
		life.Destroy()
	})
}

// What AWS would refuse is reported before the engine does anything.
func TestIdentitiesThatIAMWouldRefuse(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t)
	i := start()
	life := a.Life(t, "refused", func(ctx *pulumi.Context) error { return i.run(ctx) })
	var large []string
	for n := range 200 {
		large = append(large, fmt.Sprintf("arn:aws:s3:::%s-%d", strings.Repeat("x", 40), n))
	}
	oversized := policy.Document{Statements: []policy.Statement{{Actions: []string{"s3:GetObject"}, Resources: pulumi.ToStringArray(large)}}}
	for code, tc := range map[string]struct {
		change func(*identities)
		want   string
	}{
		"length of the name":      {func(i *identities) { i.role.Name = strings.Repeat("x", 65) }, "name: it has 65 characters"},
		"characters of the name":  {func(i *identities) { i.policy.Name = "a b" }, `name: " " cannot be in it`},
		"path":                    {func(i *identities) { i.role.Path = "shop" }, "path: found"},
		"description":             {func(i *identities) { i.role.Description = strings.Repeat("x", 1001) }, "description: it has 1001 characters"},
		"session":                 {func(i *identities) { i.role.MaxSessionDuration = "15m" }, "maxSessionDuration: found"},
		"MalformedPolicyDocument": {func(i *identities) { i.policy.Statements[0].Resources = pulumi.ToStringArray([]string{"data"}) }, "expected an ARN"},
		"invalid principal": {func(i *identities) { i.role.Trust.Services["ec2"] = iam.ServiceTrust{} },
			`services.ec2: found "ec2", expected the principal of a service`},
		"LimitExceeded, ACLSizePerRole": {func(i *identities) {
			for _, s := range policy.SourceServices() {
				i.role.Trust.Services[s] = iam.ServiceTrust{SourceARNs: pulumi.ToStringArray([]string{"arn:aws:states:*:123456789012:*"})}
			}
		}, "a trust policy may have 2048"},
		"LimitExceeded, PolicySize": {func(i *identities) { i.policy.Statements = oversized.Statements }, "a managed policy may have 6144"},
		"LimitExceeded, inline": {func(i *identities) {
			i.role.InlinePolicies = config.Named[policy.Document]{"a": {Statements: halve(oversized)}, "b": {Statements: halve(oversized)}, "c": {Statements: halve(oversized)}}
		}, "those of a role may have 10240"},
		"LimitExceeded, PoliciesPerRole": {func(i *identities) {
			for n := range 10 {
				i.role.ManagedPolicies[fmt.Sprintf("p%d", n)] = pulumi.String(fmt.Sprintf("arn:aws:iam::123456789012:policy/p%d", n))
			}
		}, "12 policies, a role may have 10"},
		"the service may not assume the role": {func(i *identities) { delete(i.role.Trust.Services, "ec2.amazonaws.com") }, "EC2 could not assume the role"},
		"reserved tag":                        {func(i *identities) { i.role.Tags = map[string]string{"aws:x": "y"} }, "reserved"},
		"InvalidInput, url":                   {func(i *identities) { i.provider.URL = pulumi.String("http://token.example.com") }, "url: found"},
	} {
		i = start()
		tc.change(i)
		r := life.Refused(tc.want)
		require.NotContains(t, r.Output, "api error", code)
	}
	i = start()
	life.Up()
	life.Destroy()
}

// halve returns a statement with half of the resources.
func halve(d policy.Document) []policy.Statement {
	s := d.Statements[0]
	s.Resources = s.Resources.(pulumi.StringArray)[:90]
	return []policy.Statement{s}
}

// Whether AWS has a policy of a name is known to AWS alone.
func TestAPolicyThatAWSDoesNotHave(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t)
	i := start()
	i.role.ManagedPolicies["ssm"] = pulumi.String("AmazonSSMManagedInstanceKern")
	life := a.Life(t, "unknown", i.run)
	r, err := life.Stack.Up(t.Context())
	require.Error(t, err)
	require.Contains(t, r.Output, "NoSuchEntity: Policy arn:aws:iam::aws:policy/AmazonSSMManagedInstanceKern does not exist")
	i.role.ManagedPolicies["ssm"] = pulumi.String("AmazonSSMManagedInstanceCore")
	life.Up()
	life.Destroy()
}

// The account and the partition are those of the provider, whatever the account of the credentials.
func TestARoleIsWhereItsProviderIs(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t)
	life := a.Life(t, "elsewhere", func(ctx *pulumi.Context) error {
		p, err := aws.NewProvider(ctx, "china", &aws.ProviderArgs{
			ProviderSettings: aws.ProviderSettings{
				Region: "cn-north-1", AssumeRole: aws.AssumeRole{ARN: "arn:aws-cn:iam::111122223333:role/deploy"},
			},
			Credentials: credentials.New(credentials.WithLookup(func(name string) (string, bool) {
				return "simulated", strings.HasPrefix(name, "AWS_ACCESS_KEY") || strings.HasPrefix(name, "AWS_SECRET")
			})),
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

// The page lists the services that are held to the own account.
func TestThePageListsTheServices(t *testing.T) {
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
	require.Equal(t, policy.SourceServices(), listed)
}
