package eks

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"mime/multipart"
	"net/textproto"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/instancetype"
	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
)

// amiType returns the AMI type of the image, and whether there is one. Source: "Nodegroup", Amazon EKS API Reference.
func (i NodeImage) amiType(architecture string) (string, bool) {
	x86, arm := "AL2023_x86_64_", "AL2023_ARM_64_"
	if i.System == Bottlerocket {
		x86, arm = "BOTTLEROCKET_x86_64", "BOTTLEROCKET_ARM_64"
	}
	start := x86
	if architecture == instancetype.ARM {
		start = arm
	}
	switch {
	case i.Accelerator == AcceleratorNeuron:
		return x86 + "NEURON", i.System == AL2023 && architecture == instancetype.X86
	case i.System == Bottlerocket && i.Accelerator == AcceleratorNVIDIA:
		return start + "_NVIDIA", true
	case i.System == Bottlerocket:
		return start, true
	case i.Accelerator == AcceleratorNVIDIA:
		return start + "NVIDIA", true
	}
	return start + "STANDARD", true
}

// parameter returns the Systems Manager parameter with the latest release. Sources: "Retrieve recommended Amazon Linux
// AMI IDs" and "Retrieve recommended Bottlerocket AMI IDs", Amazon EKS User Guide.
func (i NodeImage) parameter(kubernetes, architecture string) string {
	variant := string(i.Accelerator)
	if i.System == Bottlerocket {
		name := "aws-k8s-" + kubernetes
		if variant != "" {
			name += "-" + variant
		}
		return "/aws/service/bottlerocket/" + name + "/" + architecture + "/latest/image_version"
	}
	if variant == "" {
		variant = "standard"
	}
	return "/aws/service/eks/optimized-ami/" + kubernetes + "/amazon-linux-2023/" + architecture + "/" + variant +
		"/recommended/release_version"
}

var (
	al2023Release       = regexp.MustCompile(`^[0-9]+\.[0-9]+\.[0-9]+-[0-9]{8}$`)
	bottlerocketRelease = regexp.MustCompile(`^[0-9]+\.[0-9]+\.[0-9]+-[0-9a-f]{8}$`)
)

// checkRelease returns what is wrong with a release of the image for a version of Kubernetes.
func (i NodeImage) checkRelease(kubernetes, release string) string {
	switch {
	case i.System == Bottlerocket && !bottlerocketRelease.MatchString(release):
		return fmt.Sprintf("found %q, expected a release of bottlerocket, such as 1.50.0-0123abcd", release)
	case i.System == Bottlerocket:
		return ""
	case !al2023Release.MatchString(release):
		return fmt.Sprintf("found %q, expected a release of al2023, such as %s.1-20261101", release, kubernetes)
	case !strings.HasPrefix(release, kubernetes+"."):
		return fmt.Sprintf("found %q, a release for another version of Kubernetes: use one that starts with %s",
			release, kubernetes)
	}
	return ""
}

// release returns the release of the image: the latest one when it was first looked up for the version of Kubernetes,
// until the arguments select another one.
func (g *NodeGroup) release(ctx *pulumi.Context, name string, args *NodeGroupArgs) (pulumi.StringOutput, error) {
	image, kubernetes, architecture := value(args.Image), args.kubernetes(), args.architecture()
	if image.Version != "" {
		return pulumi.String(image.Version).ToStringOutput(), nil
	}
	parameter := image.parameter(kubernetes, architecture)
	latest := ssm.LookupParameterOutput(ctx, ssm.LookupParameterOutputArgs{Name: pulumi.String(parameter)},
		g.Invoke()).InsecureValue()
	// The name consists of all that selects another release.
	parts := []string{name, "release", kubernetes, string(image.System), string(image.Accelerator), architecture,
		image.Release}
	return lookup.Pin(ctx, parts, latest, func(release string) error {
		if problem := image.checkRelease(kubernetes, release); problem != "" {
			return fmt.Errorf("the parameter %s: %s", parameter, problem)
		}
		return nil
	}, g.Child())
}

// maxNodeUserData is the size in bytes before it is encoded. Source: "Run commands when you launch an EC2 instance with
// user data input", Amazon EC2 User Guide.
const maxNodeUserData = 16 << 10

// userData returns the user data of the launch template, or nil.
func (a *NodeGroupArgs) userData() pulumi.StringPtrInput {
	if a.UserData == nil {
		return nil
	}
	system := value(a.Image).System
	return a.UserData.ToStringOutput().ApplyT(func(text string) (string, error) {
		return encodeUserData(system, text)
	}).(pulumi.StringOutput).ToStringPtrOutput()
}

// encodeUserData returns the user data that EKS merges with its own. Source: "Customize managed nodes with launch
// templates", Amazon EKS User Guide.
func encodeUserData(system NodeOperatingSystem, text string) (string, error) {
	if system == AL2023 {
		message, err := mimeMessage(text)
		if err != nil {
			return "", err
		}
		text = message
	} else if strings.HasPrefix(text, "#!") || strings.HasPrefix(text, "MIME-Version:") {
		return "", errors.New("bottlerocket does not run scripts: use settings in TOML, such as [settings.kubernetes]")
	}
	if len(text) > maxNodeUserData {
		return "",
			fmt.Errorf("found %d bytes, expected at most %d: download the rest from a bucket", len(text),
				maxNodeUserData)
	}
	return base64.StdEncoding.EncodeToString([]byte(text)), nil
}

// mimeMessage returns a text as a MIME message, which EKS requires.
func mimeMessage(text string) (string, error) {
	kind := `text/x-shellscript; charset="us-ascii"`
	switch {
	case strings.HasPrefix(text, "MIME-Version:"):
		return text, nil
	case strings.HasPrefix(text, "#!"):
	case strings.Contains(text, "node.eks.aws/") && strings.Contains(text, "NodeConfig"):
		kind = "application/node.eks.aws"
	default:
		return "",
			errors.New("expected a script that starts with #!, or a NodeConfig with the apiVersion node.eks.aws/v1alpha1")
	}
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	// The default boundary is random, which would replace the nodes on every update.
	if err := w.SetBoundary("ashlar"); err != nil {
		return "", err
	}
	fmt.Fprintf(&out, "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=%q\r\n\r\n", w.Boundary())
	part, err := w.CreatePart(textproto.MIMEHeader{"Content-Type": {kind}})
	if err != nil {
		return "", err
	}
	if _, err := part.Write([]byte(text)); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	return out.String(), nil
}
