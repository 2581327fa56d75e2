package ec2

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ebs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/core/config"
)

// Disk is what all volumes have. Limits are those of "Amazon EBS volume types", Amazon EBS User Guide.
type Disk struct {
	// Type is the kind of volume: gp3 for nearly everything, io2 for databases. Changing it updates the volume.
	Type string `pulumi:"type" jsonschema:"enum=gp3,enum=io2,default=gp3"`
	// Size is the size in GiB, up to 65536. It can grow in place, and never shrink.
	Size *int `pulumi:"size" jsonschema:"minimum=1,maximum=65536"`
	// IOPS is how many operations a second the volume does: 3000 to 80000 for gp3, 100 to 256000 for io2. Required for io2. Changing it
	// updates the volume. Default: 3000 for gp3.
	IOPS *int `pulumi:"iops"`
	// Throughput is how much a gp3 volume moves, in MiB a second, from 125 to 1000. Changing it updates the volume. Default: 125.
	Throughput *int `pulumi:"throughput"`
	// Encrypted encrypts the volume. Changing it replaces the volume, and the machine when the volume is its root.
	Encrypted *bool `pulumi:"encrypted" jsonschema:"default=true"`
}

// RootVolume is what a machine starts from. Its size is at least that of the image, and that by default.
type RootVolume struct {
	Disk
	// DeleteOnTermination deletes the volume with the machine. Changing it updates the machine.
	DeleteOnTermination *bool `pulumi:"deleteOnTermination" jsonschema:"default=true"`
}

// Volume is a further volume. It is attached to the machine that takes the place of another one. Size or snapshot is required.
type Volume struct {
	Disk
	// Device is the name that the volume is attached as, such as /dev/sdf. Required. Changing it attaches the volume anew.
	Device string `pulumi:"device" jsonschema:"required"`
	// SnapshotID is the snapshot that the volume starts with. Changing it replaces the volume. Default: it is empty.
	SnapshotID string `pulumi:"snapshotId" jsonschema:"pattern=^snap-[0-9a-f]+$"`
	// FinalSnapshot keeps a snapshot when the volume is deleted. Default: false.
	FinalSnapshot bool `pulumi:"finalSnapshot"`
}

// limits are those of a type of volume.
type limits struct{ minSize, minIOPS, maxIOPS, iopsPerGiB int }

func (d *Disk) limits() limits {
	if d.Type == "io2" {
		return limits{minSize: 4, minIOPS: 100, maxIOPS: 256_000, iopsPerGiB: 1000}
	}
	return limits{minSize: 1, minIOPS: 3000, maxIOPS: 80_000, iopsPerGiB: 500}
}

// The throughput of gp3 volumes, in MiB a second. AWS goes up to 2000, which the provider does not know yet.
const (
	minThroughput = 125
	maxThroughput = 1000
)

var _ config.Validator = (*Disk)(nil)

// Validate implements config.Validator.
func (d *Disk) Validate(report *config.Report) {
	l := d.limits()
	if d.Size != nil && *d.Size < l.minSize {
		report.Add([]string{"size"}, "expected at least %d GiB for %s, found %d", l.minSize, d.Type, *d.Size)
	}
	iops := 3000
	switch {
	case d.IOPS != nil && (*d.IOPS < l.minIOPS || *d.IOPS > l.maxIOPS):
		report.Add([]string{"iops"}, "expected %d to %d for %s, found %d", l.minIOPS, l.maxIOPS, d.Type, *d.IOPS)
		return
	case d.IOPS != nil:
		iops = *d.IOPS
		// Every gp3 volume has the first 3000, however small it is.
		if d.Size != nil && iops > max(l.minIOPS, l.iopsPerGiB**d.Size) {
			report.Add([]string{"iops"}, "%s has at most %d for each GiB: %d need a size of %d", d.Type, l.iopsPerGiB, iops,
				(iops+l.iopsPerGiB-1)/l.iopsPerGiB)
		}
	case d.Type == "io2":
		report.Add([]string{"iops"}, "required for io2, but missing: expected %d to %d", l.minIOPS, l.maxIOPS)
	}
	switch {
	case d.Throughput == nil:
	case d.Type != "gp3":
		report.Add([]string{"throughput"}, "only gp3 has one that is chosen: leave it out")
	case *d.Throughput < minThroughput || *d.Throughput > maxThroughput:
		report.Add([]string{"throughput"}, "expected %d to %d, found %d", minThroughput, maxThroughput, *d.Throughput)
	case *d.Throughput*4 > iops:
		report.Add([]string{"throughput"}, "gp3 moves at most 0.25 MiB a second for each operation: %d need %d iops", *d.Throughput, *d.Throughput*4)
	}
}

