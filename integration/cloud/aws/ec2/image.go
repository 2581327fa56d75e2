package ec2

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/eks/catalog"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// Image is a machine image that Amazon or a vendor publishes in every region.
type Image struct {
	Name, architecture, owner, alias, created string
	// device is the name of its root volume, and size the size of that in GiB.
	device string
	size   float64
	// tokens says that instances of the image require IMDSv2.
	tokens bool
}

const (
	amazon       = "137112412989"
	canonical    = "099720109477"
	eksOwner     = "602401143452"
	ecsOwner     = "591542846629"
	debianOwner  = "136693071363"
	windowsOwner = "801119661308"
)

// Images returns the published images, the oldest of a kind first.
func Images() []Image {
	var out []Image
	for _, architecture := range []string{"x86_64", "arm64"} {
		for _, version := range []string{"2023.8.20250818.0", "2023.9.20251117.1"} {
			day := strings.Split(version, ".")[2]
			for _, kind := range []string{"", "minimal-"} {
				out = append(out, Image{
					"al2023-ami-" + kind + version + "-kernel-6.1-" + architecture, architecture, amazon, "amazon",
					date(day), "/dev/xvda",
					map[string]float64{"": 8, "minimal-": 2}[kind], true,
				})
			}
		}
		out = append(out, Image{"amzn2-ami-hvm-2.0.20251110.1-" + architecture + "-gp2", architecture, amazon,
			"amazon", date("20251110"), "/dev/xvda", 8, false})
		debian := map[string]string{"x86_64": "amd64", "arm64": "arm64"}[architecture]
		out = append(out,
			Image{"ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-" + debian + "-server-20251015", architecture, canonical,
				"", date("20251015"), "/dev/sda1", 8, false},
			Image{"ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-" + debian + "-server-20251022", architecture,
				canonical, "", date("20251022"), "/dev/sda1", 8, false},
			Image{"ubuntu/images/hvm-ssd/ubuntu-focal-20.04-" + debian + "-server-20250530", architecture, canonical,
				"", date("20250530"), "/dev/sda1", 8, false},
			Image{"debian-12-" + debian + "-20251112-2294", architecture, debianOwner, "amazon", date("20251112"), "/dev/xvda", 8,
				false},
			Image{"amzn2-ami-kernel-5.10-hvm-2.0.20251110.1-" + architecture + "-gp2", architecture, amazon, "amazon",
				date("20251110"), "/dev/xvda", 8, false},
			Image{"amzn2-ami-ecs-hvm-2.0.20251112-" + architecture + "-ebs",
				architecture, ecsOwner, "amazon", date("20251112"), "/dev/xvda", 30, false},
			Image{"al2023-ami-ecs-hvm-2023.0.20251112-kernel-6.1-" + architecture, architecture, ecsOwner, "amazon",
				date("20251112"), "/dev/xvda", 30, true},
		)
		for _, version := range catalog.VersionNames() {
			for i, day := range catalog.NodeReleases() {
				out = append(out,
					Image{"amazon-eks-node-al2023-" + architecture + "-standard-" + version + "-v" + day,
						architecture, eksOwner, "amazon", date(day), "/dev/xvda", 20, true},
					Image{"bottlerocket-aws-k8s-" + version + "-" + architecture + "-v" +
						catalog.BottlerocketReleases()[i], architecture, eksOwner, "amazon", date(day), "/dev/xvda",
						2, true},
				)
			}
		}
	}
	for _, year := range []string{"2019", "2022"} {
		out = append(out, Image{"Windows_Server-" + year + "-English-Full-Base-2025.11.12", "x86_64", windowsOwner, "amazon",
			date("20251112"), "/dev/sda1", 30, false})
	}
	return out
}

func date(day string) string {
	return fmt.Sprintf("%s-%s-%sT00:00:00.000Z", day[:4], day[4:6], day[6:])
}

// ID returns the id of the image in a region.
func (i Image) ID(region string) string {
	sum := sha256.Sum256([]byte(region + " " + i.Name))
	return "ami-" + hex.EncodeToString(sum[:])[:17]
}

