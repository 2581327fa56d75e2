package eks_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

func TestNodeImages(t *testing.T) {
	t.Parallel()
	const optimized = "/aws/service/eks/optimized-ami/1.34/amazon-linux-2023/"
	tests := map[string]struct {
		image                 eks.NodeImage
		types                 []string
		ami, parameter, stash string
	}{
		"Default": {eks.NodeImage{}, nil, "AL2023_x86_64_STANDARD", optimized +
			"x86_64/standard/recommended/release_version", "web-release-1.34-al2023-x86_64"},
		"ARM": {
			eks.NodeImage{}, []string{"m7g.large"}, "AL2023_ARM_64_STANDARD", optimized +
				"arm64/standard/recommended/release_version",
			"web-release-1.34-al2023-arm64",
		},
		"NVIDIA": {
			eks.NodeImage{Accelerator: "nvidia"}, []string{"g5.xlarge"}, "AL2023_x86_64_NVIDIA", optimized +
				"x86_64/nvidia/recommended/release_version",
			"web-release-1.34-al2023-nvidia-x86_64",
		},
		"NVIDIA on ARM": {
			eks.NodeImage{Accelerator: "nvidia"}, []string{"g5g.xlarge"}, "AL2023_ARM_64_NVIDIA", optimized +
				"arm64/nvidia/recommended/release_version",
			"web-release-1.34-al2023-nvidia-arm64",
		},
		"Neuron": {
			eks.NodeImage{Accelerator: "neuron", Release: "2"}, []string{"inf2.xlarge"}, "AL2023_x86_64_NEURON",
			optimized + "x86_64/neuron/recommended/release_version", "web-release-1.34-al2023-neuron-x86_64-2",
		},
		"Bottlerocket": {
			eks.NodeImage{System: "bottlerocket"}, nil, "BOTTLEROCKET_x86_64",
			"/aws/service/bottlerocket/aws-k8s-1.34/x86_64/latest/image_version",
			"web-release-1.34-bottlerocket-x86_64",
		},
		"Bottlerocket with NVIDIA on ARM": {
			eks.NodeImage{System: "bottlerocket",
				Accelerator: "nvidia"}, []string{"g5g.xlarge"}, "BOTTLEROCKET_ARM_64_NVIDIA",
			"/aws/service/bottlerocket/aws-k8s-1.34-nvidia/arm64/latest/image_version",
			"web-release-1.34-bottlerocket-nvidia-arm64",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked []string
			r := madeNodes(t, nodeArgs(func(a *eks.NodeGroupArgs) { a.Image, a.InstanceTypes = &tc.image, tc.types }),
				pulumitest.WithInvoke(func(i pulumitest.Invocation) (resource.PropertyMap, error) {
					if name, ok := i.Args["name"]; ok {
						asked = append(asked, name.StringValue())
					}
					return nil, nil
				}))
			require.Equal(t, tc.ami, nodeInput(t, r.One(t, nodeGroupType), "amiType"))
			require.Equal(t, []string{tc.parameter}, asked)
			require.Equal(t, tc.stash, r.One(t, "pulumi:index:Stash").Name,
				"what asks for another release is part of the name")
		})
	}
}

func TestPinnedReleaseIsNotLookedUp(t *testing.T) {
	t.Parallel()
	r := madeNodes(t, nodeArgs(func(a *eks.NodeGroupArgs) { a.Image.Version = "1.34.0-20260901" }))
	require.Equal(t, "1.34.0-20260901", nodeInput(t, r.One(t, nodeGroupType), "releaseVersion"))
	require.Empty(t, r.OfType("pulumi:index:Stash"))
}

func TestReleaseIsForTheVersionOfNodes(t *testing.T) {
	t.Parallel()
	group := madeNodes(t, nodeArgs(func(a *eks.NodeGroupArgs) { a.Version = "1.33" })).One(t, nodeGroupType)
	require.Equal(t, "1.33", nodeInput(t, group, "version"))
	require.Equal(t, "1.33.5-20261101", nodeInput(t, group, "releaseVersion"))
}

func TestInvalidReleasesFail(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ reason, system, value, want string }{
		"Nonsense": {"the parameter holds something else", "al2023", "ami-1",
			`found "ami-1", expected a release of al2023`},
		"Other": {"a release for another version would not be accepted", "al2023", "1.33.1-20261101",
			"a release for another version of Kubernetes"},
		"Rocket": {"so with the other system", "bottlerocket", "1.34.1-20261101-x",
			"expected a release of bottlerocket"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
				_, err := eks.NewNodeGroup(ctx, "web",
					nodeArgs(func(a *eks.NodeGroupArgs) { a.Image.System = eks.NodeOperatingSystem(tc.system) }))
				return err
			}, append(nodeCloud(nil), pulumitest.WithInvoke(func(i pulumitest.Invocation) (resource.PropertyMap,
				error) {
				if i.Token != "aws:ssm/getParameter:getParameter" {
					return nil, nil
				}
				return resource.PropertyMap{"insecureValue": resource.NewProperty(tc.value)}, nil
			}))...)
			require.ErrorContains(t, err, tc.want, tc.reason)
		})
	}
}
