package eks

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/ec2"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/eks/catalog"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// amiTypes are the AMI types with their operating system and architecture. Those of Windows are not covered. Source: the
// enumeration AMITypes of the model of the EKS API.
func amiTypes() map[string][2]string {
	return map[string][2]string{
		"AL2_x86_64": {"AL2", "x86_64"}, "AL2_x86_64_GPU": {"AL2", "x86_64"}, "AL2_ARM_64": {"AL2", "arm64"},
		"AL2023_x86_64_STANDARD":          {catalog.AmazonLinux, "x86_64"},
		"AL2023_ARM_64_STANDARD":          {catalog.AmazonLinux, "arm64"},
		"AL2023_x86_64_NVIDIA":            {catalog.AmazonLinux, "x86_64"},
		"AL2023_ARM_64_NVIDIA":            {catalog.AmazonLinux, "arm64"},
		"AL2023_x86_64_NEURON":            {catalog.AmazonLinux, "x86_64"},
		"BOTTLEROCKET_x86_64":             {catalog.Bottlerocket, "x86_64"},
		"BOTTLEROCKET_ARM_64":             {catalog.Bottlerocket, "arm64"},
		"BOTTLEROCKET_x86_64_FIPS":        {catalog.Bottlerocket, "x86_64"},
		"BOTTLEROCKET_ARM_64_FIPS":        {catalog.Bottlerocket, "arm64"},
		"BOTTLEROCKET_x86_64_NVIDIA_FIPS": {catalog.Bottlerocket, "x86_64"},
		"BOTTLEROCKET_ARM_64_NVIDIA_FIPS": {catalog.Bottlerocket, "arm64"},
		"BOTTLEROCKET_x86_64_NVIDIA":      {catalog.Bottlerocket, "x86_64"},
		"BOTTLEROCKET_ARM_64_NVIDIA":      {catalog.Bottlerocket, "arm64"},
		catalog.CustomImage:               {catalog.CustomImage, ""},
	}
}

// acceleratorOf returns the accelerator of an AMI type.
func acceleratorOf(amiType string) string {
	for _, name := range []string{"nvidia", "neuron"} {
		if strings.Contains(amiType, strings.ToUpper(name)) {
			return name
		}
	}
	return ""
}

func amiTypeNames() []string { return slices.Sorted(maps.Keys(amiTypes())) }

// setInstances checks the instance types of nodes, and sets their defaults.
func setInstances(c *cloud.Call) error {
	template, err := nodeTemplate(c)
	if err != nil {
		return err
	}
	types := c.Texts("instanceTypes")
	if template != nil {
		if own := template.Text("instanceType"); own != "" {
			if asked := cloud.Texts(c.Object.Inputs["instanceTypes"]); len(asked) > 0 {
				return invalid("Cannot specify instance types in launch template and API request")
			}
			types = []string{own}
		}
		if _, asked := c.Object.Inputs["diskSize"]; asked {
			return invalid("Disk size must be specified within the launch template.")
		}
		if err := customImage(c, template); err != nil {
			return err
		}
	} else if c.Text("amiType") == catalog.CustomImage {
		return invalid("Launch template details can't be null for Custom ami type node group")
	}
	if len(types) == 0 {
		types = []string{"t3.medium"}
	}
	c.Set("instanceTypes", cloud.List(types...))
	c.SetDefault("diskSize", map[bool]float64{true: 20, false: 0}[template == nil])
	if c.Text("capacityType") != "SPOT" && len(types) > 20 {
		return invalid("A node group has at most 20 instance types, got %d", len(types))
	}
	return setImages(c, types)
}

// setImages sets the AMI type, and rejects instance types of another architecture.
func setImages(c *cloud.Call, types []string) error {
	first, err := instanceTypeOf(types[0])
	if err != nil {
		return err
	}
	c.SetDefault("amiType", map[string]string{"x86_64": "AL2023_x86_64_STANDARD",
		"arm64": "AL2023_ARM_64_STANDARD"}[first.Architecture])
	wanted := amiTypes()[c.Text("amiType")][1]
	for _, name := range types {
		m, err := instanceTypeOf(name)
		if err != nil {
			return err
		}
		if wanted == "" {
			wanted = m.Architecture
		}
		if m.Architecture != wanted {
			return invalid("[%s] is not a valid instance type for requested amiType %s", name, c.Text("amiType"))
		}
	}
	return nil
}

func instanceTypeOf(name string) (ec2.InstanceType, error) {
	m, ok := ec2.InstanceTypes()[name]
	if !ok {
		return m, invalid("The following supplied instance types do not exist: [%s]", name)
	}
	return m, nil
}