// ImageParameters are the public parameters with image ids, and patterns of the names of these images.
func ImageParameters() map[string]string {
	out := map[string]string{}
	for _, architecture := range []string{"x86_64", "arm64"} {
		debian := map[string]string{"x86_64": "amd64", "arm64": "arm64"}[architecture]
		const linux, ubuntu = "/aws/service/ami-amazon-linux-latest/", "/aws/service/canonical/ubuntu/server/"
		for _, kernel := range []string{"default", "6.1"} {
			out[linux+"al2023-ami-kernel-"+kernel+"-"+architecture] = "al2023-ami-2023*" + architecture
			out[linux+"al2023-ami-minimal-kernel-"+kernel+"-"+architecture] = "al2023-ami-minimal-*" + architecture
		}
		out[linux+"amzn2-ami-hvm-"+architecture+"-gp2"] = "amzn2-ami-hvm-*" + architecture + "*"
		out[linux+"amzn2-ami-kernel-5.10-hvm-"+architecture+"-gp2"] = "amzn2-ami-kernel-5.10-hvm-*" + architecture + "*"
		arm := map[string]string{"arm64": "/arm64"}[architecture]
		out["/aws/service/ecs/optimized-ami/amazon-linux-2"+arm+"/recommended/image_id"] = "amzn2-ami-ecs-hvm-*-" + architecture + "-ebs"
		out["/aws/service/ecs/optimized-ami/amazon-linux-2023"+arm+"/recommended/image_id"] = "al2023-ami-ecs-hvm-*-" + architecture
		out[ubuntu+"22.04/stable/current/"+debian+"/hvm/ebs-gp2/ami-id"] = "ubuntu*22.04-" + debian + "*"
		out[ubuntu+"24.04/stable/current/"+debian+"/hvm/ebs-gp3/ami-id"] = "ubuntu*24.04-" + debian + "*"
		for _, version := range catalog.VersionNames() {
			out["/aws/service/eks/optimized-ami/"+version+"/amazon-linux-2023/"+architecture+
				"/standard/recommended/image_id"] =
				"amazon-eks-node-al2023-" + architecture + "-standard-" + version + "-*"
			out["/aws/service/bottlerocket/aws-k8s-"+version+"/"+architecture+
				"/latest/image_id"] = "bottlerocket-aws-k8s-" + version + "-" + architecture + "-*"
		}
	}
	for _, year := range []string{"2019", "2022"} {
		out["/aws/service/ami-windows-latest/Windows_Server-"+year+"-English-Full-Base"] = "Windows_Server-" + year + "-*"
	}
	return out
}

var imageID = regexp.MustCompile(`^ami-[0-9a-f]{8,17}$`)

// FindImage returns an image of the region, or rejects its id. Tests publish newer images as public parameters in the
// store.
func FindImage(c *cloud.Call, id string) (Image, error) {
	if !imageID.MatchString(id) {
		return Image{}, kernel.Refuse("InvalidAMIID.Malformed", "Invalid id: %q (expecting \"ami-...\")", id)
	}
	for _, i := range Images() {
		if i.ID(c.Scope.Values["region"]) == id {
			return i, nil
		}
	}
	published, err := c.List(kernel.ParameterToken)
	for _, o := range published {
		if o.Place == c.Scope.Place && strings.HasPrefix(o.ID, "/aws/service/") && o.Text("value") == id {
			like := strings.NewReplacer("amd64", "x86_64").Replace(o.ID)
			architecture := "x86_64"
			if strings.Contains(like, "arm64") {
				architecture = "arm64"
			}
			return Image{o.ID, architecture, amazon, "amazon", date("20261101"), "/dev/xvda", 8, true}, err
		}
	}
	if err == nil {
		err = kernel.Refuse("InvalidAMIID.NotFound", "The image id '[%s]' does not exist", id)
	}
	return Image{}, err
}

