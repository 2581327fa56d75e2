package catalog

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// The states of a version.
const (
	standardSupport = "STANDARD_SUPPORT"
	ExtendedSupport = "EXTENDED_SUPPORT"
	Unsupported     = "UNSUPPORTED"
)

// Version is a Kubernetes version of EKS.
type Version struct {
	// Name is the version, such as "1.35", and Status one of the states above.
	Name, Status string
	// Released, Standard and Extended are days: of the release, and of the ends of standard and extended support.
	// Default: unknown.
	Released, Standard, Extended string
	// Patch is the patch version of control planes and nodes.
	Patch string
	// Platform is the platform version of new clusters.
	Platform string
	// Proxy and DNS are the versions of kube-proxy and CoreDNS, the oldest first.
	Proxy, DNS []string
}

// Versions follow the "Amazon EKS Kubernetes release calendar" of the EKS user guide, with the states of the end of
// November 2026. The calendar ended with 1.35. Later pages of the user guide mention 1.36; its dates are unknown. The
// default version is an assumption: EKS takes the newest one a while after its release.
//
// Versions of add-ons for 1.35 and 1.36 are those that public programs pinned in 2026; those for older versions have
// the right form, but may not exist. Patch and platform versions are plausible.
func Versions() []Version {
	return []Version{
		{"1.30", Unsupported, "2024-05-23", "2025-07-23", "2026-07-23", "1.30.14", "eks.70",
			[]string{"v1.30.14-eksbuild.8", "v1.30.14-eksbuild.20"},
			[]string{"v1.11.4-eksbuild.24", "v1.11.4-eksbuild.28"}},
		{"1.31", Unsupported, "2024-09-26", "2025-11-26", "2026-11-26", "1.31.14", "eks.62",
			[]string{"v1.31.13-eksbuild.2", "v1.31.14-eksbuild.9"},
			[]string{"v1.11.4-eksbuild.24", "v1.11.4-eksbuild.28"}},
		{"1.32", ExtendedSupport, "2025-01-23", "2026-03-23", "2027-03-23", "1.32.13", "eks.50",
			[]string{"v1.32.6-eksbuild.13", "v1.32.13-eksbuild.5"},
			[]string{"v1.11.4-eksbuild.24", "v1.11.4-eksbuild.33"}},
		{"1.33", ExtendedSupport, "2025-05-29", "2026-07-29", "2027-07-29", "1.33.11", "eks.43",
			[]string{"v1.33.8-eksbuild.4", "v1.33.11-eksbuild.6"},
			[]string{"v1.12.4-eksbuild.10", "v1.13.2-eksbuild.11"}},
		{"1.34", standardSupport, "2025-10-02", "2026-12-02", "2027-12-02", "1.34.8", "eks.31",
			[]string{"v1.34.6-eksbuild.7", "v1.34.8-eksbuild.3"},
			[]string{"v1.13.2-eksbuild.11", "v1.14.2-eksbuild.4"}},
		{"1.35", standardSupport, "2026-01-27", "2027-03-27", "2028-03-27", "1.35.5", "eks.17",
			[]string{"v1.35.3-eksbuild.17", "v1.35.3-eksbuild.18"},
			[]string{"v1.13.2-eksbuild.11", "v1.14.3-eksbuild.3"}},
		{"1.36", standardSupport, "", "", "", "1.36.3", "eks.6",
			[]string{"v1.36.0-eksbuild.13", "v1.36.0-eksbuild.21"},
			[]string{"v1.14.3-eksbuild.3", "v1.14.3-eksbuild.16"}},
	}
}

// DefaultVersion is the version of clusters that request none.
const DefaultVersion = "1.35"

// VersionNames are the versions with node images.
func VersionNames() []string {
	var out []string
	for _, v := range Versions() {
		out = append(out, v.Name)
	}
	return out
}

// Minor returns the minor version of a version such as "1.34", or 0.
func Minor(version string) int {
	_, text, _ := strings.Cut(version, ".")
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

// NodeReleases are the dates of the Amazon Linux releases for nodes, the oldest first. Each is available for every
// Kubernetes version.
func NodeReleases() []string { return []string{"20260715", "20260820"} }

// BottlerocketReleases are the versions of Bottlerocket for nodes, the oldest first.
func BottlerocketReleases() []string { return []string{"1.62.0-5f3b2c1a", "1.64.0-9d1c8d9d"} }

// Image is a kind of node images.
type Image struct {
	// Family is one of the AMI types below, and Architecture x86_64 or arm64.
	Family, Architecture string
	// Accelerator is "nvidia", "neuron" or "".
	Accelerator string
}

// images are the kinds of node images. Sources: "Retrieve recommended Amazon Linux AMI IDs" and "Retrieve recommended
// Bottlerocket AMI IDs", Amazon EKS User Guide.
func images() []Image {
	out := []Image{{AmazonLinux, "x86_64", "neuron"}}
	for _, family := range []string{AmazonLinux, Bottlerocket} {
		for _, architecture := range []string{"x86_64", "arm64"} {
			out = append(out, Image{family, architecture, ""}, Image{family, architecture, "nvidia"})
		}
	}
	return out
}

// releaseParameter is the public parameter with the newest release of the images for a Kubernetes version.
func (i Image) releaseParameter(version string) string {
	variant := i.Accelerator
	if i.Family == Bottlerocket {
		if variant != "" {
			variant = "-" + variant
		}
		return "/aws/service/bottlerocket/aws-k8s-" + version + variant + "/" + i.Architecture + "/latest/image_version"
	}
	return "/aws/service/eks/optimized-ami/" + version + "/amazon-linux-2023/" + i.Architecture + "/" +
		cmp.Or(variant, "standard") + "/recommended/release_version"
}

// Releases returns the releases of node images, the oldest first. A published one is the newest.
func Releases(c *cloud.Call, version string, image Image) ([]string, error) {
	var out []string
	if image.Family == Bottlerocket {
		out = BottlerocketReleases()
	} else {
		for _, v := range Versions() {
			for _, day := range NodeReleases() {
				if v.Name == version {
					out = append(out, v.Patch+"-"+day)
				}
			}
		}
	}
	published, err := c.Get(kernel.ParameterToken, c.Scope.Place, image.releaseParameter(version))
	if published != nil && !slices.Contains(out, published.Text("value")) {
		out = append(out, published.Text("value"))
	}
	return out, err
}

// ReleaseParameters are the public parameters with the newest releases of node images, and their values.
func ReleaseParameters() map[string]string {
	out := map[string]string{}
	for _, v := range Versions() {
		days, versions := NodeReleases(), BottlerocketReleases()
		for _, i := range images() {
			out[i.releaseParameter(v.Name)] = map[string]string{
				AmazonLinux: v.Patch + "-" + days[len(days)-1], Bottlerocket: versions[len(versions)-1],
			}[i.Family]
		}
	}
	return out
}

// AMI types of nodes, as the names of their images have them.
const (
	AmazonLinux  = "AL2023"
	Bottlerocket = "BOTTLEROCKET"
	CustomImage  = "CUSTOM"
)