// nodeTemplate returns the launch template of a node group, or nil. It rejects options that EKS does not allow in it
// ("Launch template configuration basics").
func nodeTemplate(c *cloud.Call) (*cloud.Object, error) {
	from := c.Object.Block("launchTemplate")
	if len(from) == 0 {
		return nil, nil
	}
	id, name := cloud.Text(from, "id"), cloud.Text(from, "name")
	found, err := c.All(kernel.LaunchTemplateToken,
		func(o *cloud.Object) bool { return o.ID == id || name != "" && o.Text("name") == name })
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, invalid("Launch template %s%s not found.", id, name)
	}
	t := found[0]
	cloud.Fill(from, map[string]any{"id": t.ID, "name": t.Text("name")})
	c.Set("launchTemplate", from)
	latest := t.Number("latestVersion")
	if v, err := strconv.ParseFloat(cloud.Text(from, "version"), 64); err == nil && (v < 1 || v > latest) {
		return nil, invalid("Launch template version %v of %s not found: the latest one is %v", v, t.ID, latest)
	} else if err != nil && !slices.Contains([]string{"$Latest", "$Default"}, cloud.Text(from, "version")) {
		return nil, invalid("Launch template version %q is invalid", cloud.Text(from, "version"))
	}
	return t, refuseTemplate(t)
}

func refuseTemplate(t *cloud.Object) error {
	refuse := func(what, instead string) error {
		return invalid("Launch template %s should not specify %s. %s", t.ID, what, instead)
	}
	if t.Outputs["iamInstanceProfile"] != nil {
		return refuse("an instance profile",
			"The noderole in your request will be used to construct an instance profile.")
	}
	if t.Outputs["instanceMarketOptions"] != nil {
		return refuse("market options", "The capacityType in your request will be used.")
	}
	for _, i := range cloud.Objects(t.Outputs["networkInterfaces"]) {
		if cloud.Text(i, "subnetId") != "" {
			return refuse("a subnet", "The subnets in your request will be used.")
		}
	}
	if options, _ := t.Outputs["hibernationOptions"].(map[string]any); options["configured"] == true {
		return refuse("hibernation", "Nodes are not hibernated.")
	}
	if t.Outputs["disableApiStop"] == true || t.Text("instanceInitiatedShutdownBehavior") == "stop" {
		return refuse("what happens when nodes stop", "EKS stops them itself.")
	}
	return nil
}

// customImage uses the image of the launch template for all nodes. EKS does not know its version and release.
func customImage(c *cloud.Call, template *cloud.Object) error {
	image := template.Text("imageId")
	if image == "" {
		if c.Text("amiType") == catalog.CustomImage {
			return invalid("You must specify an image id within the launch template when amiType is CUSTOM")
		}
		return nil
	}
	if asked, _ := c.Object.Inputs["amiType"].(string); asked != "" && asked != catalog.CustomImage {
		return invalid("You cannot specify an image id within the launch template, since your nodegroup is configured to use an EKS optimized AMI.")
	}
	var fields []string
	for _, name := range []string{"version", "releaseVersion"} {
		if c.Object.Inputs[name] != nil {
			fields = append(fields, name)
		}
	}
	if len(fields) > 0 {
		return invalid("You cannot specify the field(s) %s when using custom AMIs.", strings.Join(fields, ", "))
	}
	c.Set("amiType", catalog.CustomImage)
	return nil
}

// setRelease checks the version of nodes against that of their cluster, and their release against the available ones.
func setRelease(c *cloud.Call, group *cloud.Object) error {
	c.SetDefault("version", group.Text("version"))
	version, cluster := c.Text("version"), group.Text("version")
	system := amiTypes()[c.Text("amiType")]
	switch {
	case catalog.Minor(version) == 0:
		return invalid("unsupported Kubernetes version %s", version)
	case catalog.Minor(version) > catalog.Minor(cluster):
		return invalid("Nodegroup Kubernetes version %s can't be ahead of the version %s of the cluster", version,
			cluster)
	case catalog.Minor(version) < catalog.Minor(cluster)-3:
		return invalid("Nodegroup Kubernetes version %s is too far behind the version %s of the cluster: at most three minor versions", version, cluster)
	case system[0] == "AL2" && catalog.Minor(version) > 32:
		return invalid("AMI Type %s is only supported for kubernetes versions 1.32 or earlier", c.Text("amiType"))
	// Before a cluster is rolled back, its nodes are.
	case c.Old != nil && catalog.Minor(version) < catalog.Minor(c.Old.Text("version")) &&
		group.Text(upgradedFrom) != version:
		return invalid("Nodegroup Kubernetes version can't go back from %s to %s", c.Old.Text("version"), version)
	case system[0] == catalog.CustomImage:
		c.SetDefault("releaseVersion", templateOf(c)["id"])
		return nil
	}
	all, err := catalog.Releases(c, version,
		catalog.Image{Family: system[0], Architecture: system[1], Accelerator: acceleratorOf(c.Text("amiType"))})
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return invalid("unsupported Kubernetes version %s", version)
	}
	c.SetDefault("releaseVersion", all[len(all)-1])
	release := slices.Index(all, c.Text("releaseVersion"))
	if release < 0 {
		return invalid("Requested release version %s is not valid for kubernetes version %s.",
			c.Text("releaseVersion"), version)
	}
	if c.Old != nil && c.Old.Text("version") == version && release < slices.Index(all, c.Old.Text("releaseVersion")) {
		return invalid("Requested release version %s is older than %s: node groups are not rolled back",
			c.Text("releaseVersion"), c.Old.Text("releaseVersion"))
	}
	return nil
}

// templateOf returns the launch template block of a node group.
func templateOf(c *cloud.Call) map[string]any { return c.Object.Block("launchTemplate") }