// matchingImages returns the images of the region that match the arguments of a look-up.
func matchingImages(c *cloud.Call, args map[string]any) ([]Image, error) {
	region := c.Scope.Values["region"]
	owners := cloud.Texts(args["owners"])
	pattern, _ := args["nameRegex"].(string)
	expression, err := regexp.Compile(pattern)
	if err != nil {
		return nil, fmt.Errorf("nameRegex: %w", err)
	}
	var found []Image
	for _, i := range Images() {
		keep, err := kernel.Passes(args["filters"], map[string]string{
			"name": i.Name, "architecture": i.architecture, "owner-alias": i.alias, "owner-id": i.owner,
			"image-id": i.ID(region), "state": "available",
			"virtualization-type": "hvm", "root-device-type": "ebs", "image-type": "machine", "is-public": "true",
			"ena-support":                      "true",
			"block-device-mapping.volume-type": i.volumeType(), "platform": i.platform(), "description": i.description(),
			"creation-date": i.created, "block-device-mapping.device-name": i.device, "block-device-mapping.encrypted": "false",
			"block-device-mapping.delete-on-termination": "true", "block-device-mapping.volume-size": fmt.Sprint(i.size),
			"sriov-net-support": "simple", "boot-mode": i.bootMode(), "kernel-id": "", "ramdisk-id": "", "root-device-name": i.device, "hypervisor": "xen",
			"platform-details": i.platformDetails(),
		})
		if err != nil {
			return nil, err
		}
		owned := len(owners) == 0 || slices.Contains(owners, i.owner) || i.alias != "" &&
			slices.Contains(owners, i.alias)
		if keep && owned && expression.MatchString(i.Name) {
			found = append(found, i)
		}
	}
	return found, nil
}

func getAmi(c *cloud.Call, args map[string]any) (map[string]any, error) {
	region := c.Scope.Values["region"]
	found, err := matchingImages(c, args)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, kernel.Errorf("Your query returned no results. Please change your search criteria and try again.")
	}
	if len(found) > 1 && args["mostRecent"] != true {
		return nil, kernel.Errorf("Your query returned more than one result. Please try a more specific search criteria, or set `most_recent` attribute to true.")
	}
	i := slices.MaxFunc(found, older)
	id := i.ID(region)
	support := map[bool]string{true: "v2.0", false: ""}[i.tokens]
	out := maps.Clone(args)
	maps.Copy(out, map[string]any{
		"id": id, "imageId": id, "name": i.Name, "architecture": i.architecture, "ownerId": i.owner,
		"imageOwnerAlias": i.alias, "creationDate": i.created,
		"arn": "arn:" + c.Scope.Values["partition"] + ":ec2:" + region + "::image/" + id, "state": "available",
		"rootDeviceName": i.device,
		"rootDeviceType": "ebs", "virtualizationType": "hvm", "hypervisor": "xen", "imageType": "machine",
		"public": true, "enaSupport": true,
		"imdsSupport": support, "imageLocation": cmp.Or(i.alias, i.owner) + "/" + i.Name,
		"rootSnapshotId": i.snapshot(region), "platformDetails": i.platformDetails(), "platform": i.platform(),
		"description": i.description(), "bootMode": i.bootMode(), "kernelId": "", "ramdiskId": "", "tpmSupport": "",
		"deprecationTime": "", "lastLaunchedTime": "", "productCodes": []any{},
		"stateReason":    map[string]any{"code": "UNSET", "message": "UNSET"},
		"usageOperation": i.usage(), "sriovNetSupport": "simple", "tags": map[string]any{},
		"blockDeviceMappings": []any{i.mapping(region)},
	})
	return out, nil
}

// getAmiIDs returns the ids of all images that match, the newest first.
func getAmiIDs(c *cloud.Call, args map[string]any) (map[string]any, error) {
	found, err := matchingImages(c, args)
	slices.SortFunc(found, older)
	if args["sortAscending"] != true {
		slices.Reverse(found)
	}
	ids := []any{}
	for _, i := range found {
		ids = append(ids, i.ID(c.Scope.Values["region"]))
	}
	out := maps.Clone(args)
	out["id"], out["ids"] = c.Scope.Values["region"], ids
	return out, err
}
