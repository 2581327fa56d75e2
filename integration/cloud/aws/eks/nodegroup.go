package eks

import (
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func nodeGroup() *cloud.Type {
	return &cloud.Type{
		Token: nodeGroupToken, Args: eks.NodeGroupArgs{}, Resource: &eks.NodeGroup{},
		Name:     "nodeGroupName",
		Required: []string{"subnetIds"},
		Replaces: []string{
			"amiType", "capacityType", "clusterName", "diskSize", "instanceTypes", "launchTemplate.id",
			"launchTemplate.name", "nodeGroupName",
			"nodeGroupNamePrefix", "nodeRoleArn", "remoteAccess", "subnetIds",
		},
		Sets:       []string{"sourceSecurityGroupIds", "subnetIds", "taints"},
		Recomputes: map[string][]string{"version": {"releaseVersion"}},
		Computed:   map[string][]string{"launchTemplate": {"id", "name"}},
		Check:      checkNodeGroup,
		Create:     createNodeGroup,
		Update:     updateNodeGroup,
		Delete: func(c *cloud.Call) error {
			if err := leaveInterface(c); err != nil {
				return err
			}
			return deleteNodeEntry(c, c.Text("clusterName"), c.Text("nodeRoleArn"))
		},
	}
}

func checkNodeGroup(c *cloud.Checker) {
	checkClusterName(c, "clusterName")
	for property, longest := range map[string]int{"nodeGroupName": 63, "nodeGroupNamePrefix": 63 - 26} {
		if name, ok := c.Text(property); ok && (len(name) > longest || !clusterName.MatchString(name)) {
			c.Add(property, "expected %s to be 1 to %d letters, digits, - and _, and a letter or a digit first, got %s", property, longest, name)
		}
	}
	kernel.CheckARNs(c, "nodeRoleArn")
	c.OneOf("capacityType", "ON_DEMAND", "SPOT", "CAPACITY_BLOCK")
	c.OneOf("amiType", amiTypeNames()...)
	c.Conflict("remoteAccess", "launchTemplate")
	checkScaling(c)
	if size, ok := c.Number("diskSize"); ok && size < 1 {
		c.Add("diskSize", "expected diskSize to be at least (1), got %v", size)
	}
	for key := range c.Texts("labels") {
		if name := key[strings.LastIndex(key, "/")+1:]; len(name) > 63 {
			c.Add("labels", "expected a label's key to have at most 63 characters after its prefix, got %s", key)
		}
	}
	for _, label := range c.Texts("labels") {
		if !labelValue.MatchString(label) || len(label) > 63 {
			c.Add("labels", "expected a label's value to have at most 63 letters, digits, -, _ and ., got %s", label)
		}
	}
	taints := cloud.Objects(c.Value("taints"))
	if len(taints) > 50 {
		c.Add("taints", "Too many taint blocks: no more than 50 are allowed, got %d", len(taints))
	}
	for _, taint := range taints {
		c.OneOfValue("taints.effect", taint["effect"], "NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE")
		if key := cloud.Text(taint, "key"); len(key) > 63 {
			c.Add("taints.key", "expected length of taints.key to be in the range (1 - 63), got %s", key)
		}
		if value := cloud.Text(taint, "value"); len(value) > 63 {
			c.Add("taints.value", "expected length of taints.value to be in the range (0 - 63), got %s", value)
		}
	}
	template, _ := c.Value("launchTemplate").(map[string]any)
	if template["id"] != nil && template["name"] != nil {
		c.Add("launchTemplate.id", `"launchTemplate.id": conflicts with launchTemplate.name`)
	}
}

func checkScaling(c *cloud.Checker) {
	scaling, _ := c.Value("scalingConfig").(map[string]any)
	for name, lowest := range map[string]float64{"desiredSize": 0, "maxSize": 1, "minSize": 0} {
		if v, ok := scaling[name].(float64); ok && v < lowest {
			c.Add("scalingConfig."+name, "expected scalingConfig.%s to be at least (%v), got %v", name, lowest, v)
		}
	}
	update, given := c.Value("updateConfig").(map[string]any)
	_, count := update["maxUnavailable"]
	_, share := update["maxUnavailablePercentage"]
	if given && count && share {
		c.Add("updateConfig.maxUnavailable",
			`"updateConfig.maxUnavailable": only one of maxUnavailable, maxUnavailablePercentage can be specified`)
	}
	for name, v := range update {
		if v, ok := v.(float64); ok && (v < 1 || v > 100) {
			c.Add("updateConfig."+name, "expected updateConfig.%s to be in the range (1 - 100), got %v", name, v)
		}
	}
}

var (
	labelValue = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?)?$`)
	labelKey   = regexp.MustCompile(`^([a-z0-9]([a-z0-9.-]*[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$`)
)

func createNodeGroup(c *cloud.Call) error {
	group, err := findCluster(c, c.Text("clusterName"))
	if err != nil {
		return err
	}
	name := c.Text("nodeGroupName")
	c.Object.ID = joinID(group.ID, name)
	same, err := c.Here(nodeGroupToken, c.Object.ID)
	if err != nil {
		return err
	}
	if same != nil {
		return occupied("NodeGroup already exists with name %s and cluster name %s", name, group.ID)
	}
	err = trusts(c, "ec2.amazonaws.com", c.Text("nodeRoleArn"),
		"Following required service principals [ec2.amazonaws.com] were not found in the trust relationships of nodeRole %s")
	if err != nil {
		return err
	}
	if name := cloud.Text(c.Object.Block("remoteAccess"), "ec2SshKey"); name != "" {
		pair, err := c.Here(keyPairToken, name)
		if err != nil {
			return err
		}
		if pair == nil {
			return invalid("The key pair '%s' does not exist", name)
		}
	}
	uuid, err := kernel.NewUUID(c)
	if err != nil {
		return err
	}
	c.Set("arn", kernel.ARN(c, "eks", "nodegroup/"+group.ID+"/"+name+"/"+uuid))
	c.Set("status", "ACTIVE")
	c.Set("resources", []any{map[string]any{
		"autoscalingGroups":           []any{map[string]any{"name": "eks-" + name + "-" + uuid}},
		"remoteAccessSecurityGroupId": "",
	}})
	if err := setNodeGroup(c, group); err != nil {
		return err
	}
	if err := createNodeEntry(c, group, c.Text("nodeRoleArn")); err != nil {
		return err
	}
	return setNodes(c, group)
}

// setNodeGroup checks a new or updated node group, and sets its defaults.
func setNodeGroup(c *cloud.Call, group *cloud.Object) error {
	subnets, err := nodeSubnets(c, group, c.Texts("subnetIds"))
	if err != nil {
		return err
	}
	if len(subnets) == 0 {
		return invalid("Nodegroup must have at least one subnet.")
	}
	for _, set := range []func(*cloud.Call) error{setScaling, setLabels, setInstances} {
		if err := set(c); err != nil {
			return err
		}
	}
	return setRelease(c, group)
}

// nodeSubnets returns subnets, which must be in the VPC of the cluster.
func nodeSubnets(c *cloud.Call, group *cloud.Object, ids []string) ([]*cloud.Object, error) {
	subnets, err := findSubnets(c, ids)
	network := cloud.Text(group.Block("vpcConfig"), "vpcId")
	if err == nil && len(subnets) > 0 && subnets[0].Text("vpcId") != network {
		err = invalid("Subnets %s are not in the VPC %s of the cluster", strings.Join(ids, ", "), network)
	}
	return subnets, err
}

func setScaling(c *cloud.Call) error {
	scaling := c.Object.Block("scalingConfig")
	number := func(name string) float64 {
		v, _ := scaling[name].(float64)
		return v
	}
	switch desired, lowest, highest := number("desiredSize"), number("minSize"), number("maxSize"); {
	case lowest > highest:
		return invalid("minSize %v can't be greater than max size %v", lowest, highest)
	case desired > highest:
		return invalid("desired capacity %v can't be greater than max size %v", desired, highest)
	case lowest > desired:
		return invalid("Minimum capacity %v can't be greater than desired size %v", lowest, desired)
	case highest > 450:
		return kernel.Refuse("ResourceLimitExceededException",
			"maxSize %v exceeds the limit of 450 nodes per managed node group", highest)
	}
	update := c.Object.Block("updateConfig")
	if len(update) == 0 {
		update["maxUnavailable"] = 1.0
	}
	c.Set("updateConfig", update)
	repair := c.Object.Block("nodeRepairConfig")
	cloud.Fill(repair, map[string]any{"enabled": false})
	c.Set("nodeRepairConfig", repair)
	c.SetDefault("capacityType", "ON_DEMAND")
	return nil
}

// setLabels rejects invalid labels and taints.
func setLabels(c *cloud.Call) error {
	labels := c.Object.Block("labels")
	for key := range labels {
		if slices.ContainsFunc([]string{"kubernetes.io/", "k8s.io/", "eks.amazonaws.com/"},
			func(reserved string) bool { return strings.Contains(key, reserved) }) {
			return invalid("Label cannot contain reserved prefixes [kubernetes.io/, k8s.io/, eks.amazonaws.com/]: %s",
				key)
		}
		if !labelKey.MatchString(key) {
			return invalid("Label key %s is invalid", key)
		}
	}
	seen := map[string]bool{}
	for _, taint := range cloud.Objects(c.Object.Outputs["taints"]) {
		key, effect := cloud.Text(taint, "key"), cloud.Text(taint, "effect")
		if !labelKey.MatchString(key) || strings.Contains(key, "eks.amazonaws.com/") ||
			!labelValue.MatchString(cloud.Text(taint, "value")) {
			return invalid("The taint %s=%s is invalid: its key is like a label's, and is none of eks.amazonaws.com/",
				key, cloud.Text(taint, "value"))
		}
		if seen[key+effect] {
			return invalid("Duplicate taint key and effect: %s, %s", key, effect)
		}
		seen[key+effect] = true
	}
	c.SetDefault("labels", map[string]any{})
	c.SetDefault("taints", []any{})
	return nil
}

func updateNodeGroup(c *cloud.Call) error {
	group, err := findCluster(c, c.Text("clusterName"))
	if err != nil {
		return err
	}
	for _, property := range []string{"amiType", "capacityType", "diskSize", "instanceTypes", "version",
		"updateConfig", "nodeRepairConfig"} {
		if v, ok := c.Old.Outputs[property]; ok {
			c.SetDefault(property, v)
		}
	}
	// A release that is not among the inputs is kept until the version changes.
	if _, asked := c.Object.Inputs["releaseVersion"]; !asked && c.Changed("version") {
		delete(c.Object.Outputs, "releaseVersion")
	} else if !asked {
		c.SetDefault("releaseVersion", c.Old.Outputs["releaseVersion"])
	}
	if err := setNodeGroup(c, group); err != nil {
		return err
	}
	return setNodes(c, group)
}
