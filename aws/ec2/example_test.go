package ec2_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
)

// A machine in the private tier of a network: aws ssm start-session --target, and its id, gets in.
func ExampleNewInstance() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		var network core.Network // Such as a network.SecureVPC.
		web, err := ec2.NewInstance(ctx, "web", &ec2.InstanceArgs{Network: network})
		if err != nil {
			return err
		}
		ctx.Export("instance", web.ID)
		return nil
	})
}

// A database with a volume that outlives the machine, an image that changes when the date does, and one bucket that it may write to.
func ExampleNewInstance_database() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		port, size := 5432, 200
		_, err := ec2.NewInstance(ctx, "database", &ec2.InstanceArgs{
			InstanceSettings: ec2.InstanceSettings{
				InstanceType: "r7g.large",
				Image:        ec2.Image{Release: "2026-11"},
				Zone:         "eu-west-1a",
				Volumes:      config.Named[ec2.Volume]{"data": {Disk: ec2.Disk{Size: &size}, Device: "/dev/sdf"}},
				SecurityGroup: ec2.SecurityGroupSettings{
					Ingress: config.Named[ec2.IngressRule]{"postgres": {Rule: ec2.Rule{Port: &port, CIDRs: []string{"10.0.0.0/16"}}}},
				},
				Role: ec2.Role{Permissions: iam.Permissions{InlinePolicies: config.Named[policy.Document]{"backup": {Statements: []policy.Statement{{
					Effect:    policy.Allow,
					Actions:   []string{"s3:PutObject"},
					Resources: pulumi.StringArray{pulumi.String("arn:aws:s3:::backups.example.com/database/*")},
				}}}}}},
			},
			SubnetID: pulumi.String("subnet-0123456789abcdef0"),
			VpcID:    pulumi.String("vpc-0123456789abcdef0"),
		})
		return err
	})
}

// A group that lets its members talk to each other, and to nobody else.
func ExampleNewSecurityGroup() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		peers := ec2.Rule{Protocol: "all", Self: true}
		group, err := ec2.NewSecurityGroup(ctx, "peers", &ec2.SecurityGroupArgs{
			SecurityGroupSettings: ec2.SecurityGroupSettings{
				Ingress: config.Named[ec2.IngressRule]{"peers": {Rule: peers}},
				Egress:  config.Named[ec2.Rule]{"peers": peers},
			},
			VpcID: pulumi.String("vpc-0123456789abcdef0"),
		})
		if err != nil {
			return err
		}
		ctx.Export("group", group.ID)
		return nil
	})
}
