package containerservice

import (
	"reflect"
	"regexp"
	"slices"
	"strings"

	v20240901 "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20240901"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/vmsize"
)

// poolName is what names of pools match: those of Windows have at most six characters.
var poolName = regexp.MustCompile(`^[a-z][a-z0-9]{0,11}$`)

// agentPool is the type of node pools. cores is the quota of virtual CPUs in a location.
func agentPool(cores int) *cloud.Type {
	names := kernel.Names{Shortest: 1, Longest: 12, Pattern: poolName}
	set := func(c *cloud.Call) error {
		of, err := c.Owner(c.Object)
		if err != nil {
			return err
		}
		if err := setPool(c, of); err != nil {
			return err
		}
		if err := checkCores(c, cores); err != nil {
			return err
		}
		return setMachines(c, of)
	}
	return kernel.Child(&cloud.Type{
		Token: kernel.PoolToken, Args: v20240901.AgentPoolArgs{}, Resource: &v20240901.AgentPool{},
		Name: "agentPoolName",
		// Source: pull request 3655 of pulumi-azure-native.
		Replaces: []string{"gpuInstanceProfile", "vmSize"},
		Same:     sameIDs(),
		Check:    func(c *cloud.Checker) { names.Check(c, "agentPoolName") },
		Create:   set,
		Update:   set,
		Delete: func(c *cloud.Call) error {
			others, err := systemPools(c)
			if err == nil && c.Text("mode") == "System" && len(others) == 0 {
				err = noSystemPool()
			}
			return err
		},
	}, kernel.ClusterToken, arm, "resourceName", "agentPools", false)
}

// sameIDs are the properties that are ids, whose case does not matter.
func sameIDs() map[string]func(before, after string) bool {
	out := map[string]func(before, after string) bool{}
	for _, property := range []string{"diskEncryptionSetID", "logAnalyticsWorkspaceResourceID", "podSubnetID",
		"privateDNSZone", "resourceId", "vnetSubnetID"} {
		out[property] = kernel.SameID
	}
	return out
}

// noSystemPool is the error when the last system pool is deleted. Source: issue 1575 of pulumi-azure-native.
func noSystemPool() error {
	return kernel.Refuse("OperationNotAllowed", "There has to be at least one system agent pool.")
}

// poolsOf returns the pools of a cluster by name.
func poolsOf(c *cloud.Call, of *cloud.Object) ([]*cloud.Object, error) {
	all, err := c.List(kernel.PoolToken)
	return slices.DeleteFunc(all, func(o *cloud.Object) bool { return o.Managed != of.Key() }), err
}

// systemPools returns the other system pools of the cluster of a pool.
func systemPools(c *cloud.Call) ([]*cloud.Object, error) {
	return c.All(kernel.PoolToken, func(o *cloud.Object) bool {
		return o.Managed == c.Object.Managed && o.Text("mode") == "System"
	})
}

// fixed are the properties of a pool that cannot be changed. Sources: "Manage node pools", limitations, and issues 10951,
// 22268 and 26730 of terraform-provider-azurerm.
func fixed() []string {
	return []string{"availabilityZones", "capacityReservationGroupID", "enableEncryptionAtHost", "enableFIPS",
		"enableNodePublicIP", "enableUltraSSD", "gpuInstanceProfile", "hostGroupID", "kubeletConfig", "kubeletDiskType",
		"linuxOSConfig", "maxPods", "nodePublicIPPrefixID", "osDiskSizeGB", "osDiskType", "osSKU", "osType", "podSubnetID",
		"proximityPlacementGroupID", "scaleSetPriority", "vmSize", "vnetSubnetID", "workloadRuntime"}
}

// cleared are the properties of a pool that are empty without a value. Others keep theirs.
func cleared() []string { return []string{"nodeLabels", "nodeTaints", "tags"} }

