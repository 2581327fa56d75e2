package ec2

import (
	"cmp"
	"fmt"
	"strings"
)

// older compares images by their age.
func older(a, b Image) int {
	return cmp.Or(cmp.Compare(a.created, b.created), cmp.Compare(a.Name, b.Name))
}

// windows reports whether an image has Windows.
func (i Image) windows() bool { return strings.HasPrefix(i.Name, "Windows_") }

func (i Image) platform() string { return map[bool]string{true: "windows"}[i.windows()] }

func (i Image) platformDetails() string {
	return map[bool]string{true: "Windows", false: "Linux/UNIX"}[i.windows()]
}

// usage is the billing code of an image: "AMI billing information fields" of the EC2 user guide.
func (i Image) usage() string {
	return map[bool]string{true: "RunInstances:0002", false: "RunInstances"}[i.windows()]
}

func (i Image) bootMode() string {
	if i.architecture == "arm64" {
		return "uefi"
	}
	return map[bool]string{true: "uefi-preferred"}[strings.HasPrefix(i.Name, "al2023-")]
}

func (i Image) description() string {
	return strings.NewReplacer("/", " ", "_", " ", "-", " ").Replace(i.Name)
}

// volumeType is the type of the root volume: older images have it in their name.
func (i Image) volumeType() string {
	if strings.HasSuffix(i.Name, "-gp2") || strings.Contains(i.Name, "hvm-ssd/") || i.windows() {
		return "gp2"
	}
	return "gp3"
}

// snapshot is the id of the snapshot of the root volume.
func (i Image) snapshot(region string) string {
	return strings.Replace(i.ID(region), "ami-", "snap-", 1)
}

// mapping is the block device mapping of the root volume, as the provider's look-up returns it: the properties of the
// volume are texts.
//
// Source: terraform-provider-aws, internal/service/ec2/ec2_ami_data_source.go, flattenAMIBlockDeviceMappings.
func (i Image) mapping(region string) map[string]any {
	iops, throughput := "0", "0"
	if i.volumeType() == "gp3" {
		iops, throughput = "3000", "125"
	}
	return map[string]any{
		"deviceName": i.device, "noDevice": "", "virtualName": "",
		"ebs": map[string]any{
			"delete_on_termination": "true", "encrypted": "false", "iops": iops, "throughput": throughput,
			"snapshot_id": i.snapshot(region), "volume_size": fmt.Sprint(i.size), "volume_type": i.volumeType(),
		},
	}
}
