package ec2_test

import (
	"flag"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
)

// Golden files are written anew with -update.
var _ = flag.Bool("update", false, "write the golden files anew")

func ptr[T any](v T) *T { return &v }

// network is a network with two tiers in two zones.
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

// everything returns arguments with all options.
func everything() *ec2.InstanceArgs {
	return &ec2.InstanceArgs{
		InstanceSettings: ec2.InstanceSettings{
			InstanceType: "t4g.small",
			Image:        ec2.Image{System: "ubuntu-24.04", Release: "2026-11"},
			Zone:         "eu-west-1b",
			RootVolume: ec2.RootVolume{
				Disk:                ec2.Disk{Size: ptr(50), IOPS: ptr(4000), Throughput: ptr(250)},
				DeleteOnTermination: ptr(false),
			},
			Volumes: config.Named[ec2.Volume]{
				"data": {Disk: ec2.Disk{Size: ptr(100)}, Device: "/dev/sdf", FinalSnapshot: true},
				"logs": {Disk: ec2.Disk{Type: "io2", IOPS: ptr(1000)}, Device: "/dev/sdg", SnapshotID: "snap-0123456789abcdef0"},
			},
			SecurityGroup: ec2.SecurityGroupSettings{
				Description: "Web servers",
				Ingress: config.Named[ec2.IngressRule]{
					"https":   {Rule: ec2.Rule{Port: ptr(443), CIDRs: []string{"10.0.0.0/16", "2001:db8::/32"}}},
					"metrics": {Rule: ec2.Rule{Description: "Prometheus", Port: ptr(9100), ToPort: ptr(9110), SecurityGroupID: pulumi.String("sg-2")}},
				},
				Egress: config.Named[ec2.Rule]{
					"cluster": {Protocol: "all", Self: true},
					"dns":     {Protocol: "udp", Port: ptr(53), CIDRs: []string{"10.0.0.2/32"}},
					"ping":    {Protocol: "icmp", CIDRs: []string{"10.0.0.0/16"}},
					"s3":      {Port: ptr(443), PrefixListID: pulumi.String("pl-6da54004")},
				},
			},
			Role: ec2.Role{Permissions: iam.Permissions{
				ManagedPolicies: config.Named[pulumi.StringInput]{
					"metrics": pulumi.String("CloudWatchAgentServerPolicy"),
					"deploy":  pulumi.String("arn:aws:iam::123456789012:policy/team/deploy"),
				},
				InlinePolicies: config.Named[policy.Document]{"read": {Statements: []policy.Statement{{
					Effect: policy.Allow, Actions: []string{"s3:GetObject"}, Resources: pulumi.StringArray{pulumi.String("arn:aws:s3:::images/*")},
				}}}},
				PermissionsBoundary: pulumi.String("arn:aws:iam::123456789012:policy/boundary"),
			}},
			SecurityGroupIDs:      pulumi.StringArray{pulumi.String("sg-1")},
			KMSKeyARN:             pulumi.String("arn:aws:kms:eu-west-1:123456789012:key/1"),
			MetadataService:       ec2.MetadataService{HopLimit: ptr(2), IPv6: true, Tags: true},
			Monitoring:            ptr(false),
			TerminationProtection: ptr(false),
			StopProtection:        true,
			AutoRecovery:          ptr(false),
			PublicAddress:         true,
			SourceDestCheck:       ptr(false),
			CPUCredits:            "standard",
			Tenancy:               "dedicated",
			PlacementGroup:        "spread",
			KeyName:               "emergency",
			UserData:              pulumi.String("#!/bin/sh\n"),
			ReplaceOnUserData:     true,
			Tags:                  map[string]string{"team": "web"},
		},
		Network: network{platform: "aws"},
	}
}
