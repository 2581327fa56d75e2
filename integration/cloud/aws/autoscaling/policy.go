package autoscaling

import (
	"regexp"
	"slices"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/autoscaling"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// part makes a type a part of a group: it is in the input autoscalingGroupName, and deleted with its group. Its name is
// unique within the group, and writing it again overwrites it, as the Put operations of the API do.
func part(t *cloud.Type, name string, set func(*cloud.Call) error) *cloud.Type {
	t.Replaces = append(t.Replaces, "autoscalingGroupName", name)
	t.ImportID = func(o *cloud.Object) string { return o.Text("autoscalingGroupName") + "/" + o.Text(name) }
	t.Create = func(c *cloud.Call) error {
		of, err := findGroup(c)
		if err != nil {
			return err
		}
		if err := kernel.SetPartID(c, of, c.Text(name)); err != nil {
			return err
		}
		return set(c)
	}
	t.Update = set
	return t
}

// setARN sets the ARN of a new part of a group, which has a UUID and both names.
func setARN(c *cloud.Call, kind, name, property string) error {
	if c.Old != nil {
		return nil
	}
	id, err := kernel.NewUUID(c)
	c.Set("arn", kernel.ARN(c, "autoscaling", kind+":"+id+":autoScalingGroupName/"+c.Text("autoscalingGroupName")+":"+name+
		"/"+c.Text(property)))
	return err
}

func findGroup(c *cloud.Call) (*cloud.Object, error) {
	return c.Find(kernel.AutoScalingGroupToken, c.Text("autoscalingGroupName"), "ValidationError",
		"AutoScalingGroup name not found - AutoScalingGroup '%s' not found")
}

// settings are the inputs that a policy type requires and that no other one accepts.
func settings() map[string]string {
	return map[string]string{"SimpleScaling": "scalingAdjustment", "StepScaling": "stepAdjustments",
		"TargetTrackingScaling": "targetTrackingConfiguration", "PredictiveScaling": "predictiveScalingConfiguration"}
}

func scalingPolicy() *cloud.Type {
	return part(&cloud.Type{
		Token: policyToken, Args: autoscaling.PolicyArgs{}, Resource: &autoscaling.Policy{},
		Name:     "name",
		Sets:     []string{"metrics", "stepAdjustments"},
		Defaults: map[string]any{"enabled": true, "policyType": "SimpleScaling"},
		Check: func(c *cloud.Checker) {
			c.OneOf("policyType", "SimpleScaling", "StepScaling", "TargetTrackingScaling", "PredictiveScaling")
			c.OneOf("adjustmentType", "ChangeInCapacity", "ExactCapacity", "PercentChangeInCapacity")
			c.OneOf("metricAggregationType", "Minimum", "Maximum", "Average")
			c.Conflict("scalingAdjustment", "stepAdjustments")
			typ, known := c.Text("policyType")
			for of, setting := range settings() {
				if known && of == typ && !c.Has(setting) {
					c.Add(setting, "%s is required for policy type %s", setting, of)
				} else if known && of != typ && c.Has(setting) {
					c.Add(setting, "%s is only supported for policy type %s", setting, of)
				}
			}
			if known && c.Has("cooldown") && typ != "SimpleScaling" {
				c.Add("cooldown", "cooldown is only supported for policy type SimpleScaling")
			}
		},
	}, "name", setPolicy)
}

func setPolicy(c *cloud.Call) error {
	if simple := c.Text("policyType") == "SimpleScaling"; simple || c.Text("policyType") == "StepScaling" {
		if c.Text("adjustmentType") == "" {
			return invalid("You must specify an AdjustmentType for policy type: %s", c.Text("policyType"))
		}
		c.SetDefault("metricAggregationType", map[bool]string{false: "Average"}[simple])
	}
	c.SetDefault("metricAggregationType", "")
	return setARN(c, "scalingPolicy", "policyName", "name")
}

// timestamp is the layout of times in scheduled actions.
const timestamp = "2006-01-02T15:04:05Z"

func schedule() *cloud.Type {
	return part(&cloud.Type{
		Token: scheduleToken, Args: autoscaling.ScheduleArgs{}, Resource: &autoscaling.Schedule{},
		Check: func(c *cloud.Checker) {
			for _, property := range []string{"startTime", "endTime"} {
				if text, ok := c.Text(property); ok {
					if _, err := time.Parse(timestamp, text); err != nil {
						c.Add(property, "%q cannot be parsed as iso8601 Timestamp Format", text)
					}
				}
			}
		},
	}, "scheduledActionName", setSchedule)
}

// cron has five fields in Auto Scaling.
var cron = regexp.MustCompile(`^\S+ \S+ \S+ \S+ \S+$`)

func setSchedule(c *cloud.Call) error {
	recurrence := c.Text("recurrence")
	switch {
	case recurrence != "" && !cron.MatchString(recurrence):
		return invalid("Given recurrence string: %s is invalid", recurrence)
	case recurrence == "" && c.Text("startTime") == "":
		return invalid("At least one of StartTime and Recurrence must be specified")
	}
	sizes := []string{"minSize", "maxSize", "desiredCapacity"}
	if !slices.ContainsFunc(sizes, func(size string) bool { v, ok := c.Object.Inputs[size]; return ok && v != -1.0 }) {
		return invalid("At least one of the DesiredCapacity, MinSize and MaxSize parameters must be specified")
	}
	for _, size := range sizes {
		c.SetDefault(size, 0.0) // The provider sends 0 for an omitted size, and nothing for -1.
	}
	cloud.Fill(c.Object.Outputs, map[string]any{"endTime": "", "recurrence": "", "startTime": "", "timeZone": ""})
	return setARN(c, "scheduledUpdateGroupAction", "scheduledActionName", "scheduledActionName")
}

func hook() *cloud.Type {
	names := kernel.Names{Pattern: regexp.MustCompile(`^[A-Za-z0-9_/-]+$`), Longest: 255,
		Says: `no spaces or special characters except "-", "_", and "/"`}
	return part(&cloud.Type{
		Token: hookToken, Args: autoscaling.LifecycleHookArgs{}, Resource: &autoscaling.LifecycleHook{},
		Name: "name",
		Check: func(c *cloud.Checker) {
			names.Check(c, "name")
			c.OneOf("defaultResult", "CONTINUE", "ABANDON")
			c.OneOf("lifecycleTransition", "autoscaling:EC2_INSTANCE_LAUNCHING", "autoscaling:EC2_INSTANCE_TERMINATING")
			c.Between("heartbeatTimeout", 30, 7200)
			kernel.CheckARNs(c, "notificationTargetArn", "roleArn")
		},
	}, "name", func(c *cloud.Call) error {
		cloud.Fill(c.Object.Outputs, map[string]any{"defaultResult": "ABANDON", "heartbeatTimeout": 3600.0})
		return nil
	})
}

// attachment attaches a target group to a group. Classic load balancers are not covered.
func attachment() *cloud.Type {
	change := func(c *cloud.Call, attach bool) error {
		of, err := c.Here(kernel.AutoScalingGroupToken, c.Text("autoscalingGroupName"))
		if err != nil || of == nil {
			return err
		}
		arns := slices.DeleteFunc(of.Texts("targetGroupArns"), func(arn string) bool { return arn == c.Text("lbTargetGroupArn") })
		if attach {
			arns = append(arns, c.Text("lbTargetGroupArn"))
		}
		of.Outputs["targetGroupArns"] = cloud.List(arns...)
		return c.Put(of)
	}
	return &cloud.Type{
		Token: attachmentToken, Args: autoscaling.AttachmentArgs{}, Resource: &autoscaling.Attachment{},
		Replaces: []string{"autoscalingGroupName", "elb", "lbTargetGroupArn"},
		Check: func(c *cloud.Checker) {
			c.ExactlyOne("elb", "lbTargetGroupArn")
			if c.Has("elb") {
				c.Add("elb", "the simulated AWS does not cover classic load balancers: use lbTargetGroupArn")
			}
		},
		Create: func(c *cloud.Call) error {
			of, err := findGroup(c)
			if err != nil {
				return err
			}
			if _, err := c.Find(kernel.TargetGroupToken, c.Text("lbTargetGroupArn"), "ValidationError",
				"Provided Target Groups may not be valid. Please ensure they exist and try again. (%s)"); err != nil {
				return err
			}
			digits, err := c.Hex(26)
			c.Object.ID, c.Object.Managed = of.ID+"-"+digits, of.Key()
			if err != nil {
				return err
			}
			return change(c, true)
		},
		Delete: func(c *cloud.Call) error { return change(c, false) },
	}
}
