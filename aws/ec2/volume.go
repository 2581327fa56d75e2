package ec2

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ebs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/core/config"
)

// VolumeType is the type of an EBS volume.
type VolumeType string

// The volume types: gp3 for most workloads, io2 for databases.
const (
	VolumeGP3 VolumeType = "gp3"
	VolumeIO2 VolumeType = "io2"
)

// RootVolume is the root volume of an instance.
type RootVolume struct {
	// Type is the volume type: gp3 for most workloads, io2 for databases. Changing it updates the volume.
	Type VolumeType `pulumi:"type,optional" jsonschema:"enum=gp3,enum=io2,default=gp3"`
	// Size is the size in GiB, up to 65536 and at least that of the image. It can grow in place, and cannot shrink.
	// Default: the size of the image.
	Size *int `pulumi:"size,optional" jsonschema:"minimum=1,maximum=65536"`
	// IOPS is the number of operations per second: 3000 to 80000 for gp3, 100 to 256000 for io2. Required for io2.
	// Changing it updates the volume. Default: 3000 for gp3.
	IOPS *int `pulumi:"iops,optional"`
	// Throughput is the throughput of a gp3 volume in MiB per second, from 125 to 1000. Changing it updates the volume.
	// Default: 125.
	Throughput *int `pulumi:"throughput,optional"`
	// Encrypted encrypts the volume. Changing it replaces the instance.
	Encrypted *bool `pulumi:"encrypted,optional" jsonschema:"default=true"`
	// DeleteOnTermination deletes the volume with the instance. Changing it updates the instance.
	DeleteOnTermination *bool `pulumi:"deleteOnTermination,optional" jsonschema:"default=true"`
}

// Volume is an additional volume of an instance. It is kept when the instance is replaced, and attached to the new one.
// Size or snapshotId is required.
type Volume struct {
	// Type is the volume type: gp3 for most workloads, io2 for databases. Changing it updates the volume.
	Type VolumeType `pulumi:"type,optional" jsonschema:"enum=gp3,enum=io2,default=gp3"`
	// Size is the size in GiB, up to 65536. It can grow in place, and cannot shrink. Default: the size of the snapshot.
	Size *int `pulumi:"size,optional" jsonschema:"minimum=1,maximum=65536"`
	// IOPS is the number of operations per second: 3000 to 80000 for gp3, 100 to 256000 for io2. Required for io2.
	// Changing it updates the volume. Default: 3000 for gp3.
	IOPS *int `pulumi:"iops,optional"`
	// Throughput is the throughput of a gp3 volume in MiB per second, from 125 to 1000. Changing it updates the volume.
	// Default: 125.
	Throughput *int `pulumi:"throughput,optional"`
	// Encrypted encrypts the volume. Changing it replaces the volume.
	Encrypted *bool `pulumi:"encrypted,optional" jsonschema:"default=true"`
	// Device is the device name, such as /dev/sdf. Required. Changing it detaches and attaches the volume.
	Device string `pulumi:"device" jsonschema:"required"`
	// SnapshotID is the snapshot that the volume is created from. Changing it replaces the volume. Default: an empty
	// volume.
	SnapshotID pulumi.StringInput `pulumi:"snapshotId,optional" jsonschema:"pattern=^snap-[0-9a-f]+$,example=snap-0123456789abcdef0"`
	// FinalSnapshot creates a snapshot before the volume is deleted. Default: false.
	FinalSnapshot bool `pulumi:"finalSnapshot,optional"`
}

var (
	_ config.Validator = (*RootVolume)(nil)
	_ config.Validator = (*Volume)(nil)
)

// Validate implements config.Validator.
func (r *RootVolume) Validate(report *config.Report) {
	checkVolume(report, r.Type, r.Size, r.IOPS, r.Throughput)
}

// deviceName matches the names for volumes other than the root volume. Source: "Device names for volumes on Amazon EC2
// instances", Amazon EC2 User Guide.
var deviceName = regexp.MustCompile(`^/dev/(sd|xvd)[b-z]$`)

// Validate implements config.Validator.
func (v *Volume) Validate(report *config.Report) {
	checkVolume(report, v.Type, v.Size, v.IOPS, v.Throughput)
	if !deviceName.MatchString(v.Device) {
		report.Add([]string{"device"},
			"invalid device name %q: use /dev/sdf to /dev/sdp, or another of /dev/sdb to /dev/sdz", v.Device)
	}
	if v.Size == nil && v.SnapshotID == nil {
		report.Add([]string{"size"}, "required without snapshotId, but missing")
	}
}

// limits are those of a volume type. Source: "Amazon EBS volume types", Amazon EBS User Guide.
type limits struct{ minSize, minIOPS, maxIOPS, iopsPerGiB int }

func (t VolumeType) limits() limits {
	if t == VolumeIO2 {
		return limits{minSize: 4, minIOPS: 100, maxIOPS: 256_000, iopsPerGiB: 1000}
	}
	return limits{minSize: 1, minIOPS: 3000, maxIOPS: 80_000, iopsPerGiB: 500}
}

// The throughput of gp3 volumes, in MiB per second. AWS supports up to 2000, which version 6 of the provider does not.
const (
	minThroughput = 125
	maxThroughput = 1000
)

