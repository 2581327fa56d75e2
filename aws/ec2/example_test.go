package ec2_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
)

// An instance in the private tier of a network. Connect with aws ssm start-session --target and the ID of the instance.
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

// A database with a volume that is kept when the instance is replaced, an image that is upgraded when the date changes,
// and write access to a bucket.
func ExampleNewInstance_database() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		_, err := ec2.NewInstance(ctx, "database", &ec2.InstanceArgs{
			InstanceType: "r7g.large",
			Image:        &ec2.Image{Release: "2026-11"},
			Zone:         "eu-west-1a",
			Volumes:      map[string]ec2.Volume{"data": {Size: new(200), Device: "/dev/sdf"}},
			SecurityGroup: &ec2.SecurityGroupArgs{
				Ingress: map[string]ec2.Rule{"postgres": {Port: new(5432), CIDRs: []string{"10.0.0.0/16"}}},
			},
			Role: &ec2.Role{InlinePolicies: map[string]policy.Document{"backup": {Statements: []policy.Statement{{
				Effect: policy.Allow, Actions: []string{"s3:PutObject"},
				Resources: pulumi.StringArray{pulumi.String("arn:aws:s3:::backups.example.com/database/*")},
			}}}}},
			SubnetID: pulumi.String("subnet-0123456789abcdef0"),
			VpcID:    pulumi.String("vpc-0123456789abcdef0"),
		})
		return err
	})
}

// A security group that allows traffic between its members only.
func ExampleNewSecurityGroup() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		peers := config.Named[ec2.Rule]{"peers": {Protocol: ec2.ProtocolAll, Self: true}}
		group, err := ec2.NewSecurityGroup(ctx, "peers", &ec2.SecurityGroupArgs{
			Ingress: peers, Egress: peers, VpcID: pulumi.String("vpc-0123456789abcdef0"),
		})
		if err != nil {
			return err
		}
		ctx.Export("group", group.ID)
		return nil
	})
}
