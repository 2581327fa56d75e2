package ec2

import (
	"fmt"
	"hash/crc32"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ebs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kms"
)

const (
	volumeToken           = "aws:ebs/volume:Volume"
	volumeAttachmentToken = "aws:ec2/volumeAttachment:VolumeAttachment"
)

func volumeTypes() []string { return []string{"standard", "gp2", "gp3", "io1", "io2", "sc1", "st1"} }

// ranges are the limits of a volume type, from "Amazon EBS volume types".
type ranges struct {
	size, iops, throughput [2]float64
	// ratio is the maximum number of operations per second for each GiB.
	ratio float64
}

func volumeRanges() map[string]ranges {
	return map[string]ranges{
		"standard": {size: [2]float64{1, 1024}},
		"gp2":      {size: [2]float64{1, 16384}},
		"gp3":      {[2]float64{1, 65536}, [2]float64{3000, 80000}, [2]float64{125, 2000}, 500},
		"io1":      {size: [2]float64{4, 16384}, iops: [2]float64{100, 64000}, ratio: 50},
		"io2":      {size: [2]float64{4, 65536}, iops: [2]float64{100, 256000}, ratio: 1000},
		"sc1":      {size: [2]float64{125, 16384}},
		"st1":      {size: [2]float64{125, 16384}},
	}
}

// checkVolume rejects a volume outside of the limits of its type.
func checkVolume(c *cloud.Call, kind string, v map[string]any, size string) error {
	r := volumeRanges()[kind]
	if gib, ok := v[size].(float64); ok && (gib < r.size[0] || gib > r.size[1]) {
		return kernel.Refuse("InvalidParameterValue",
			"Volume of %vGiB is out of range; for volumes of type %s it is %v to %v GiB", gib, kind, r.size[0],
			r.size[1])
	}
	iops, given := v["iops"].(float64)
	switch {
	case !given && (kind == "io1" || kind == "io2"):
		return kernel.Refuse("MissingParameter", "The request must contain the parameter iops")
	case given && r.iops[1] == 0:
		return kernel.Refuse("InvalidParameterCombination", "The parameter iops is not supported for %s volumes.", kind)
	case given && (iops < r.iops[0] || iops > r.iops[1]):
		return kernel.Refuse("InvalidParameterValue",
			"Volume iops of %v is out of range; for volumes of type %s it is %v to %v", iops, kind, r.iops[0],
			r.iops[1])
	}
	throughput, given := v["throughput"].(float64)
	switch {
	case given && r.throughput[1] == 0:
		return kernel.Refuse("InvalidParameterCombination",
			"The parameter throughput is not supported for %s volumes.", kind)
	case given && (throughput < r.throughput[0] || throughput > r.throughput[1]):
		return kernel.Refuse("InvalidParameterValue",
			"Throughput of %v is out of range; for volumes of type %s it is %v to %v", throughput, kind,
			r.throughput[0], r.throughput[1])
	}
	// The size of a volume limits its operations per second.
	if gib, ok := v[size].(float64); ok && v["iops"] != nil && r.ratio > 0 && iops > max(r.iops[0], gib*r.ratio) {
		return kernel.Refuse("InvalidParameterCombination",
			"Iops to volume size ratio of %v is too high; maximum is %v IOPS per GiB", iops/gib, r.ratio)
	}
	if iops == 0 {
		iops = 3000
	}
	if given && throughput > max(125, iops/4) {
		return kernel.Refuse("InvalidParameterCombination",
			"Throughput (MiBps) to iops ratio of %v is too high; maximum is 0.25 MiBps per iops.", throughput/iops)
	}
	return checkVolumeKey(c, v)
}

func checkVolumeKey(c *cloud.Call, v map[string]any) error {
	name, _ := v["kmsKeyId"].(string)
	if name == "" {
		return nil
	}
	if v["encrypted"] != true {
		return kernel.Refuse("InvalidParameterDependency",
			"The parameter KmsKeyId requires the parameter Encrypted to be set.")
	}
	k, err := kms.FindKey(c, name)
	if err == nil && (k == nil || k.Place != c.Scope.Place || k.Outputs["isEnabled"] == false) {
		err = kernel.Refuse("InvalidKMSKey.InvalidState", "The KMS key provided is in an incorrect state: %s", name)
	}
	return err
}

