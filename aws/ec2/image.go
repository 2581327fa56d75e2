package ec2

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/instancetype"
	"github.com/ashlar-iac/ashlar/aws/internal/pin"
	"github.com/ashlar-iac/ashlar/core/config"
)

// Image is what a machine is made from. The newest image of a system is looked up when the machine is made, and noted in the state of
// the stack: images that are published later change nothing, until a release is asked for.
type Image struct {
	// System is the operating system: Amazon Linux 2023, or Ubuntu 24.04 LTS of Canonical. Both have the agent of Systems Manager.
	// Changing it replaces the machine. Default: al2023.
	System string `pulumi:"system" jsonschema:"enum=al2023,enum=ubuntu-24.04"`
	// Release asks for an upgrade. It is any text, such as the date: when it changes, the newest image at that time replaces the
	// machine. The text going back brings no older image back: that takes an id. Default: none.
	Release string `pulumi:"release" jsonschema:"pattern=^[A-Za-z0-9._-]{0\\,64}$"`
	// Parameter is the name of a parameter of Systems Manager, of type String, that holds the newest image of the organization's own,
	// such as /images/golden. It excludes system. Changing it replaces the machine.
	Parameter string `pulumi:"parameter" jsonschema:"pattern=^[/A-Za-z0-9._:-]+$"`
	// ID is one image and no other, such as ami-0123456789abcdef0. It excludes the other options. Changing it replaces the machine.
	ID pulumi.StringInput `pulumi:"id" jsonschema:"pattern=^ami-([0-9a-f]{8}|[0-9a-f]{17})$"`
}

var _ config.Validator = (*Image)(nil)

// Validate implements config.Validator.
func (i *Image) Validate(report *config.Report) {
	for option, value := range map[string]string{"system": i.System, "parameter": i.Parameter, "release": i.Release} {
		if i.ID != nil && value != "" {
			report.Add([]string{option}, "the id says which image it is: leave out one of them")
		}
	}
	if i.ID == nil && i.System != "" && i.Parameter != "" {
		report.Add([]string{"system"}, "the parameter says which image it is: leave out one of them")
	}
}

// source returns the parameter that holds the newest image, and a short name for it. Sources: "Reference the latest AMIs using Systems
// Manager public parameters", Amazon EC2 User Guide; "Find Ubuntu images on AWS" of Canonical.
func (i Image) source(architecture string) (parameter, name string) {
	switch {
	case i.Parameter != "":
		return i.Parameter, i.Parameter
	case i.System == "ubuntu-24.04":
		processor := map[string]string{instancetype.X86: "amd64", instancetype.ARM: "arm64"}[architecture]
		return "/aws/service/canonical/ubuntu/server/24.04/stable/current/" + processor + "/hvm/ebs-gp3/ami-id", i.System + "-" + architecture
	default:
		return "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-" + architecture, "al2023-" + architecture
	}
}

var imageID = regexp.MustCompile(`^ami-[0-9a-f]+$`)

// image returns the image of the machine: the first one that was found, until another one is asked for.
func (x *Instance) image(ctx *pulumi.Context, name string, args *InstanceArgs) (pulumi.StringPtrInput, error) {
	if args.Image.ID != nil {
		return args.Image.ID.ToStringOutput().ToStringPtrOutput(), nil
	}
	parameter, source := args.Image.source(instancetype.Architecture(args.InstanceType))
	newest := ssm.LookupParameterOutput(ctx, ssm.LookupParameterOutputArgs{Name: pulumi.String(parameter)}, x.Invoke()).InsecureValue()
	id, err := pin.Keep(ctx, []string{name, "image", strings.Trim(source, "/"), args.Image.Release}, newest, func(id string) error {
		if !imageID.MatchString(id) {
			return fmt.Errorf("the parameter %s holds %q, which is no image: expected an id such as ami-0123456789abcdef0", parameter, id)
		}
		return nil
	}, x.Child())
	return id.ToStringPtrOutput(), err
}