// setPool checks a pool, and sets what AKS completes.
func setPool(c *cloud.Call, of *cloud.Object) error {
	if c.Old != nil {
		for property, v := range c.Old.Outputs {
			if !slices.Contains(cleared(), property) && !slices.Contains([]string{"maxCount", "minCount"}, property) {
				c.SetDefault(property, v)
			}
		}
		for _, property := range fixed() {
			if !same(c.Old.Outputs[property], c.Object.Outputs[property]) {
				return kernel.Immutable("properties." + property)
			}
		}
	}
	size, err := setSize(c)
	if err != nil {
		return err
	}
	for _, check := range []func(*cloud.Call, *cloud.Object) error{setSystem, setCount, setPoolVersion, setPoolSubnet} {
		if err := check(c, of); err != nil {
			return err
		}
	}
	if err := checkMode(c, size); err != nil {
		return err
	}
	if err := checkLabels(c); err != nil {
		return err
	}
	setPoolDefaults(c, size)
	return nil
}

// same reports whether two values of a property are the same. The case of ids does not matter.
func same(a, b any) bool {
	textA, okA := a.(string)
	textB, okB := b.(string)
	if okA && okB {
		return kernel.SameID(textA, textB)
	}
	return reflect.DeepEqual(a, b)
}

// setSize checks the size of the machines of a pool, and their disks.
func setSize(c *cloud.Call) (vmsize.Size, error) {
	size, ok := vmsize.Find(c.Text("vmSize"))
	if !ok {
		// Source: issue 15 of learn-terraform-provision-aks-cluster.
		return size, badRequest("The VM size of %s is not allowed in your subscription in location '%s'. The available VM "+
			"sizes are '%s'. For more details, please visit https://aka.ms/aks/quotas-skus-regions", c.Text("vmSize"),
			location(c), strings.ToLower(strings.Join(vmsize.Names(), ",")))
	}
	zones := c.Texts("availabilityZones")
	if len(zones) > 0 && (!kernel.Locations()[location(c)].Zones ||
		slices.ContainsFunc(zones, func(z string) bool { return z != "1" && z != "2" && z != "3" })) {
		return size, kernel.Refuse("AvailabilityZoneNotSupported", "Preflight validation check for resource(s) failed. Message: "+
			"The zone(s) '%s' for resource '%s' is not supported. The supported zones for location '%s' are '%s'.",
			strings.Join(zones, ","), c.Text("name"), location(c), supported(location(c)))
	}
	if c.Object.Bool("enableEncryptionAtHost") && !size.EncryptionAtHost {
		return size, invalid("agentPoolProfile.enableEncryptionAtHost", "The VM size %s does not support encryption at host.",
			size.Name)
	}
	security := c.Object.Block("securityProfile")
	if (security["enableSecureBoot"] == true || security["enableVTPM"] == true) && !size.TrustedLaunch {
		return size, invalid("agentPoolProfile.securityProfile", "The VM size %s does not support Trusted Launch.", size.Name)
	}
	return size, setDisk(c, size)
}

// supported returns the zones of a location.
func supported(location string) string {
	if kernel.Locations()[location].Zones {
		return "1,2,3"
	}
	return ""
}

// location returns the location of the cluster of a pool.
func location(c *cloud.Call) string {
	of, err := c.Owner(c.Object)
	if err != nil || of == nil {
		return ""
	}
	return of.Text("location")
}

// setDisk checks the OS disk, and sets its default size and type. Source: "Storage concepts in AKS", OS disk.
func setDisk(c *cloud.Call, size vmsize.Size) error {
	if err := oneOf("agentPoolProfile.osDiskType", c.Text("osDiskType"), "Ephemeral", "Managed"); err != nil {
		return err
	}
	gib := c.Object.Number("osDiskSizeGB")
	if gib == 0 {
		gib = defaultDisk(size.VCPUs)
		if c.Text("osDiskType") == "Ephemeral" && size.Ephemeral() > 0 {
			gib = min(gib, float64(size.Ephemeral()))
		}
	}
	if gib < 30 || gib > 2048 {
		return invalid("agentPoolProfile.osDiskSizeGB", "%v is not between 30 and 2048.", gib)
	}
	fits := float64(size.Ephemeral()) >= gib
	if c.Text("osDiskType") == "Ephemeral" && !fits {
		return invalid("agentPoolProfile.osDiskSizeGB", "The virtual machine size %s has a cache size of %d GB and temp disk size "+
			"of %d GB, but the OS disk requires %v GB. Use a VM size with larger cache or temp disk or disable ephemeral OS.",
			size.Name, size.Cache, size.TempDisk, gib)
	}
	c.Set("osDiskSizeGB", gib)
	c.SetDefault("osDiskType", map[bool]string{true: "Ephemeral", false: "Managed"}[fits])
	return nil
}

