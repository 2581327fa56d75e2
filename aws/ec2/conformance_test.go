package ec2_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// canary is a text that must not show anywhere.
const canary = "#!/bin/sh canary-0815"

func TestInstanceConforms(t *testing.T) {
	t.Parallel()
	pulumitest.Conform(t, pulumitest.Suite[ec2.InstanceArgs, *ec2.Instance]{
		Token: ec2.InstanceToken,
		New:   ec2.NewInstance,
		Args: func(ctx *pulumi.Context) *ec2.InstanceArgs {
			args := everything()
			args.Network = nil
			args.SubnetID, args.VpcID = fixture.Text(ctx, "subnet-1"), fixture.Text(ctx, "vpc-1")
			args.SecurityGroupIDs = pulumi.StringArray{fixture.Text(ctx, "sg-1")}
			args.KMSKeyARN = fixture.Text(ctx, "arn:aws:kms:eu-west-1:123456789012:key/1")
			args.Role.ManagedPolicies["queue"] = fixture.Text(ctx, "arn:aws:iam::123456789012:policy/queue")
			args.UserData = pulumi.ToSecret(pulumi.String(canary)).(pulumi.StringOutput)
			return args
		},
		RefusesNil: failure.Configuration,
		Secrets:    []string{canary},
		Metadata:   fixture.Metadata(),
		Options:    []pulumitest.Option{fixture.Cloud(), fixture.Pins()},
	})
}

func TestPlainInstanceConforms(t *testing.T) {
	t.Parallel()
	pulumitest.Conform(t, pulumitest.Suite[ec2.InstanceArgs, *ec2.Instance]{
		Token:      ec2.InstanceToken,
		New:        ec2.NewInstance,
		Args:       func(*pulumi.Context) *ec2.InstanceArgs { return &ec2.InstanceArgs{Network: network{platform: "aws"}} },
		RefusesNil: failure.Configuration,
		Defaults: []string{
			"instanceType", "tier", "rootVolume", "role", "metadataService", "monitoring", "terminationProtection", "autoRecovery",
			"sourceDestCheck", "tenancy",
		},
		Metadata: fixture.Metadata(),
		Options:  []pulumitest.Option{fixture.Cloud(), fixture.Pins()},
	})
}

func TestSecurityGroupConforms(t *testing.T) {
	t.Parallel()
	pulumitest.Conform(t, pulumitest.Suite[ec2.SecurityGroupArgs, *ec2.SecurityGroup]{
		Token: ec2.SecurityGroupToken,
		New:   ec2.NewSecurityGroup,
		Args: func(ctx *pulumi.Context) *ec2.SecurityGroupArgs {
			args := &ec2.SecurityGroupArgs{
				SecurityGroupSettings: everything().SecurityGroup, VpcID: fixture.Text(ctx, "vpc-1"), Tags: map[string]string{"team": "web"},
			}
			rule := args.Ingress["metrics"]
			rule.SecurityGroupID = fixture.Text(ctx, "sg-2")
			args.Ingress["metrics"] = rule
			return args
		},
		RefusesNil: failure.Configuration,
		Metadata:   fixture.Metadata(),
		Options:    []pulumitest.Option{fixture.Cloud()},
	})
}