// fillVolumes checks the volumes of an instance, and sets their defaults.
func fillVolumes(c *cloud.Call, i Image) error {
	root, err := fillVolume(c, "rootBlockDevice", c.Object.Inputs["rootBlockDevice"], map[string]any{
		"deviceName": i.device, "volumeSize": i.size, "deleteOnTermination": true, "encrypted": false,
		"volumeType": "gp3", "kmsKeyId": "",
	})
	if err != nil {
		return err
	}
	if kind, _ := root["volumeType"].(string); kind == "sc1" || kind == "st1" {
		return kernel.Refuse("InvalidParameterValue", "Volume type %s cannot be used as a boot volume.", kind)
	}
	if size, _ := root["volumeSize"].(float64); size < i.size {
		return kernel.Refuse("InvalidBlockDeviceMapping",
			"Volume of size %vGB is smaller than snapshot of the image, expect size>= %vGB", size, i.size)
	}
	c.Set("rootBlockDevice", root)
	var others []any
	seen := map[any]bool{root["deviceName"]: true}
	for _, device := range cloud.Objects(c.Object.Inputs["ebsBlockDevices"]) {
		if seen[device["deviceName"]] {
			return kernel.Refuse("InvalidBlockDeviceMapping", "Duplicate device name %v", device["deviceName"])
		}
		seen[device["deviceName"]] = true
		if err := checkDevice(cloud.Text(device, "deviceName")); err != nil {
			return err
		}
		filled, err := fillVolume(c, fmt.Sprint(device["deviceName"]), device, map[string]any{
			"volumeSize": 8.0, "deleteOnTermination": true, "encrypted": false, "volumeType": "gp2", "kmsKeyId": "",
		})
		if err != nil {
			return err
		}
		others = append(others, filled)
	}
	if others != nil {
		c.Set("ebsBlockDevices", others)
	}
	return nil
}

// fillVolume returns a volume of an instance. Old values are kept unless the inputs change them.
func fillVolume(c *cloud.Call, name string, requested any, defaults map[string]any) (map[string]any, error) {
	own, _ := requested.(map[string]any)
	out := maps.Clone(defaults)
	if c.Old != nil {
		before, _ := c.Old.Outputs[name].(map[string]any)
		maps.Copy(out, before)
		size, sized := own["volumeSize"].(float64)
		if had, _ := before["volumeSize"].(float64); sized && size < had {
			return nil, kernel.Refuse("InvalidParameterValue", "New size cannot be smaller than existing size")
		}
	}
	maps.Copy(out, own)
	kind, _ := out["volumeType"].(string)
	if err := checkVolume(c, kind, own, "volumeSize"); err != nil {
		return nil, err
	}
	if r := volumeRanges()[kind]; out["iops"] == nil && r.iops[1] > 0 {
		out["iops"] = r.iops[0]
		if kind == "gp3" && out["throughput"] == nil {
			out["throughput"] = r.throughput[0]
		}
	}
	if out["encrypted"] == true && out["kmsKeyId"] == "" {
		out["kmsKeyId"] = kernel.ARN(c, "kms", "key/alias-aws-ebs")
	}
	if out["volumeId"] == nil {
		digits, err := c.Hex(17)
		if err != nil {
			return nil, err
		}
		out["volumeId"] = "vol-" + digits
	}
	return out, nil
}

func volume() *cloud.Type {
	return &cloud.Type{
		Token: volumeToken, Args: ebs.VolumeArgs{}, Resource: &ebs.Volume{},
		Replaces: []string{"availabilityZone", "encrypted", "kmsKeyId", "multiAttachEnabled", "outpostArn",
			"snapshotId"},
		Check: func(c *cloud.Checker) {
			c.OneOf("type", volumeTypes()...)
			if !c.Has("size") && !c.Has("snapshotId") {
				c.Add("size", "one of `size,snapshotId` must be specified")
			}
		},
		Create: func(c *cloud.Call) error {
			if zone := c.Text("availabilityZone"); !slices.Contains(kernel.Zones(c.Scope.Values["region"]), zone) {
				return kernel.Refuse("InvalidZone.NotFound", "The zone '%s' does not exist.", zone)
			}
			if id := c.Text("snapshotId"); id != "" && !isImageSnapshot(c, id) {
				return kernel.Refuse("InvalidSnapshot.NotFound", "The snapshot '%s' does not exist.", id)
			}
			if err := kernel.SetID(c, "vol-"); err != nil {
				return err
			}
			c.Set("arn", kernel.EC2ARN(c, "volume"))
			c.Set("createTime", time.Now().UTC().Format(time.RFC3339))
			return putVolume(c)
		},
		Update: func(c *cloud.Call) error {
			before, _ := c.Old.Outputs["size"].(float64)
			if after, ok := c.Object.Outputs["size"].(float64); ok && after < before {
				return kernel.Refuse("InvalidParameterValue", "New size cannot be smaller than existing size")
			}
			return putVolume(c)
		},
		Delete: func(c *cloud.Call) error {
			users, err := c.All(volumeAttachmentToken, cloud.With("volumeId", c.Object.ID))
			if err == nil && len(users) > 0 {
				err = kernel.Refuse("VolumeInUse", "Volume %s is currently attached to %s", c.Object.ID,
					users[0].Text("instanceId"))
			}
			return err
		},
	}
}

