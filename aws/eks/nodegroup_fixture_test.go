package eks_test

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// nodeSubnets are subnets in two zones.
func nodeSubnets() map[string]pulumi.StringInput {
	return map[string]pulumi.StringInput{"eu-west-1a": pulumi.String("subnet-a"),
		"eu-west-1b": pulumi.String("subnet-b")}
}

// nodeArgs returns the required arguments, changed by the functions.
func nodeArgs(changes ...func(*eks.NodeGroupArgs)) *eks.NodeGroupArgs {
	args := &eks.NodeGroupArgs{
		ClusterName: pulumi.String("shop"), ClusterVersion: "1.34", SubnetIDs: nodeSubnets(), Image: &eks.NodeImage{},
		Size: &eks.NodeGroupSize{},
	}
	for _, change := range changes {
		change(args)
	}
	return args
}

// nodeEverything returns arguments with all options.
func nodeEverything() *eks.NodeGroupArgs {
	return &eks.NodeGroupArgs{
		InstanceTypes: []string{"m7g.large", "m6g.large"},
		CapacityType:  "spot",
		Image:         &eks.NodeImage{System: "bottlerocket", Release: "2026-11"},
		Version:       "1.33",
		Size:          &eks.NodeGroupSize{Min: ptr(0), Max: ptr(9), Desired: ptr(3)},
		Labels:        pulumi.StringMap{"team": pulumi.String("shop"), "example.com/disk": pulumi.String("fast")},
		Taints: []eks.NodeTaint{{Key: "dedicated", Value: "shop", Effect: "NoSchedule"},
			{Key: "spot", Effect: "PreferNoSchedule"}},
		Zones:           []string{"eu-west-1b"},
		Disk:            &eks.NodeDisk{Size: ptr(100), IOPS: ptr(4000), Throughput: ptr(250)},
		KMSKeyARN:       pulumi.String("arn:aws:kms:eu-west-1:123456789012:key/1"),
		Update:          &eks.NodeUpdate{MaxUnavailable: ptr(2), Force: true},
		Repair:          ptr(false),
		MetadataService: &eks.NodeMetadataService{TokensRequired: ptr(false), HopLimit: ptr(2)},
		Monitoring:      ptr(false),
		UserData:        pulumi.String("[settings.kubernetes]\nmax-pods = 50\n"),
		Role: &eks.NodeRole{
			SessionManager:  true,
			ManagedPolicies: config.Named[pulumi.StringInput]{"metrics": pulumi.String("CloudWatchAgentServerPolicy")},
			InlinePolicies: config.Named[policy.Document]{"read": {Statements: []policy.Statement{{
				Effect: policy.Allow, Actions: []string{"s3:GetObject"},
				Resources: pulumi.StringArray{pulumi.String("arn:aws:s3:::images/*")},
			}}}},
			PermissionsBoundary: pulumi.String("arn:aws:iam::123456789012:policy/boundary"),
		},
		Generation:  ptr(2),
		Tags:        pulumi.StringMap{"team": pulumi.String("shop")},
		ClusterName: pulumi.String("shop"), ClusterVersion: "1.34",
		SubnetIDs:        nodeSubnets(),
		SecurityGroupIDs: pulumi.StringArray{pulumi.String("sg-1")},
	}
}

// nodeCloud answers lookups in an account with clusters, and with node groups by name.
func nodeCloud(groups map[string]map[string]any, clusters ...any) []pulumitest.Option {
	answer := pulumitest.WithInvoke(func(i pulumitest.Invocation) (resource.PropertyMap, error) {
		out := map[string]any{"id": "answer"}
		switch i.Token {
		case "aws:eks/getClusters:getClusters":
			out["names"] = clusters
		case "aws:eks/getNodeGroups:getNodeGroups":
			names := []any{}
			for name := range groups {
				names = append(names, name)
			}
			out["names"], out["clusterName"] = names, i.Args["clusterName"].StringValue()
		case "aws:eks/getNodeGroup:getNodeGroup":
			for key, value := range groups[i.Args["nodeGroupName"].StringValue()] {
				out[key] = value
			}
		case "aws:ssm/getParameter:getParameter":
			out["insecureValue"] = newestRelease(i.Args["name"].StringValue())
		default:
			return nil, nil
		}
		return resource.NewPropertyMapFromMap(out), nil
	})
	return []pulumitest.Option{fixture.Cloud(), answer, fixture.Pins(), templateVersions()}
}

// newestRelease returns the value of a public parameter.
func newestRelease(parameter string) string {
	switch {
	case strings.Contains(parameter, "bottlerocket"):
		return "1.50.0-0123abcd"
	case strings.Contains(parameter, "/1.33/"):
		return "1.33.5-20261101"
	}
	return "1.34.1-20261101"
}

// templateVersions returns version numbers of launch templates.
func templateVersions() pulumitest.Option {
	return pulumitest.WithOutputs(func(r pulumitest.Registration) resource.PropertyMap {
		if r.Type != launchTemplate {
			return nil
		}
		return resource.PropertyMap{"latestVersion": resource.NewProperty(1.0),
			"defaultVersion": resource.NewProperty(1.0)}
	})
}
