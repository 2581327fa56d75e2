package iam_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
)

// A role for EC2 instances managed by Systems Manager.
func ExampleNewRole() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		role, err := iam.NewRole(ctx, "web", &iam.RoleArgs{
			Trust:           iam.Trust{Services: map[string]iam.ServiceTrust{"ec2.amazonaws.com": {}}},
			ManagedPolicies: config.Named[pulumi.StringInput]{"ssm": pulumi.String("AmazonSSMManagedInstanceCore")},
			InstanceProfile: true,
		})
		if err != nil {
			return err
		}
		ctx.Export("instanceProfile", role.InstanceProfileName)
		return nil
	})
}

// A role that workflows of a repository assume in the environment production.
func ExampleNewRole_github() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		provider, err := iam.NewOIDCProvider(ctx, "github",
			&iam.OIDCProviderArgs{URL: pulumi.String("https://" + policy.GitHubIssuer)})
		if err != nil {
			return err
		}
		deploy, err := iam.NewPolicy(ctx, "deploy", &iam.PolicyArgs{Statements: []policy.Statement{{
			Effect:    policy.Allow,
			Actions:   []string{"ecs:UpdateService", "ecs:DescribeServices"},
			Resources: pulumi.StringArray{pulumi.String("arn:aws:ecs:eu-west-1:111122223333:service/shop/*")},
		}}})
		if err != nil {
			return err
		}
		_, err = iam.NewRole(ctx, "deploy", &iam.RoleArgs{
			Trust: iam.Trust{GitHub: map[string]iam.GitHubTrust{"acme/shop": {
				Environments: []string{"production"}, OrganizationID: "123456", RepositoryID: "456789", Provider: provider.ARN,
			}}},
			ManagedPolicies: config.Named[pulumi.StringInput]{"deploy": deploy.ARN},
		})
		return err
	})
}