// defaultDisk returns the default size of an OS disk in GiB.
func defaultDisk(vcpus int) float64 {
	switch {
	case vcpus < 8:
		return 128
	case vcpus < 16:
		return 256
	case vcpus < 64:
		return 512
	}
	return 1024
}

// setSystem sets the operating system. Windows is for user pools of clusters with Azure CNI and a Windows profile.
func setSystem(c *cloud.Call, of *cloud.Object) error {
	c.SetDefault("osType", "Linux")
	windows := c.Text("osType") == "Windows"
	skus := map[bool][]string{false: {"Ubuntu", "AzureLinux", "CBLMariner"}, true: {"Windows2019", "Windows2022"}}[windows]
	if err := oneOf("agentPoolProfile.osType", c.Text("osType"), "Linux", "Windows"); err != nil {
		return err
	}
	if err := oneOf("agentPoolProfile.osSKU", c.Text("osSKU"), skus...); err != nil {
		return err
	}
	longest := 12
	if windows {
		longest = 6
		network := of.Block("networkProfile")
		switch {
		case network["networkPlugin"] != "azure" || network["networkDataplane"] == "cilium":
			return badRequest("Windows agent pools can only be added to AKS clusters using Azure CNI without the Cilium data plane.")
		case c.Text("mode") == "System":
			return badRequest("The OS type of system agent pool %s must be Linux.", c.Text("name"))
		}
	}
	if name := c.Text("name"); !poolName.MatchString(name) || len(name) > longest {
		// Source: issue 3300 of AKS.
		return kernel.Refuse("InvalidParameter", "The value of parameter agentPoolProfile.name is invalid. Please see "+
			"https://aka.ms/aks-naming-rules for more details.")
	}
	c.SetDefault("osSKU", map[bool]string{false: "Ubuntu", true: "Windows2022"}[windows])
	return nil
}

// setCount checks the number of nodes, and the limits of the autoscaler.
func setCount(c *cloud.Call, _ *cloud.Object) error {
	least, most := 0.0, 1000.0
	if c.Text("mode") == "System" {
		least = 1
	}
	lowest, hasLowest := c.Object.Inputs["minCount"].(float64)
	highest, hasHighest := c.Object.Inputs["maxCount"].(float64)
	auto := c.Object.Bool("enableAutoScaling")
	count, given := c.Object.Outputs["count"].(float64)
	switch {
	case auto != hasLowest || auto != hasHighest:
		return invalid("agentPoolProfile.minCount", "minCount and maxCount are required with enableAutoScaling, and are not "+
			"allowed without it.")
	case auto && (lowest < least || highest < lowest || highest > most):
		return invalid("agentPoolProfile.minCount", "minCount %v and maxCount %v are not between %v and %v, in order.", lowest,
			highest, least, most)
	case auto && !given:
		count = lowest
	case !given:
		count = 1
	}
	if auto {
		if _, requested := c.Object.Inputs["count"]; !requested {
			count = min(max(count, lowest), highest)
		}
		least, most = lowest, highest
	}
	if count < least || count > most {
		return invalid("agentPoolProfile.count", "The count %v of agent pool %s is not between %v and %v.", count,
			c.Text("name"), least, most)
	}
	c.Set("count", count)
	return nil
}

