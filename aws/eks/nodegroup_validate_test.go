package eks_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

func TestInvalidNodeGroups(t *testing.T) {
	t.Parallel()
	type args = eks.NodeGroupArgs
	size := func(minimum, maximum, desired int) func(*args) {
		return func(a *args) {
			a.Size = &eks.NodeGroupSize{Min: ptr(minimum), Max: ptr(maximum), Desired: ptr(desired)}
		}
	}
	taint := func(key, value string, effect eks.TaintEffect) func(*args) {
		return func(a *args) { a.Taints = []eks.NodeTaint{{Key: key, Value: value, Effect: effect}} }
	}
	label := func(key, value string) func(*args) {
		return func(a *args) { a.Labels = pulumi.StringMap{key: pulumi.String(value)} }
	}
	many := func(n int) []eks.NodeTaint {
		var out []eks.NodeTaint
		for i := range n {
			out = append(out, eks.NodeTaint{Key: "k" + strconv.Itoa(i), Effect: "NoSchedule"})
		}
		return out
	}
	tests := map[string]struct {
		reason string
		change func(*args)
		want   string
	}{
		"cluster": {"a cluster is required", func(a *args) { a.ClusterName = nil }, "clusterName: required, but missing"},
		"cluster's version": {
			"images depend on it", func(a *args) { a.ClusterVersion = "latest" }, `clusterVersion: found "latest", expected the version of the cluster`,
		},
		"subnets": {"subnets are required", func(a *args) { a.SubnetIDs = nil },
			"subnetIds: required, but missing"},
		"subnet": {"the ID is required", func(a *args) { a.SubnetIDs["eu-west-1a"] = nil },
			"subnetIds.eu-west-1a: expected a string, found nothing"},
		"zone": {"no subnet in the zone", func(a *args) { a.Zones = []string{"eu-west-1c"} },
			`zones[0]: no subnet in "eu-west-1c", did you mean`},
		"same zone": {"duplicates", func(a *args) { a.Zones = []string{"eu-west-1a", "eu-west-1a"} },
			"zones[1]: duplicate zone eu-west-1a"},
		"ahead": {
			"a kubelet must not be newer than the API server", func(a *args) { a.Version = "1.35" },
			"version: nodes of version 1.35 cannot join a cluster of version 1.34: upgrade the cluster first",
		},
		"version": {"YAML reads it as a number", func(a *args) { a.Version = "1.3" },
			`version: found "1.3", expected a minor version in quotes`},
		"behind": {"kubelets must not be too old", func(a *args) { a.Version = "1.30" },
			"version: nodes of version 1.30 are more than 3 minor versions behind a cluster of version 1.34: deploy 1.31"},
		"role": {"they are mutually exclusive", func(a *args) { a.RoleARN, a.Role = pulumi.String("arn"), &eks.NodeRole{} },
			"role: mutually exclusive with roleArn"},
		"type": {"the grammar of types", func(a *args) { a.InstanceTypes = []string{"large"} },
			`instanceTypes[0]: invalid instance type "large"`},
		"same type": {
			"duplicates", func(a *args) {
				a.InstanceTypes = []string{"m6i.large",
					"m6i.large"}
			}, "instanceTypes[1]: duplicate instance type m6i.large",
		},
		"types": {"EKS allows 20", func(a *args) {
			for i := range 21 {
				a.InstanceTypes = append(a.InstanceTypes, "m6i."+strconv.Itoa(i)+"xlarge")
			}
		}, "instanceTypes: 21 instance types: use at most 20"},
		"architectures": {
			"a node group has one image", func(a *args) { a.InstanceTypes = []string{"m6i.large", "m7g.large"} },
			"instanceTypes[1]: m7g.large has the architecture arm64, m6i.large has x86_64: use two node groups",
		},
		"accelerator": {
			"the type has no accelerator", func(a *args) {
				a.InstanceTypes, a.Image.Accelerator = []string{"m6i.large"},
					"nvidia"
			},
			"instanceTypes[0]: m6i.large has no nvidia accelerator",
		},
		"no accelerator": {"the default has none", func(a *args) { a.Image.Accelerator = "nvidia" },
			"instanceTypes: required with image.accelerator"},
		"neuron": {
			"AWS has no such image", func(a *args) {
				a.InstanceTypes, a.Image = []string{"inf2.xlarge"}, &eks.NodeImage{System: "bottlerocket",
					Accelerator: "neuron"}
			}, "image.accelerator: no image of bottlerocket for neuron on x86_64",
		},
		"release and version": {
			"they are mutually exclusive", func(a *args) {
				a.Image = &eks.NodeImage{Release: "a",
					Version: "1.34.1-20261101"}
			}, "image.release: mutually exclusive with version",
		},
		"version of the image": {
			"the release is for another version", func(a *args) { a.Image.Version = "1.33.1-20261101" },
			`image.version: found "1.33.1-20261101", a release for another version of Kubernetes: use one that starts with 1.34`,
		},
		"version of the nodes' image": {
			"the version of the nodes applies", func(a *args) {
				a.Version, a.Image.Version = "1.33",
					"1.34.1-20261101"
			}, "use one that starts with 1.33",
		},
		"version of the other system": {
			"releases of bottlerocket have another format", func(a *args) {
				a.Image = &eks.NodeImage{System: "bottlerocket",
					Version: "1.34.1-202611010"}
			},
			"image.version: found \"1.34.1-202611010\", expected a release of bottlerocket",
		},
		"max": {"contradictory bounds", size(3, 2, 3), "size.max: expected at least min, 3, found 2"},
		"desired": {
			"within the bounds", size(1, 3, 4), "size.desired: expected a number from min to max, 1 to 3, found 4",
		},
		"nothing to scale": {
			"an autoscaler needs a range", func(a *args) { a.Autoscaled = ptr(true) }, "autoscaled: requires a range of sizes: set size.max",
		},
		"label":          {"the grammar of labels", label("a b", "x"), `labels["a b"]: expected letters, digits`},
		"label's domain": {"the grammar of domains", label("A/b", "x"), `labels["A/b"]: expected letters, digits`},
		"reserved label": {
			"EKS rejects labels of Kubernetes", label("node-role.kubernetes.io/worker", "x"),
			`labels["node-role.kubernetes.io/worker"]: the domain node-role.kubernetes.io is reserved`,
		},
		"label's value": {"the grammar of values", label("team", "a b"), "labels.team: expected up to 63 letters"},
		"empty label":   {"EKS requires a value", label("team", ""), "labels.team: required, but empty"},
		"long label": {"EKS allows 63", label(strings.Repeat("a", 64), "x"),
			"found 64 characters, expected at most 63"},
		"taint": {"the same grammar", taint("a b", "", "NoSchedule"),
			"taints[0].key: expected letters, digits"},
		"taint's value": {"the grammar of values", taint("a", "b c", "NoSchedule"),
			"taints[0].value: expected up to 63 letters"},
		"effect": {"names of Kubernetes", taint("a", "", "NO_SCHEDULE"),
			"taints[0].effect: unknown value \"NO_SCHEDULE\""},
		"taints": {"EKS allows 50", func(a *args) { a.Taints = many(51) }, "taints: 51 taints: use at most 50"},
		"same taint": {"duplicates", func(a *args) { a.Taints = append(many(1), many(1)...) },
			"taints[1]: duplicate taint k0 with the effect NoSchedule"},
		"disk": {"images need room", func(a *args) { a.Disk = &eks.NodeDisk{Size: ptr(10)} },
			"disk.size: expected at least 20"},
		"iops": {"the limits of gp3", func(a *args) { a.Disk = &eks.NodeDisk{IOPS: ptr(100)} },
			"disk.iops: found 100: use 3000 to 80000"},
		"throughput": {"the limits of gp3", func(a *args) { a.Disk = &eks.NodeDisk{Throughput: ptr(1000)} },
			"disk.throughput: gp3 supports 0.25 MiB"},
		"update": {"they are mutually exclusive",
			func(a *args) {
				a.Update = &eks.NodeUpdate{MaxUnavailable: ptr(1),
					MaxUnavailablePercentage: ptr(10)}
			}, "update.maxUnavailablePercentage: mutually exclusive with maxUnavailable"},
		"percentage": {"a percentage",
			func(a *args) { a.Update = &eks.NodeUpdate{MaxUnavailablePercentage: ptr(101)} }, "update.maxUnavailablePercentage: expected at most 100"},
		"hops": {"EC2 allows 64",
			func(a *args) { a.MetadataService = &eks.NodeMetadataService{HopLimit: ptr(65)} }, "metadataService.hopLimit: expected at most 64"},
		"generation": {"generations start at 1", func(a *args) { a.Generation = ptr(0) },
			"generation: expected at least 1"},
		"tag": {"AWS reserves the prefix",
			func(a *args) { a.Tags = pulumi.StringMap{"aws:a": pulumi.String("")} }, `tags["aws:a"]: the prefix aws: is reserved`},
		"user data": {"EKS supports two formats", func(a *args) { a.UserData = pulumi.String("hello") },
			"userData: expected a script that starts with #!"},
		"script": {"Bottlerocket has no shell",
			func(a *args) {
				a.Image.System, a.UserData = "bottlerocket",
					pulumi.String("#!/bin/sh")
			}, "userData: bottlerocket does not run scripts"},
		"large": {"EC2 allows 16 KiB",
			func(a *args) { a.UserData = pulumi.String("#!" + strings.Repeat("a", 16<<10)) }, "expected at most 16384"},
		"policy's name": {"the name is in use", func(a *args) {
			a.Role = &eks.NodeRole{ManagedPolicies: config.Named[pulumi.StringInput]{"node": pulumi.String("X")}}
		}, "role.managedPolicies.node: the name is used by a policy of the component"},
		"broad policy": {"nodes are not administrators", func(a *args) {
			a.Role = &eks.NodeRole{ManagedPolicies: config.Named[pulumi.StringInput]{"all": pulumi.String("AdministratorAccess")}}
		}, "role.managedPolicies.all: AdministratorAccess allows all actions"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := pulumitest.Record(func(ctx *pulumi.Context) error {
				_, err := eks.NewNodeGroup(ctx, "web", nodeArgs(tc.change))
				return err
			}, nodeCloud(nil, "shop")...)
			require.ErrorContains(t, err, tc.want, tc.reason)
			require.Empty(t, r.OfType(nodeGroupType), "no node group is created")
		})
	}
}

func TestUserDataOutputsAreChecked(t *testing.T) {
	t.Parallel()
	_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		_, err := eks.NewNodeGroup(ctx, "web",
			nodeArgs(func(a *eks.NodeGroupArgs) { a.UserData = pulumi.String("hello").ToStringOutput() }))
		return err
	}, nodeCloud(nil)...)
	require.ErrorContains(t, err, "expected a script that starts with #!")
}
