package ec2

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/iam"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func instance() *cloud.Type {
	return &cloud.Type{
		Token: kernel.InstanceToken, Args: ec2.InstanceArgs{}, Resource: &ec2.Instance{},
		Replaces: []string{
			"ami", "associatePublicIpAddress", "availabilityZone", "cpuCoreCount", "cpuOptions", "cpuThreadsPerCore",
			"ebsBlockDevices", "enclaveOptions",
			"ephemeralBlockDevices", "hibernation", "hostResourceGroupArn", "instanceMarketOptions",
			"ipv6AddressCount", "ipv6Addresses", "keyName",
			"networkInterfaces", "placementGroup", "placementPartitionNumber", "privateIp",
			"rootBlockDevice.deviceName", "rootBlockDevice.encrypted",
			"rootBlockDevice.kmsKeyId", "securityGroups", "subnetId", "tenancy",
		},
		Sets: []string{"ebsBlockDevices", "networkInterfaces", "secondaryPrivateIps", "securityGroups",
			"vpcSecurityGroupIds"},
		Defaults: map[string]any{"getPasswordData": false, "sourceDestCheck": true, "userDataReplaceOnChange": false},
		Replacing: func(inputs map[string]any) []string {
			if inputs["userDataReplaceOnChange"] == true {
				return []string{"userData", "userDataBase64"}
			}
			return nil
		},
		Check:  checkInstance,
		Create: createInstance,
		// Version 6 of the provider disables termination protection itself before it terminates an instance.
		Update: updateInstance,
	}
}

func checkInstance(c *cloud.Checker) {
	for _, property := range []string{"ami", "instanceType"} {
		if !c.Has(property) && !c.Has("launchTemplate") {
			c.Add(property, "one of `%s,launchTemplate` must be specified", property)
		}
	}
	c.Conflict("userData", "userDataBase64")
	c.Conflict("ipv6AddressCount", "ipv6Addresses")
	for _, property := range []string{"associatePublicIpAddress", "privateIp", "subnetId", "vpcSecurityGroupIds",
		"secondaryPrivateIps"} {
		c.Conflict(property, "networkInterfaces")
	}
	c.Conflict("securityGroups", "networkInterfaces")
	c.OneOf("tenancy", "default", "dedicated", "host")
	c.OneOf("instanceInitiatedShutdownBehavior", "stop", "terminate")
	credits, _ := c.Value("creditSpecification").(map[string]any)
	c.OneOfValue("creditSpecification.cpuCredits", credits["cpuCredits"], "standard", "unlimited")
	checkMetadata(c)
	if root, ok := c.Value("rootBlockDevice").(map[string]any); ok {
		c.OneOfValue("rootBlockDevice.volumeType", root["volumeType"], volumeTypes()...)
	}
	for _, device := range cloud.Objects(c.Value("ebsBlockDevices")) {
		c.OneOfValue("ebsBlockDevices.volumeType", device["volumeType"], volumeTypes()...)
	}
}

// checkMetadata checks the options of the instance metadata service.
func checkMetadata(c *cloud.Checker) {
	options, _ := c.Value("metadataOptions").(map[string]any)
	for _, name := range []string{"httpEndpoint", "httpProtocolIpv6", "instanceMetadataTags"} {
		c.OneOfValue("metadataOptions."+name, options[name], "enabled", "disabled")
	}
	c.OneOfValue("metadataOptions.httpTokens", options["httpTokens"], "optional", "required")
	if hops, ok := options["httpPutResponseHopLimit"].(float64); ok && (hops < 1 || hops > 64) {
		c.Add("metadataOptions.httpPutResponseHopLimit",
			"expected metadataOptions.httpPutResponseHopLimit to be in the range (1 - 64), got %v", hops)
	}
}

func createInstance(c *cloud.Call) error {
	if err := applyTemplate(c); err != nil {
		return err
	}
	i, err := FindImage(c, c.Text("ami"))
	if err != nil {
		return err
	}
	if err := checkRunnable(c, i); err != nil {
		return err
	}
	if name := c.Text("keyName"); name != "" {
		if _, err := c.Find(keyPairToken, name, "InvalidKeyPair.NotFound",
			"The key pair '%s' does not exist"); err != nil {
			return err
		}
	}
	if err := kernel.SetID(c, "i-"); err != nil {
		return err
	}
	if err := attachInterface(c); err != nil {
		return err
	}
	if err := fillVolumes(c, i); err != nil {
		return err
	}
	if err := checkOffered(c); err != nil {
		return err
	}
	c.Set("arn", kernel.EC2ARN(c, "instance"))
	c.Set("instanceState", "running")
	return instanceDefaults(c, i)
}

// checkOffered rejects an instance type that the zone of the subnet does not offer.
func checkOffered(c *cloud.Call) error {
	zone, name := c.Text("availabilityZone"), c.Text("instanceType")
	if !slices.Contains(kernel.Zones(c.Scope.Values["region"]), zone) || // Local Zones are not covered.
		Offered(kernel.ZoneID(c.Scope.Values["region"], zone), name) {
		return nil
	}
	return NotOffered(c, zone, name)
}

