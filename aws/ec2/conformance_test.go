package ec2_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// canary is a secret that must not be visible anywhere.
const canary = "#!/bin/sh canary-0815"

func TestInstanceConforms(t *testing.T) {
	t.Parallel()
	tests := map[string]pulumitest.Suite[ec2.InstanceArgs, *ec2.Instance]{
		"everything": {
			Args: func(ctx *pulumi.Context) *ec2.InstanceArgs {
				args := everything()
				args.Network = nil
				args.SubnetID, args.VpcID = fixture.Text(ctx, "subnet-1"), fixture.Text(ctx, "vpc-1")
				args.SecurityGroupIDs = pulumi.StringArray{fixture.Text(ctx, "sg-1")}
				args.KMSKeyARN = fixture.Text(ctx, "arn:aws:kms:eu-west-1:123456789012:key/1")
				args.Role.ManagedPolicies["queue"] = fixture.Text(ctx, "arn:aws:iam::123456789012:policy/queue")
				args.Tags = pulumi.StringMap{"team": fixture.Text(ctx, "web")}
				args.KeyName, args.PlacementGroup = fixture.Text(ctx, "emergency"), fixture.Text(ctx, "spread")
				args.UserData = pulumi.ToSecret(pulumi.String(canary)).(pulumi.StringOutput)
				return args
			},
			Secrets: []string{canary},
		},
		"defaults": {
			Args: func(*pulumi.Context) *ec2.InstanceArgs { return inNetwork(ec2.InstanceArgs{}) },
			Defaults: []string{
				"instanceType", "tier", "rootVolume", "role", "metadataService", "monitoring", "terminationProtection", "autoRecovery",
				"sourceDestCheck", "tenancy",
			},
		},
	}
	for name, suite := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			suite.Token, suite.New, suite.RefusesNil = ec2.InstanceToken, ec2.NewInstance, failure.Configuration
			suite.Metadata, suite.Options = fixture.Metadata(), []pulumitest.Option{fixture.Cloud(), fixture.Pins()}
			pulumitest.Conform(t, suite)
		})
	}
}

func TestSecurityGroupConforms(t *testing.T) {
	t.Parallel()
	tests := map[string]func(ctx *pulumi.Context) *ec2.SecurityGroupArgs{
		"everything": func(ctx *pulumi.Context) *ec2.SecurityGroupArgs {
			args := everything().SecurityGroup
			args.VpcID, args.Tags = fixture.Text(ctx, "vpc-1"), pulumi.StringMap{"team": pulumi.String("web")}
			rule := args.Ingress["metrics"]
			rule.SecurityGroupID = fixture.Text(ctx, "sg-2")
			args.Ingress["metrics"] = rule
			return args
		},
		"defaults": func(ctx *pulumi.Context) *ec2.SecurityGroupArgs {
			return &ec2.SecurityGroupArgs{VpcID: fixture.Text(ctx, "vpc-1")}
		},
	}
	for name, args := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pulumitest.Conform(t, pulumitest.Suite[ec2.SecurityGroupArgs, *ec2.SecurityGroup]{
				Token: ec2.SecurityGroupToken, New: ec2.NewSecurityGroup, Args: args, RefusesNil: failure.Configuration,
				Metadata: fixture.Metadata(), Options: []pulumitest.Option{fixture.Cloud()},
			})
		})
	}
}
