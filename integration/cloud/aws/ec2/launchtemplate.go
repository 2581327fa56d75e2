package ec2

import (
	"encoding/base64"
	"fmt"
	"maps"
	"reflect"
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func launchTemplate() *cloud.Type {
	pattern := regexp.MustCompile(`^[0-9a-zA-Z().\-/_]+$`)
	return &cloud.Type{
		Token: kernel.LaunchTemplateToken, Args: ec2.LaunchTemplateArgs{}, Resource: &ec2.LaunchTemplate{},
		Name:     "name",
		Replaces: []string{"name", "namePrefix"},
		Sets:     []string{"securityGroupNames", "tagSpecifications", "vpcSecurityGroupIds"},
		Check: func(c *cloud.Checker) {
			c.Conflict("defaultVersion", "updateDefaultVersion")
			if name, ok := c.Text("name"); ok && (len(name) < 3 || len(name) > 128 || !pattern.MatchString(name)) {
				c.Add("name", "expected name to have 3 to 128 letters, digits and ().-/_, got %s", name)
			}
			checkMetadata(c)
			for i, device := range cloud.Objects(c.Value("blockDeviceMappings")) {
				volume, _ := device["ebs"].(map[string]any)
				c.OneOfValue(fmt.Sprintf("blockDeviceMappings[%d].ebs.volumeType", i), volume["volumeType"], volumeTypes()...)
			}
			c.OneOf("instanceInitiatedShutdownBehavior", "stop", "terminate")
			if text, ok := c.Text("description"); ok && len([]rune(text)) > 255 {
				c.Add("description", "expected length of description to be in the range (0 - 255)")
			}
			for i, tags := range cloud.Objects(c.Value("tagSpecifications")) {
				c.OneOfValue(fmt.Sprintf("tagSpecifications[%d].resourceType", i), tags["resourceType"], taggedAtLaunch()...)
			}
			profile, _ := c.Value("iamInstanceProfile").(map[string]any)
			if profile["arn"] != nil && profile["name"] != nil {
				c.Add("iamInstanceProfile.arn", `"iamInstanceProfile.arn": conflicts with iamInstanceProfile.name`)
			}
		},
		Create: func(c *cloud.Call) error {
			same, err := c.All(kernel.LaunchTemplateToken, cloud.With("name", c.Text("name")))
			if err != nil {
				return err
			}
			if len(same) > 0 {
				return kernel.Refuse("InvalidLaunchTemplateName.AlreadyExistsException",
					"Launch template name already in use.")
			}
			if err := kernel.SetID(c, "lt-"); err != nil {
				return err
			}
			c.Set("arn", kernel.EC2ARN(c, "launch-template"))
			c.Set("latestVersion", 1.0)
			c.SetDefault("defaultVersion", 1.0)
			return checkTemplate(c)
		},
		Update: updateTemplate,
	}
}

// taggedAtLaunch are the resources that a launch template tags. Source: "LaunchTemplateTagSpecificationRequest", Amazon
// EC2 API Reference.
func taggedAtLaunch() []string {
	return []string{"instance", "volume", "network-interface", "spot-instances-request"}
}

func checkTemplate(c *cloud.Call) error {
	if id := c.Text("imageId"); id != "" && !imageID.MatchString(id) && len(id) < len("resolve:ssm:") {
		return kernel.Refuse("InvalidAMIID.Malformed", "Invalid id: %q (expecting \"ami-...\")", id)
	}
	if _, err := base64.StdEncoding.DecodeString(c.Text("userData")); err != nil {
		return kernel.Refuse("InvalidUserData.Malformed", "Invalid BASE64 encoding of user data.")
	}
	return nil
}

// updateTemplate creates a new version if anything changes that belongs to a version.
func updateTemplate(c *cloud.Call) error {
	latest, _ := c.Old.Outputs["latestVersion"].(float64)
	was, is := maps.Clone(c.Old.Inputs), maps.Clone(c.Object.Inputs)
	for _, property := range []string{"defaultVersion", "tags", "updateDefaultVersion"} {
		delete(was, property)
		delete(is, property)
	}
	if !reflect.DeepEqual(was, is) {
		latest++
	}
	c.Set("latestVersion", latest)
	if c.Object.Inputs["updateDefaultVersion"] == true {
		c.Set("defaultVersion", latest)
	} else if wanted, ok := c.Object.Inputs["defaultVersion"].(float64); ok && wanted > latest {
		return kernel.Refuse("InvalidLaunchTemplateId.VersionNotFound",
			"Could not find the specified version %v for the launch template with ID %s.", wanted, c.Object.ID)
	} else if !ok {
		c.SetDefault("defaultVersion", c.Old.Outputs["defaultVersion"])
	}
	return checkTemplate(c)
}

// applyTemplate sets the inputs of an instance that its launch template has and the instance omits.
func applyTemplate(c *cloud.Call) error {
	from, _ := c.Object.Inputs["launchTemplate"].(map[string]any)
	if from == nil {
		return nil
	}
	t, err := FindLaunchTemplate(c, cloud.Text(from, "id"), cloud.Text(from, "name"))
	if err != nil {
		return err
	}
	for property, in := range map[string]string{
		"ami": "imageId", "instanceType": "instanceType", "keyName": "keyName", "ebsOptimized": "ebsOptimized",
		"userDataBase64":        "userData",
		"disableApiTermination": "disableApiTermination", "metadataOptions": "metadataOptions",
	} {
		if v, ok := t.Outputs[in]; ok {
			c.SetDefault(property, v)
		}
	}
	if profile, ok := t.Outputs["iamInstanceProfile"].(map[string]any); ok {
		v, _ := profile["name"].(string)
		if v == "" {
			v, _ = profile["arn"].(string)
		}
		c.SetDefault("iamInstanceProfile", v)
	}
	return nil
}

// FindLaunchTemplate returns the launch template of an id or a name, or rejects one that does not exist.
func FindLaunchTemplate(c *cloud.Call, id, name string) (*cloud.Object, error) {
	found, err := c.All(kernel.LaunchTemplateToken,
		func(o *cloud.Object) bool { return o.ID == id || name != "" && o.Text("name") == name })
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, kernel.Refuse("InvalidLaunchTemplateId.NotFound",
			"The specified launch template, with template ID %s%s, does not exist.", id, name)
	}
	return found[0], nil
}
