package ec2_test

import (
	"flag"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

var _ = flag.Bool("update", false, "update the golden files")

// network is a network of a platform with two tiers in two zones.
type network struct{ platform string }

func (n network) NetworkInfo() core.NetworkInfo {
	info := core.NetworkInfo{Name: "main", Platform: n.platform, ID: pulumi.String("vpc-1")}
	for _, tier := range []string{"public", "private"} {
		for _, zone := range []string{"eu-west-1a", "eu-west-1b"} {
			info.Subnets = append(info.Subnets, core.Subnet{Tier: tier, Zone: zone, ID: pulumi.String("subnet-" + tier + "-" + zone)})
		}
	}
	return info
}

// inNetwork returns the arguments with a network.
func inNetwork(args ec2.InstanceArgs) *ec2.InstanceArgs {
	args.Network = network{platform: "aws"}
	return &args
}

// run creates an instance named web.
func run(t *testing.T, args *ec2.InstanceArgs) *pulumitest.Recording {
	t.Helper()
	return fixture.Run(t, func(ctx *pulumi.Context) error {
		_, err := ec2.NewInstance(ctx, "web", args)
		return err
	}, fixture.Cloud(), fixture.Pins())
}

// everything returns arguments with all options.
func everything() *ec2.InstanceArgs {
	return &ec2.InstanceArgs{
		InstanceType: "t4g.small",
		Image:        &ec2.Image{System: ec2.Ubuntu2404, Release: "2026-11"},
		Zone:         "eu-west-1b",
		RootVolume: &ec2.RootVolume{
			Size: new(50), IOPS: new(4000), Throughput: new(250), DeleteOnTermination: new(false),
		},
		Volumes: config.Named[ec2.Volume]{
			"data": {Size: new(100), Device: "/dev/sdf", FinalSnapshot: true},
			"logs": {
				Type: ec2.VolumeIO2, IOPS: new(1000), Device: "/dev/sdg", SnapshotID: pulumi.String("snap-0123456789abcdef0"),
			},
		},
		SecurityGroup: &ec2.SecurityGroupArgs{
			Description: "Web servers",
			Ingress: config.Named[ec2.Rule]{
				"https": {Port: new(443), CIDRs: []string{"10.0.0.0/16", "2001:db8::/32"}},
				"metrics": {
					Description: "Prometheus", Port: new(9100), ToPort: new(9110), SecurityGroupID: pulumi.String("sg-2"),
				},
			},
			Egress: config.Named[ec2.Rule]{
				"cluster": {Protocol: ec2.ProtocolAll, Self: true},
				"dns":     {Protocol: ec2.ProtocolUDP, Port: new(53), CIDRs: []string{"10.0.0.2/32"}},
				"ping":    {Protocol: ec2.ProtocolICMP, CIDRs: []string{"10.0.0.0/16"}},
				"s3":      {Port: new(443), PrefixListID: pulumi.String("pl-6da54004")},
			},
		},
		Role: &ec2.Role{
			ManagedPolicies: config.Named[pulumi.StringInput]{
				"metrics": pulumi.String("CloudWatchAgentServerPolicy"),
				"deploy":  pulumi.String("arn:aws:iam::123456789012:policy/team/deploy"),
			},
			InlinePolicies: config.Named[policy.Document]{"read": {Statements: []policy.Statement{{
				Effect: policy.Allow, Actions: []string{"s3:GetObject"}, Resources: pulumi.StringArray{pulumi.String("arn:aws:s3:::images/*")},
			}}}},
			PermissionsBoundary: pulumi.String("arn:aws:iam::123456789012:policy/boundary"),
		},
		SecurityGroupIDs:      pulumi.StringArray{pulumi.String("sg-1")},
		KMSKeyARN:             pulumi.String("arn:aws:kms:eu-west-1:123456789012:key/1"),
		MetadataService:       &ec2.MetadataService{HopLimit: new(2), IPv6: true, Tags: true},
		Monitoring:            new(false),
		TerminationProtection: new(false),
		StopProtection:        true,
		AutoRecovery:          new(false),
		PublicAddress:         true,
		SourceDestCheck:       new(false),
		CPUCredits:            ec2.CPUCreditsStandard,
		Tenancy:               ec2.TenancyDedicated,
		PlacementGroup:        pulumi.String("spread"),
		KeyName:               pulumi.String("emergency"),
		UserData:              pulumi.String("#!/bin/sh\n"),
		ReplaceOnUserData:     true,
		Tags:                  pulumi.StringMap{"team": pulumi.String("web")},
		Network:               network{platform: "aws"},
	}
}