// deviceName matches the names for volumes that are not the root. Source: "Device names for volumes on Amazon EC2 instances".
var deviceName = regexp.MustCompile(`^/dev/(sd|xvd)[b-z]$`)

// Validate implements config.Validator.
func (v *Volume) Validate(report *config.Report) {
	// It hides the promoted method of the disk.
	v.Disk.Validate(report)
	if !deviceName.MatchString(v.Device) {
		report.Add([]string{"device"}, "found %q, expected /dev/sdf to /dev/sdp, or another of /dev/sdb to /dev/sdz: a is for the root", v.Device)
	}
	if v.Size == nil && v.SnapshotID == "" {
		report.Add([]string{"size"}, "required without a snapshot, but missing")
	}
}

// imageSize is the size of the images of systems, in GiB.
const imageSize = 8

func (s *InstanceSettings) checkVolumes(report *config.Report) {
	if size := s.RootVolume.Size; size != nil && *size < imageSize && s.Image.ID == nil && s.Image.Parameter == "" {
		report.Add([]string{"rootVolume", "size"}, "the image has %d GiB: expected at least that, found %d", imageSize, *size)
	}
	devices := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(s.Volumes)) {
		// The kernel gives /dev/sdf and /dev/xvdf to the same volume.
		device := strings.NewReplacer("/dev/sd", "", "/dev/xvd", "").Replace(s.Volumes[name].Device)
		if other, taken := devices[device]; taken {
			report.Add([]string{"volumes", name, "device"}, "the volume %q is attached there: choose another one", other)
		}
		devices[device] = name
	}
}

// device returns the root volume as a part of the machine.
func (r *RootVolume) device(key pulumi.StringInput, tags pulumi.StringMap) *ec2.InstanceRootBlockDeviceArgs {
	return &ec2.InstanceRootBlockDeviceArgs{
		VolumeType: pulumi.String(r.Type), VolumeSize: pulumi.IntPtrFromPtr(r.Size), Iops: pulumi.IntPtrFromPtr(r.IOPS),
		Throughput: pulumi.IntPtrFromPtr(r.Throughput), Encrypted: pulumi.Bool(*r.Encrypted), KmsKeyId: r.key(key),
		DeleteOnTermination: pulumi.Bool(*r.DeleteOnTermination), Tags: tags,
	}
}

// key returns the key of a volume that is encrypted.
func (d *Disk) key(key pulumi.StringInput) pulumi.StringPtrInput {
	if key == nil || !*d.Encrypted {
		return nil
	}
	return key.ToStringOutput().ToStringPtrOutput()
}

// volumes makes the further volumes and attaches them.
func (x *Instance) volumes(ctx *pulumi.Context, name string, args *InstanceArgs, zone string, machine *ec2.Instance) error {
	for _, key := range slices.Sorted(maps.Keys(args.Volumes)) {
		v := args.Volumes[key]
		inputs := &ebs.VolumeArgs{
			AvailabilityZone: pulumi.String(zone),
			Type:             pulumi.String(v.Type), Size: pulumi.IntPtrFromPtr(v.Size), Iops: pulumi.IntPtrFromPtr(v.IOPS),
			Throughput: pulumi.IntPtrFromPtr(v.Throughput), Encrypted: pulumi.Bool(*v.Encrypted), KmsKeyId: v.key(args.KMSKeyARN),
			FinalSnapshot: pulumi.Bool(v.FinalSnapshot), Tags: tags.Named(name+"-"+key, args.Tags),
		}
		if v.SnapshotID != "" {
			inputs.SnapshotId = pulumi.String(v.SnapshotID)
		}
		volume, err := ebs.NewVolume(ctx, name+"-"+key, inputs, x.Child())
		if err != nil {
			return err
		}
		_, err = ec2.NewVolumeAttachment(ctx, name+"-"+key, &ec2.VolumeAttachmentArgs{
			InstanceId: machine.ID(), VolumeId: volume.ID(), DeviceName: pulumi.String(v.Device),
			// A file system that is in use does not let go.
			StopInstanceBeforeDetaching: pulumi.Bool(true),
			// A volume is attached to one machine: it leaves the old one before the new one gets it.
		}, x.Child(pulumi.DeleteBeforeReplace(true)))
		if err != nil {
			return err
		}
	}
	return nil
}
