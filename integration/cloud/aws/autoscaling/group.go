package autoscaling

import (
	"regexp"
	"slices"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/autoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
)

// invalid is the error of the API for most of what it rejects.
func invalid(format string, args ...any) error {
	return kernel.Refuse("ValidationError", format, args...)
}

func group() *cloud.Type {
	// Source: API reference of CreateAutoScalingGroup, AutoScalingGroupName.
	names := kernel.Names{Pattern: regexp.MustCompile(`^[\x20-\x39\x3b-\x7e]+$`), Longest: 255, Says: "printable ASCII without :"}
	return &cloud.Type{
		Token: kernel.AutoScalingGroupToken, Args: autoscaling.GroupArgs{}, Resource: &autoscaling.Group{},
		Name:     "name",
		Replaces: []string{"initialLifecycleHooks", "name", "namePrefix"},
		Sets: []string{"availabilityZones", "enabledMetrics", "initialLifecycleHooks", "loadBalancers",
			"suspendedProcesses", "tags", "targetGroupArns", "trafficSources", "triggers", "vpcZoneIdentifiers"},
		Defaults: map[string]any{
			"forceDelete": false, "forceDeleteWarmPool": false, "healthCheckGracePeriod": 300.0,
			"ignoreFailedScalingActivities": false, "metricsGranularity": "1Minute", "protectFromScaleIn": false,
			"waitForCapacityTimeout": "10m",
		},
		Computed: map[string][]string{"launchTemplate": {"id", "name", "version"}},
		Check: func(c *cloud.Checker) {
			names.Check(c, "name")
			c.ExactlyOne("launchConfiguration", "launchTemplate", "mixedInstancesPolicy")
			c.Conflict("availabilityZones", "vpcZoneIdentifiers")
			c.Conflict("loadBalancers", "trafficSources")
			c.Conflict("targetGroupArns", "trafficSources")
			c.OneOf("desiredCapacityType", "units", "vcpu", "memory-mib")
			kernel.CheckARNs(c, "serviceLinkedRoleArn", "targetGroupArns")
			if text, ok := c.Text("waitForCapacityTimeout"); ok {
				if _, err := time.ParseDuration(text); err != nil {
					c.Add("waitForCapacityTimeout", "%q cannot be parsed as a duration: %v", "waitForCapacityTimeout", err)
				}
			}
			checkTemplates(c)
		},
		Create: func(c *cloud.Call) error {
			err := kernel.Unique(c, "name", "AlreadyExists",
				"AutoScalingGroup by this name already exists - A group with the name %s already exists")
			if err != nil {
				return err
			}
			id, err := kernel.NewUUID(c)
			c.Object.ID = c.Text("name")
			c.Set("arn", kernel.ARN(c, "autoscaling", "autoScalingGroup:"+id+":autoScalingGroupName/"+c.Object.ID))
			cloud.Fill(c.Object.Outputs, map[string]any{
				"predictedCapacity": 0.0, "warmPoolSize": 0.0,
				"serviceLinkedRoleArn": kernel.GlobalARN(c, "iam",
					"role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"),
			})
			if err != nil {
				return err
			}
			return setGroup(c)
		},
		Update: setGroup,
	}
}

func checkTemplates(c *cloud.Checker) {
	template, _ := c.Value("launchTemplate").(map[string]any)
	if template["id"] != nil && template["name"] != nil {
		c.Add("launchTemplate.id", `"launchTemplate.id": conflicts with launchTemplate.name`)
	}
	mixed, _ := c.Value("mixedInstancesPolicy").(map[string]any)
	of, _ := mixed["launchTemplate"].(map[string]any)
	for _, o := range cloud.Objects(of["overrides"]) {
		if o["instanceRequirements"] != nil {
			c.Add("mixedInstancesPolicy.launchTemplate.overrides",
				"the simulated AWS does not cover instanceRequirements: use instanceType")
		}
	}
	if maintenance, ok := c.Value("instanceMaintenancePolicy").(map[string]any); ok {
		lowest, _ := maintenance["minHealthyPercentage"].(float64)
		highest, _ := maintenance["maxHealthyPercentage"].(float64)
		if lowest < -1 || lowest > 100 || highest != -1 && (highest < 100 || highest > 200) {
			c.Add("instanceMaintenancePolicy",
				"expected minHealthyPercentage in the range (0 - 100) and maxHealthyPercentage in the range (100 - 200)")
		}
	}
	refresh, _ := c.Value("instanceRefresh").(map[string]any)
	c.OneOfValue("instanceRefresh.strategy", refresh["strategy"], "Rolling")
}