// checkRunnable rejects an instance type that does not fit the image, and other options that EC2 rejects.
func checkRunnable(c *cloud.Call, i Image) error {
	m, err := findInstanceType(c.Text("instanceType"))
	if err != nil {
		return err
	}
	if m.Architecture != i.architecture {
		return kernel.Refuse("InvalidParameterValue",
			"The architecture '%s' of the specified instance type does not match the architecture '%s' of the "+
				"specified AMI. Specify an instance type and an AMI that have matching architectures, and try again.",
			m.Architecture, i.architecture)
	}
	if profile := c.Text("iamInstanceProfile"); profile != "" {
		if _, err := iam.FindInstanceProfile(c, profile); err != nil {
			return err
		}
	}
	if len(c.Text("userData")) > 16384 || len(c.Text("userDataBase64")) > 16384*4/3+4 {
		return kernel.Refuse("InvalidParameterValue", "User data is limited to 16384 bytes")
	}
	return nil
}

func instanceDefaults(c *cloud.Call, i Image) error {
	m, err := findInstanceType(c.Text("instanceType"))
	if err != nil {
		return err
	}
	for property, v := range map[string]any{
		"disableApiStop": false, "disableApiTermination": false, "ebsOptimized": false, "hibernation": false,
		"monitoring":                        false,
		"instanceInitiatedShutdownBehavior": "stop", "tenancy": "default", "iamInstanceProfile": "", "keyName": "",
		"placementGroup":           "",
		"placementPartitionNumber": 0.0, "instanceLifecycle": "", "spotInstanceRequestId": "", "outpostArn": "",
		"passwordData":  "",
		"ipv6Addresses": []any{}, "ipv6AddressCount": 0.0, "secondaryPrivateIps": []any{}, "securityGroups": []any{},
		"ebsBlockDevices": []any{},
		"cpuCoreCount":    float64(max(1, m.VCPUs/2)), "cpuThreadsPerCore": float64(min(2, m.VCPUs)),
	} {
		c.SetDefault(property, v)
	}
	options := map[string]any{
		"httpEndpoint": "enabled", "httpProtocolIpv6": "disabled", "httpTokens": "optional",
		"httpPutResponseHopLimit": 1.0, "instanceMetadataTags": "disabled",
	}
	if i.tokens {
		options["httpTokens"], options["httpPutResponseHopLimit"] = "required", 2.0
	}
	own, _ := c.Object.Outputs["metadataOptions"].(map[string]any)
	maps.Copy(options, own)
	c.Set("metadataOptions", options)
	return nil
}

func updateInstance(c *cloud.Call) error {
	if err := applyTemplate(c); err != nil {
		return err
	}
	i, err := FindImage(c, c.Text("ami"))
	if err != nil {
		// Instances run on when their image is deregistered.
		i = Image{architecture: allTypes()[c.Old.Text("instanceType")].Architecture, device: "/dev/xvda"}
	}
	if err := checkRunnable(c, i); err != nil {
		return err
	}
	if c.Changed("instanceType") {
		if err := checkOffered(c); err != nil {
			return err
		}
	}
	stops := c.Changed("instanceType") || c.Changed("userData") || c.Changed("userDataBase64") ||
		c.Changed("ebsOptimized")
	if stops && c.Object.Outputs["disableApiStop"] == true {
		return kernel.Refuse("OperationNotPermitted",
			"The instance '%s' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.",
			c.Object.ID)
	}
	if err := updateSecurityGroups(c); err != nil {
		return err
	}
	if err := fillVolumes(c, i); err != nil {
		return err
	}
	return instanceDefaults(c, i)
}

// securityGroupsOf returns the security groups of an instance: the requested ones, or the default one of the VPC.
func securityGroupsOf(c *cloud.Call, subnet *cloud.Object, requested []string) ([]any, error) {
	var out []any
	for _, id := range requested {
		group, err := c.Find(kernel.SecurityGroupToken, id, "InvalidGroup.NotFound",
			"The security group '%s' does not exist")
		if err != nil {
			return nil, err
		}
		if group.Text("vpcId") != subnet.Text("vpcId") {
			return nil, kernel.Refuse("InvalidParameter",
				"Security group %s and subnet %s belong to different networks.", id, subnet.ID)
		}
		out = append(out, id)
	}
	if len(out) > 5 {
		return nil, kernel.Refuse("SecurityGroupsPerInterfaceLimitExceeded",
			"The maximum number of security groups per interface has been reached.")
	}
	if len(out) > 0 {
		return out, nil
	}
	network, err := c.Here(kernel.VPCToken, subnet.Text("vpcId"))
	if err != nil || network == nil {
		return nil, err
	}
	return []any{network.Text("defaultSecurityGroupId")}, nil
}

// requested returns the strings of an input that is a list.
func requested(c *cloud.Call, input string) []string {
	out := cloud.Texts(c.Object.Inputs[input])
	return slices.Clone(out)
}
