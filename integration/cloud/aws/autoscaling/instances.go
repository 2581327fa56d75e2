package autoscaling

import (
	"cmp"
	"strconv"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/ec2"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// setInstances gives a group its desired number of instances, spread over its subnets.
func setInstances(c *cloud.Call, subnets []*cloud.Object) error {
	inputs, err := instanceInputs(c)
	if err != nil {
		return err
	}
	has, err := c.All(kernel.InstanceToken, func(o *cloud.Object) bool { return o.Managed == c.Object.Key() })
	if err != nil {
		return err
	}
	wanted := int(c.Object.Number("desiredCapacity"))
	for len(has) > wanted {
		last := len(has) - 1
		if err := c.Delete(has[last]); err != nil {
			return err
		}
		has = has[:last]
	}
	for i := len(has); i < wanted; i++ {
		inputs["subnetId"] = subnets[i%len(subnets)].ID
		if err := c.Create(kernel.InstanceToken, c.Object, inputs); err != nil {
			// The provider waits for the capacity, and reports the last activity.
			return kernel.Errorf("waiting for Auto Scaling Group (%s) capacity satisfied: scaling activity: Failed: %w",
				c.Object.ID, err)
		}
	}
	return nil
}

// instanceInputs returns the inputs of the instances of a group, from its launch template.
func instanceInputs(c *cloud.Call) (map[string]any, error) {
	if name := c.Text("launchConfiguration"); name != "" {
		return nil, invalid("Launch configuration name not found - Launch configuration %s not found", name)
	}
	from := c.Object.Block("launchTemplate")
	out := map[string]any{"tags": propagated(c)}
	if mixed := c.Object.Block("mixedInstancesPolicy"); len(mixed) > 0 {
		of, _ := mixed["launchTemplate"].(map[string]any)
		spec, _ := of["launchTemplateSpecification"].(map[string]any)
		from = map[string]any{"id": spec["launchTemplateId"], "name": spec["launchTemplateName"],
			"version": spec["version"]}
		if overrides := cloud.Objects(of["overrides"]); len(overrides) > 0 {
			if typ := cloud.Text(overrides[0], "instanceType"); typ != "" {
				out["instanceType"] = typ
			}
		}
	}
	t, err := ec2.FindLaunchTemplate(c, cloud.Text(from, "id"), cloud.Text(from, "name"))
	if err != nil {
		return nil, invalid("You must use a valid fully-formed launch template. %v", err)
	}
	if err := checkVersion(t, cmp.Or(cloud.Text(from, "version"), "$Default")); err != nil {
		return nil, err
	}
	own := map[string]any{"id": t.ID, "name": t.Text("name"), "version": cmp.Or(cloud.Text(from, "version"), "$Default")}
	if c.Object.Inputs["launchTemplate"] != nil {
		c.Set("launchTemplate", own)
	}
	if cmp.Or(t.Text("instanceType"), cloud.Text(out, "instanceType")) == "" {
		return nil, invalid("You must use a valid fully-formed launch template. The instance type is missing.")
	}
	if t.Text("imageId") == "" {
		return nil, invalid("You must use a valid fully-formed launch template. " +
			"The request must contain the parameter ImageId")
	}
	out["launchTemplate"] = map[string]any{"id": t.ID}
	groups := t.Texts("vpcSecurityGroupIds")
	for _, i := range cloud.Objects(t.Outputs["networkInterfaces"]) {
		groups = append(groups, cloud.Texts(i["securityGroups"])...)
		if v, err := strconv.ParseBool(cloud.Text(i, "associatePublicIpAddress")); err == nil {
			out["associatePublicIpAddress"] = v
		}
	}
	if len(groups) > 0 {
		out["vpcSecurityGroupIds"] = cloud.List(groups...)
	}
	return out, nil
}

// checkVersion rejects a version of a launch template that does not exist.
func checkVersion(t *cloud.Object, version string) error {
	if version == "$Default" || version == "$Latest" {
		return nil
	}
	if n, err := strconv.ParseFloat(version, 64); err != nil || n < 1 || n > t.Number("latestVersion") {
		return invalid("You must use a valid fully-formed launch template. Could not find launch template version %s "+
			"for launch template %s.", version, t.ID)
	}
	return nil
}

// propagated returns the tags of a group that its instances get.
func propagated(c *cloud.Call) map[string]any {
	out := map[string]any{"aws:autoscaling:groupName": c.Object.ID}
	for _, tag := range cloud.Objects(c.Object.Outputs["tags"]) {
		if tag["propagateAtLaunch"] == true {
			out[cloud.Text(tag, "key")] = tag["value"]
		}
	}
	return out
}
