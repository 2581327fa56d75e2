package iam_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

const (
	policyARN = "arn:aws:iam::" + fixture.Account + ":policy/logs"
	issuer    = "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF"
	cluster   = "arn:aws:eks:eu-west-1:" + fixture.Account + ":cluster/main"
)

func TestRoleConforms(t *testing.T) {
	t.Parallel()
	pulumitest.Conform(t, pulumitest.Suite[iam.RoleArgs, *iam.Role]{
		Token: iam.RoleToken,
		New:   iam.NewRole,
		Args: func(ctx *pulumi.Context) *iam.RoleArgs {
			args := everything()
			args.ManagedPolicies["logs"] = fixture.Text(ctx, policyARN)
			args.PermissionsBoundary = fixture.Text(ctx, "arn:aws:iam::"+fixture.Account+":policy/boundary")
			args.InlinePolicies["read"].Statements[0].Resources = pulumi.StringArray{fixture.Text(ctx, "arn:aws:s3:::data/*")}
			args.Trust.PodIdentity.Clusters = pulumi.StringArray{fixture.Text(ctx, cluster)}
			args.Trust.IRSA["main"] = iam.IRSATrust{Issuer: fixture.Text(ctx, issuer), ServiceAccounts: []string{"shop/web"}}
			return args
		},
		RefusesNil: failure.Configuration,
		Defaults:   []string{"path", "maxSessionDuration", "maxManagedPolicies"},
		Metadata:   fixture.Metadata(),
		Options:    []pulumitest.Option{fixture.Cloud()},
	})
}

func TestRoleWithDefaultsConforms(t *testing.T) {
	t.Parallel()
	pulumitest.Conform(t, pulumitest.Suite[iam.RoleArgs, *iam.Role]{
		Token:      iam.RoleToken,
		New:        iam.NewRole,
		Args:       func(*pulumi.Context) *iam.RoleArgs { return instance() },
		RefusesNil: failure.Configuration,
		Metadata:   fixture.Metadata(),
		Options:    []pulumitest.Option{fixture.Cloud()},
	})
}

func TestPolicyConforms(t *testing.T) {
	t.Parallel()
	pulumitest.Conform(t, pulumitest.Suite[iam.PolicyArgs, *iam.Policy]{
		Token: iam.PolicyToken,
		New:   iam.NewPolicy,
		Args: func(ctx *pulumi.Context) *iam.PolicyArgs {
			return &iam.PolicyArgs{
				Name: "read-data", Path: "/shop/", Description: "Reads the data",
				Tags: pulumi.StringMap{"team": pulumi.String("shop")},
				Statements: []policy.Statement{{
					Effect: policy.Allow, Actions: []string{"s3:GetObject"}, Resources: pulumi.StringArray{fixture.Text(ctx,
						"arn:aws:s3:::data/*")},
				}},
			}
		},
		RefusesNil: failure.Configuration,
		Metadata:   fixture.Metadata(),
		Options:    []pulumitest.Option{fixture.Cloud()},
	})
}

func TestOIDCProviderConforms(t *testing.T) {
	t.Parallel()
	pulumitest.Conform(t, pulumitest.Suite[iam.OIDCProviderArgs, *iam.OIDCProvider]{
		Token: iam.OIDCProviderToken,
		New:   iam.NewOIDCProvider,
		Args: func(ctx *pulumi.Context) *iam.OIDCProviderArgs {
			return &iam.OIDCProviderArgs{
				URL: fixture.Text(ctx, "https://gitlab.com"), ClientIDs: strs("shop"),
				Thumbprints: strs("0123456789abcdef0123456789abcdef01234567"),
				Tags:        pulumi.StringMap{"team": pulumi.String("shop")},
			}
		},
		RefusesNil: failure.Configuration,
		Metadata:   fixture.Metadata(),
		Options:    []pulumitest.Option{fixture.Cloud()},
	})
}

// instance returns the role of an EC2 instance managed by Systems Manager.
func instance() *iam.RoleArgs {
	return &iam.RoleArgs{
		Trust:           iam.Trust{Services: map[string]iam.ServiceTrust{"ec2.amazonaws.com": {}}},
		ManagedPolicies: config.Named[pulumi.StringInput]{"ssm": pulumi.String("AmazonSSMManagedInstanceCore")},
	}
}

// everything returns arguments with all fields set.
func everything() *iam.RoleArgs {
	quota := 12
	return &iam.RoleArgs{
		Name: "everything", Path: "/shop/", Description: "Does everything", MaxSessionDuration: "1h30m",
		Trust: iam.Trust{
			Services: map[string]iam.ServiceTrust{
				"ec2.amazonaws.com":       {},
				"ecs-tasks.amazonaws.com": {SourceARNs: pulumi.ToStringArray([]string{"arn:aws:ecs:eu-west-1:" + fixture.Account + ":*"})},
			},
			Accounts: map[string]iam.AccountTrust{"111122223333": {
				Principals:   pulumi.ToStringArray([]string{"arn:aws:iam::111122223333:role/deploy-*"}),
				Organization: pulumi.String("o-exampleorgid"), ExternalID: pulumi.String("shop-42"), MFA: true,
			}},
			GitHub: map[string]iam.GitHubTrust{"acme/shop": {
				Branches: []string{"main"}, OrganizationID: "123", RepositoryID: "456",
			}},
			PodIdentity: &iam.PodIdentityTrust{
				Clusters: pulumi.ToStringArray([]string{cluster}), Namespaces: []string{"shop"}, ServiceAccounts: []string{"web"},
			},
			IRSA: config.Named[iam.IRSATrust]{"main": {Issuer: pulumi.String("https://" + issuer),
				ServiceAccounts: []string{"shop/web"}}},
			Statements: []policy.Statement{policy.TrustService("lambda.amazonaws.com")},
		},
		ManagedPolicies: config.Named[pulumi.StringInput]{
			"admin": pulumi.String("AdministratorAccess"), "logs": pulumi.String(policyARN),
			"ssm": pulumi.String("AmazonSSMManagedInstanceCore"),
		},
		AllowBroadPolicies: true,
		MaxManagedPolicies: &quota,
		InlinePolicies: config.Named[policy.Document]{"read": {Statements: []policy.Statement{{
			Effect: policy.Allow, Actions: []string{"s3:GetObject"},
			Resources: pulumi.ToStringArray([]string{"arn:aws:s3:::data/*"}),
		}}}},
		PermissionsBoundary: pulumi.String("arn:aws:iam::" + fixture.Account + ":policy/boundary"),
		InstanceProfile:     true,
		Tags:                pulumi.StringMap{"team": pulumi.String("shop")},
	}
}