func checkVolume(report *config.Report, typ VolumeType, size, iops, throughput *int) {
	l := typ.limits()
	if size != nil && *size < l.minSize {
		report.Add([]string{"size"}, "%d GiB is too small for %s: use at least %d", *size, typ, l.minSize)
	}
	operations := 3000
	switch {
	case iops != nil && (*iops < l.minIOPS || *iops > l.maxIOPS):
		report.Add([]string{"iops"}, "found %d: use %d to %d for %s", *iops, l.minIOPS, l.maxIOPS, typ)
		return
	case iops != nil:
		operations = *iops
		// Every gp3 volume has the first 3000, whatever its size.
		if size != nil && operations > max(l.minIOPS, l.iopsPerGiB**size) {
			report.Add([]string{"iops"}, "%s supports up to %d per GiB: use a size of %d GiB for %d", typ, l.iopsPerGiB,
				(operations+l.iopsPerGiB-1)/l.iopsPerGiB, operations)
		}
	case typ == VolumeIO2:
		report.Add([]string{"iops"}, "required for io2, but missing: use %d to %d", l.minIOPS, l.maxIOPS)
	}
	switch {
	case throughput == nil:
	case typ == VolumeIO2:
		report.Add([]string{"throughput"}, "supported for gp3 only: leave it unset")
	case *throughput < minThroughput || *throughput > maxThroughput:
		report.Add([]string{"throughput"}, "found %d: use %d to %d", *throughput, minThroughput, maxThroughput)
	case *throughput*4 > operations:
		report.Add([]string{"throughput"},
			"gp3 supports 0.25 MiB per second for each of the iops: use at least %d iops for %d",
			*throughput*4, *throughput)
	}
}

// imageSize is the size of the images of AWS and Canonical, in GiB.
const imageSize = 8

func (a *InstanceArgs) checkVolumes(report *config.Report) {
	if a.RootVolume != nil && a.RootVolume.Size != nil && *a.RootVolume.Size < imageSize && !a.Image.isCustom() {
		report.Add([]string{"rootVolume", "size"},
			"%d GiB is less than the image: use at least %d", *a.RootVolume.Size, imageSize)
	}
	devices := map[string]string{}
	for _, name := range a.Volumes.Names() {
		// The kernel treats /dev/sdf and /dev/xvdf as the same device.
		device := strings.NewReplacer("/dev/sd", "", "/dev/xvd", "").Replace(a.Volumes[name].Device)
		if other, taken := devices[device]; taken {
			report.Add([]string{"volumes", name, "device"}, "duplicate device: it is the one of the volume %q", other)
		}
		devices[device] = name
	}
}

// blockDevice returns the root volume as a property of the instance.
func (r *RootVolume) blockDevice(key pulumi.StringInput, tags pulumi.StringMapInput) *ec2.InstanceRootBlockDeviceArgs {
	return &ec2.InstanceRootBlockDeviceArgs{
		VolumeType: pulumi.String(r.Type), VolumeSize: pulumi.IntPtrFromPtr(r.Size), Iops: pulumi.IntPtrFromPtr(r.IOPS),
		Throughput: pulumi.IntPtrFromPtr(r.Throughput), Encrypted: pulumi.Bool(*r.Encrypted),
		KmsKeyId: keyOf(*r.Encrypted, key), DeleteOnTermination: pulumi.Bool(*r.DeleteOnTermination), Tags: tags,
	}
}

// keyOf returns the key of a volume, nil for one that is not encrypted.
func keyOf(encrypted bool, key pulumi.StringInput) pulumi.StringPtrInput {
	if !encrypted {
		return nil
	}
	return optional(key)
}

// volumes creates the additional volumes and attaches them.
func (x *Instance) volumes(
	ctx *pulumi.Context, name string, args *InstanceArgs, zone string, instance *ec2.Instance,
) error {
	for _, key := range slices.Sorted(maps.Keys(args.Volumes)) {
		v := args.Volumes[key]
		volume, err := ebs.NewVolume(ctx, name+"-"+key, &ebs.VolumeArgs{
			AvailabilityZone: pulumi.String(zone), SnapshotId: optional(v.SnapshotID),
			Type: pulumi.String(v.Type), Size: pulumi.IntPtrFromPtr(v.Size), Iops: pulumi.IntPtrFromPtr(v.IOPS),
			Throughput: pulumi.IntPtrFromPtr(v.Throughput), Encrypted: pulumi.Bool(*v.Encrypted),
			KmsKeyId: keyOf(*v.Encrypted, args.KMSKeyARN), FinalSnapshot: pulumi.Bool(v.FinalSnapshot),
			Tags: tagging.Named(name+"-"+key, args.Tags),
		}, x.Child())
		if err != nil {
			return err
		}
		_, err = ec2.NewVolumeAttachment(ctx, name+"-"+key, &ec2.VolumeAttachmentArgs{
			InstanceId: instance.ID(), VolumeId: volume.ID(), DeviceName: pulumi.String(v.Device),
			// A file system that is in use cannot be detached.
			StopInstanceBeforeDetaching: pulumi.Bool(true),
			// A volume is attached to one instance at a time: it is detached from the old one first.
		}, x.Child(pulumi.DeleteBeforeReplace(true)))
		if err != nil {
			return err
		}
	}
	return nil
}