// isImageSnapshot reports whether a snapshot is that of the root volume of an image. Others are not covered.
func isImageSnapshot(c *cloud.Call, id string) bool {
	return slices.ContainsFunc(Images(), func(i Image) bool {
		return strings.TrimPrefix(i.ID(c.Scope.Values["region"]), "ami-") == strings.TrimPrefix(id, "snap-")
	})
}

func putVolume(c *cloud.Call) error {
	c.SetDefault("type", "gp2")
	c.SetDefault("encrypted", false)
	c.SetDefault("multiAttachEnabled", false)
	if err := checkVolume(c, c.Text("type"), c.Object.Inputs, "size"); err != nil {
		return err
	}
	if c.Object.Bool("multiAttachEnabled") && !slices.Contains([]string{"io1", "io2"}, c.Text("type")) {
		return kernel.Refuse("InvalidParameterCombination", "The parameter multiAttachEnabled is not supported for %s volumes.",
			c.Text("type"))
	}
	if r := volumeRanges()[c.Text("type")]; r.iops[1] > 0 {
		c.SetDefault("iops", r.iops[0])
		if r.throughput[1] > 0 {
			c.SetDefault("throughput", r.throughput[0])
		}
	}
	return nil
}

// deviceName follows "Device names for volumes on Amazon EC2 instances".
var deviceName = regexp.MustCompile(`^(/dev/)?(sd[a-z][0-9]{0,2}|xvd[a-z]{1,2}[0-9]{0,2}|hd[a-z][0-9]{0,2})$`)

// checkDevice rejects a name that no device can have.
func checkDevice(name string) error {
	if deviceName.MatchString(name) {
		return nil
	}
	return kernel.Refuse("InvalidParameterValue",
		"Value (%s) for parameter device is invalid. %[1]s is not a valid EBS device name.", name)
}

func volumeAttachment() *cloud.Type {
	return &cloud.Type{
		Token: volumeAttachmentToken, Args: ec2.VolumeAttachmentArgs{}, Resource: &ec2.VolumeAttachment{},
		Replaces: []string{"deviceName", "instanceId", "volumeId"},
		ImportID: func(o *cloud.Object) string {
			return o.Text("deviceName") + ":" + o.Text("volumeId") + ":" + o.Text("instanceId")
		},
		Create: func(c *cloud.Call) error {
			instance, err := c.Find(kernel.InstanceToken, c.Text("instanceId"), "InvalidInstanceID.NotFound",
				"The instance ID '%s' does not exist")
			if err != nil {
				return err
			}
			volume, err := c.Find(volumeToken, c.Text("volumeId"), "InvalidVolume.NotFound",
				"The volume '%s' does not exist.")
			if err != nil {
				return err
			}
			if err := checkDevice(c.Text("deviceName")); err != nil {
				return err
			}
			if volume.Text("availabilityZone") != instance.Text("availabilityZone") {
				return kernel.Refuse("InvalidVolume.ZoneMismatch",
					"The volume '%s' is not in the same availability zone as instance '%s'", volume.ID, instance.ID)
			}
			others, err := c.All(volumeAttachmentToken, func(o *cloud.Object) bool {
				return o.Text("volumeId") == volume.ID || o.Text("instanceId") == instance.ID &&
					o.Text("deviceName") == c.Text("deviceName")
			})
			if err != nil {
				return err
			}
			switch {
			case len(others) == 0:
			case others[0].Text("volumeId") == volume.ID:
				return kernel.Refuse("VolumeInUse", "%s is already attached to an instance", volume.ID)
			default:
				return kernel.Refuse("InvalidParameterValue",
					"Invalid value '%s' for unixDevice. Attachment point %[1]s is already in use", c.Text("deviceName"))
			}
			c.Object.Managed = instance.Key() // It is deleted with the instance.
			c.Object.ID = fmt.Sprintf("vai-%d",
				crc32.ChecksumIEEE([]byte(c.Text("deviceName")+"-"+instance.ID+"-"+volume.ID+"-")))
			return nil
		},
	}
}
