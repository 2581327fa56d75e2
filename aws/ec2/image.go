package ec2

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/instancetype"
	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/core/config"
)

// OperatingSystem is an operating system with public images.
type OperatingSystem string

// The operating systems. The SSM Agent is preinstalled on both.
const (
	// AmazonLinux2023 is Amazon Linux 2023.
	AmazonLinux2023 OperatingSystem = "al2023"
	// Ubuntu2404 is Ubuntu 24.04 LTS.
	Ubuntu2404 OperatingSystem = "ubuntu-24.04"
)

// Image is the Amazon Machine Image (AMI) of an instance. The newest image of a system is looked up when the instance
// is created, and kept in the state of the stack: images that are published later change nothing until release changes.
type Image struct {
	// System is the operating system: Amazon Linux 2023 or Ubuntu 24.04 LTS, both with the SSM Agent. Changing it
	// replaces the instance. Default: al2023.
	System OperatingSystem `pulumi:"system,optional" jsonschema:"enum=al2023,enum=ubuntu-24.04"`
	// Release requests an upgrade. It is any text, such as a date: when it changes, the instance is replaced with the
	// newest image at that time. An earlier text does not restore an earlier image: use id for that. Default: none.
	Release string `pulumi:"release,optional" jsonschema:"pattern=^[A-Za-z0-9._-]{0\\,64}$,example=2026-11-01"`
	// Parameter is the name of a Systems Manager parameter of the type String with your own newest image, such as
	// /images/golden. It is part of a resource name, so it cannot be an output. Mutually exclusive with system.
	// Changing it replaces the instance. Default: none.
	Parameter string `pulumi:"parameter,optional" jsonschema:"pattern=^[/A-Za-z0-9._:-]+$,example=/images/golden"`
	// ID is the ID of an image, such as ami-0123456789abcdef0. Mutually exclusive with the other options. Changing it
	// replaces the instance. Default: none.
	ID pulumi.StringInput `pulumi:"id,optional" jsonschema:"pattern=^ami-([0-9a-f]{8}|[0-9a-f]{17})$,example=ami-0123456789abcdef0"`
}

var _ config.Validator = (*Image)(nil)

// Validate implements config.Validator.
func (i *Image) Validate(report *config.Report) {
	options := map[string]string{"system": string(i.System), "parameter": i.Parameter, "release": i.Release}
	for option, value := range options {
		if i.ID != nil && value != "" {
			report.Add([]string{option}, "id and %s are mutually exclusive: remove one of them", option)
		}
	}
	if i.ID == nil && i.System != "" && i.Parameter != "" {
		report.Add([]string{"system"}, "parameter and system are mutually exclusive: remove one of them")
	}
}

// isCustom reports whether the image may be other than those of AWS and Canonical.
func (i *Image) isCustom() bool { return i != nil && (i.ID != nil || i.Parameter != "") }

// source returns the parameter with the newest image, and a short name for it. Sources: "Reference the latest AMIs
// using Systems Manager public parameters", Amazon EC2 User Guide; "Find Ubuntu images on AWS", Canonical.
func (i *Image) source(architecture string) (parameter, name string) {
	switch {
	case i.Parameter != "":
		return i.Parameter, i.Parameter
	case i.System == Ubuntu2404:
		processor := map[string]string{instancetype.X86: "amd64", instancetype.ARM: "arm64"}[architecture]
		return "/aws/service/canonical/ubuntu/server/24.04/stable/current/" + processor + "/hvm/ebs-gp3/ami-id",
			string(i.System) + "-" + architecture
	default:
		return "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-" + architecture,
			"al2023-" + architecture
	}
}

var imageID = regexp.MustCompile(`^ami-[0-9a-f]+$`)

// image returns the ID of the image: the one that was found first, until another one is requested.
func (x *Instance) image(ctx *pulumi.Context, name string, args *InstanceArgs) (pulumi.StringPtrInput, error) {
	if args.Image.ID != nil {
		return optional(args.Image.ID), nil
	}
	parameter, source := args.Image.source(instancetype.Architecture(args.InstanceType))
	newest := ssm.LookupParameterOutput(ctx, ssm.LookupParameterOutputArgs{Name: pulumi.String(parameter)}, x.Invoke())
	parts := []string{name, "image", strings.Trim(source, "/"), args.Image.Release}
	id, err := lookup.Pin(ctx, parts, newest.InsecureValue(), func(id string) error {
		if !imageID.MatchString(id) {
			return fmt.Errorf("parameter %s has the value %q: use an image ID, such as ami-0123456789abcdef0",
				parameter, id)
		}
		return nil
	}, x.Child())
	return id.ToStringPtrOutput(), err
}
