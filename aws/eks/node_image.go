package eks

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/instancetype"
	"github.com/ashlar-iac/ashlar/aws/internal/pin"
)

// The systems of images.
const (
	al2023       = "al2023"
	bottlerocket = "bottlerocket"
)

// The accelerators of images.
const (
	nvidia = "nvidia"
	neuron = "neuron"
)

// amiType returns what EKS calls the image, and whether there is one. Source: "Nodegroup", Amazon EKS API Reference.
func (i NodeImage) amiType(architecture string) (string, bool) {
	x86, arm := "AL2023_x86_64_", "AL2023_ARM_64_"
	if i.System == bottlerocket {
		x86, arm = "BOTTLEROCKET_x86_64", "BOTTLEROCKET_ARM_64"
	}
	start := x86
	if architecture == instancetype.ARM {
		start = arm
	}
	switch {
	case i.Accelerator == neuron:
		return x86 + "NEURON", i.System == al2023 && architecture == instancetype.X86
	case i.System == bottlerocket && i.Accelerator == nvidia:
		return start + "_NVIDIA", true
	case i.System == bottlerocket:
		return start, true
	case i.Accelerator == nvidia:
		return start + "NVIDIA", true
	}
	return start + "STANDARD", true
}

// parameter returns the parameter of Systems Manager that holds the newest release. Sources: "Retrieve recommended Amazon Linux AMI IDs" and
// "Retrieve recommended Bottlerocket AMI IDs", Amazon EKS User Guide.
func (i NodeImage) parameter(kubernetes, architecture string) string {
	if i.System == bottlerocket {
		variant := "aws-k8s-" + kubernetes
		if i.Accelerator != "" {
			variant += "-" + i.Accelerator
		}
		return "/aws/service/bottlerocket/" + variant + "/" + architecture + "/latest/image_version"
	}
	variant := i.Accelerator
	if variant == "" {
		variant = "standard"
	}
	return "/aws/service/eks/optimized-ami/" + kubernetes + "/amazon-linux-2023/" + architecture + "/" + variant + "/recommended/release_version"
}

var (
	al2023Release       = regexp.MustCompile(`^[0-9]+\.[0-9]+\.[0-9]+-[0-9]{8}$`)
	bottlerocketRelease = regexp.MustCompile(`^[0-9]+\.[0-9]+\.[0-9]+-[0-9a-f]{8}$`)
)

// checkRelease returns what is wrong with a release of the image for a version of Kubernetes.
func (i NodeImage) checkRelease(kubernetes, release string) string {
	switch {
	case i.System == bottlerocket && !bottlerocketRelease.MatchString(release):
		return fmt.Sprintf("found %q, which is no release of bottlerocket: expected one such as 1.50.0-0123abcd", release)
	case i.System == bottlerocket:
		return ""
	case !al2023Release.MatchString(release):
		return fmt.Sprintf("found %q, which is no release of al2023: expected one such as %s.1-20261101", release, kubernetes)
	case !strings.HasPrefix(release, kubernetes+"."):
		return fmt.Sprintf("found %q, which is a release for another version of Kubernetes: expected one that begins with %s", release, kubernetes)
	}
	return ""
}

// release returns the release of the image: the first one that was found for the version of Kubernetes, until another one is asked for.
func (g *NodeGroup) release(ctx *pulumi.Context, name string, args *NodeGroupArgs) (pulumi.StringOutput, error) {
	image, kubernetes, architecture := args.Image, args.kubernetes(), args.architecture()
	if image.Version != "" {
		return pulumi.String(image.Version).ToStringOutput(), nil
	}
	parameter := image.parameter(kubernetes, architecture)
	newest := ssm.LookupParameterOutput(ctx, ssm.LookupParameterOutputArgs{Name: pulumi.String(parameter)}, g.Invoke()).InsecureValue()
	// All that asks for another release is part of the name.
	parts := []string{name, "release", kubernetes, image.System, image.Accelerator, architecture, image.Release}
	return pin.Keep(ctx, parts, newest, func(release string) error {
		if problem := image.checkRelease(kubernetes, release); problem != "" {
			return fmt.Errorf("the parameter %s: %s", parameter, problem)
		}
		return nil
	}, g.Child())
}