// checkMode checks what a system pool requires. Source: "Use system node pools", and issue 10 of jamesbannan/pluralsight
// for the message.
func checkMode(c *cloud.Call, size vmsize.Size) error {
	c.SetDefault("mode", "User")
	if err := oneOf("agentPoolProfile.mode", c.Text("mode"), "System", "User"); err != nil {
		return err
	}
	if c.Text("mode") != "System" {
		if c.Old == nil || c.Old.Text("mode") != "System" {
			return nil
		}
		others, err := systemPools(c)
		if err == nil && len(others) == 0 {
			err = noSystemPool()
		}
		return err
	}
	switch {
	case size.VCPUs < 2 || size.Memory < 4096:
		return badRequest("System node pool must use VM sku with more than 2 cores and 4GB memory. Nodepool name: %s.",
			c.Text("name"))
	case c.Text("scaleSetPriority") == "Spot":
		return invalid("agentPoolProfile.scaleSetPriority", "The system agent pool %s cannot have the priority Spot.",
			c.Text("name"))
	}
	if pods, given := c.Object.Outputs["maxPods"].(float64); given && pods < 30 {
		return invalid("agentPoolProfile.maxPods", "The system agent pool %s has a maximum of %v pods. The minimum is 30.",
			c.Text("name"), pods)
	}
	return nil
}

var (
	taint = regexp.MustCompile(`^([a-z0-9A-Z][a-z0-9A-Z./_-]*)(=[a-z0-9A-Z._-]*)?:(NoSchedule|PreferNoSchedule|NoExecute)$`)
	label = regexp.MustCompile(`^[a-z0-9A-Z]([a-z0-9A-Z._-]*[a-z0-9A-Z])?(/[a-z0-9A-Z]([a-z0-9A-Z._-]*[a-z0-9A-Z])?)?$`)
)

// checkLabels checks labels and taints. Source: "Use labels in an AKS cluster", reserved prefixes.
func checkLabels(c *cloud.Call) error {
	for key := range c.Object.Block("nodeLabels") {
		if !label.MatchString(key) || strings.HasPrefix(key, "kubernetes.azure.com/") {
			return invalid("agentPoolProfile.nodeLabels", "The label %s is invalid, or has the reserved prefix "+
				"kubernetes.azure.com/.", key)
		}
	}
	for _, text := range c.Texts("nodeTaints") {
		if !taint.MatchString(text) {
			return invalid("agentPoolProfile.nodeTaints", "The taint '%s' is not of the form key=value:effect.", text)
		}
	}
	for property, v := range c.Object.Block("upgradeSettings") {
		surge, _ := v.(string)
		if property == "maxSurge" && !regexp.MustCompile(`^([1-9][0-9]?%|100%|[1-9][0-9]*)$`).MatchString(surge) {
			return invalid("agentPoolProfile.upgradeSettings.maxSurge", "'%s' is neither a positive number nor a percentage.", surge)
		}
	}
	return nil
}

// setPoolDefaults sets the defaults of a pool.
func setPoolDefaults(c *cloud.Call, size vmsize.Size) {
	cloud.Fill(c.Object.Outputs, map[string]any{"enableAutoScaling": false, "enableEncryptionAtHost": false,
		"enableFIPS": false, "enableNodePublicIP": false, "enableUltraSSD": false, "kubeletDiskType": "OS",
		"powerState": map[string]any{"code": "Running"}, "scaleDownMode": "Delete", "workloadRuntime": "OCIContainer",
		"nodeImageVersion": image(c.Text("osSKU"), size)})
	for name, defaults := range map[string]map[string]any{
		"securityProfile": {"enableSecureBoot": false, "enableVTPM": false},
		"upgradeSettings": {"maxSurge": "10%"},
	} {
		values := c.Object.Block(name)
		cloud.Fill(values, defaults)
		c.Set(name, values)
	}
}

// image returns the version of the node image of an operating system, as of November 2026.
func image(sku string, size vmsize.Size) string {
	const release = "-202611.09.0"
	architecture := "gen2"
	if size.ARM64 {
		architecture = "gen2arm64"
	} else if !size.Generation2 {
		architecture = ""
	}
	switch sku {
	case "AzureLinux", "CBLMariner":
		return "AKSAzureLinux-V3" + architecture + release
	case "Windows2019", "Windows2022":
		return "AKSWindows-" + strings.TrimPrefix(sku, "Windows") + "-containerd-17763.5206" + release
	}
	return "AKSUbuntu-2204" + architecture + "containerd" + release
}