// setGroup applies the inputs of a group, and starts or terminates instances.
func setGroup(c *cloud.Call) error {
	cloud.Fill(c.Object.Outputs, map[string]any{"defaultCooldown": 300.0, "healthCheckType": "EC2",
		"capacityRebalance": false, "loadBalancers": []any{}, "suspendedProcesses": []any{}, "tags": []any{},
		"terminationPolicies": []any{}, "trafficSources": []any{}})
	if err := setCapacity(c); err != nil {
		return err
	}
	subnets, err := subnetsOf(c)
	if err != nil {
		return err
	}
	for _, arn := range cloud.Texts(c.Object.Inputs["targetGroupArns"]) {
		if _, err := c.Find(kernel.TargetGroupToken, arn, "ValidationError",
			"Provided Target Groups may not be valid. Please ensure they exist and try again. (%s)"); err != nil {
			return err
		}
	}
	if _, own := c.Object.Inputs["targetGroupArns"]; !own && c.Old != nil {
		c.SetDefault("targetGroupArns", c.Old.Outputs["targetGroupArns"])
	}
	c.SetDefault("targetGroupArns", []any{})
	if err := c.Put(c.Object); err != nil {
		return err
	}
	return setInstances(c, subnets)
}

// setCapacity rejects a desired capacity outside of the limits, and sets the omitted one: the lower limit at first, and
// later the current one within the limits.
func setCapacity(c *cloud.Call) error {
	lowest, highest := c.Object.Number("minSize"), c.Object.Number("maxSize")
	if lowest < 0 || highest < 0 {
		return invalid("The min size and the max size of a group must not be negative.")
	}
	if lowest > highest {
		return invalid("Max bound, %v, must be greater than or equal to min bound, %v", highest, lowest)
	}
	if _, asked := c.Object.Inputs["desiredCapacity"]; !asked {
		was := lowest
		if c.Old != nil {
			was = c.Old.Number("desiredCapacity")
		}
		c.Set("desiredCapacity", min(max(was, lowest), highest))
	}
	if desired := c.Object.Number("desiredCapacity"); desired < lowest || desired > highest {
		return invalid("Desired capacity:%v must be between the specified min size:%v and max size:%v", desired, lowest,
			highest)
	}
	return nil
}

// subnetsOf returns the subnets of a group, and sets its zones.
func subnetsOf(c *cloud.Call) ([]*cloud.Object, error) {
	ids, zones := c.Texts("vpcZoneIdentifiers"), cloud.Texts(c.Object.Inputs["availabilityZones"])
	var out []*cloud.Object
	for _, id := range ids {
		subnet, err := c.Find(kernel.SubnetToken, id, "ValidationError", "The subnet ID '%s' does not exist")
		if err != nil {
			return nil, err
		}
		out = append(out, subnet)
	}
	for _, zone := range zones {
		if !slices.Contains(kernel.Zones(c.Scope.Values["region"]), zone) {
			return nil, invalid("Invalid availability zones [%s]", zone)
		}
		subnet, err := vpc.DefaultSubnet(c, zone)
		if err != nil {
			return nil, err
		}
		out = append(out, subnet)
	}
	if len(out) == 0 {
		return nil, invalid("At least one Availability Zone or VPC Subnet is required.")
	}
	var in []string
	for _, subnet := range out {
		if zone := subnet.Text("availabilityZone"); !slices.Contains(in, zone) {
			in = append(in, zone)
		}
	}
	c.Set("availabilityZones", cloud.List(in...))
	if len(ids) == 0 {
		c.Set("vpcZoneIdentifiers", []any{})
	}
	return out, nil
}

// launchConfiguration cannot be created: the account is newer than 2024-10-01.
//
// Source: "Auto Scaling launch configurations", which says since when accounts cannot create one, and the error in
// issue 71 of ine-labs/AWSGoat.
func launchConfiguration() *cloud.Type {
	return &cloud.Type{
		Token: launchConfigToken, Args: ec2.LaunchConfigurationArgs{}, Resource: &ec2.LaunchConfiguration{},
		Name: "name",
		Create: func(*cloud.Call) error {
			return kernel.Refuse("UnsupportedOperation",
				"The Launch Configuration creation operation is not available in your account. "+
					"Use launch templates to create configuration templates for your Auto Scaling groups.")
		},
	}
}
