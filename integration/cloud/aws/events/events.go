package events

import (
	"cmp"
	"encoding/json"
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

const (
	eventRuleToken   = "aws:cloudwatch/eventRule:EventRule"
	eventTargetToken = "aws:cloudwatch/eventTarget:EventTarget"
)

var (
	eventName = regexp.MustCompile(`^[0-9A-Za-z_.-]{1,64}$`)
)

// onlyBus is the default event bus. Custom ones are not covered.
const onlyBus = "default"

func checkBus(c *cloud.Checker) {
	if name, ok := c.Text("eventBusName"); ok && name != onlyBus {
		c.Add("eventBusName", "the simulated AWS covers the event bus %q only, got %s", onlyBus, name)
	}
}

func eventRule() *cloud.Type {
	return &cloud.Type{
		Token: eventRuleToken, Args: cloudwatch.EventRuleArgs{}, Resource: &cloudwatch.EventRule{},
		Name:     "name",
		Replaces: []string{"eventBusName", "name", "namePrefix"},
		Same:     kernel.JSON("eventPattern"),
		Defaults: map[string]any{"eventBusName": onlyBus, "forceDestroy": false},
		Check: func(c *cloud.Checker) {
			checkBus(c)
			if name, ok := c.Text("name"); ok && !eventName.MatchString(name) {
				c.Add("name", "expected name to be 1 to 64 letters, digits and ._-, got %s", name)
			}
			if !c.Has("eventPattern") && !c.Has("scheduleExpression") {
				c.Add("eventPattern", "one of `eventPattern,scheduleExpression` must be specified")
			}
			if text, ok := c.Text("description"); ok && len([]rune(text)) > 512 {
				c.Add("description", "expected length of description to be in the range (0 - 512), got %d", len([]rune(text)))
			}
			if text, ok := c.Text("scheduleExpression"); ok && len(text) > 256 {
				c.Add("scheduleExpression", "expected length of scheduleExpression to be in the range (0 - 256)")
			}
			c.OneOf("state", "DISABLED", "ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")
			c.Conflict("isEnabled", "state")
			if text, ok := c.Text("eventPattern"); ok && (!json.Valid([]byte(text)) || len(text) > 4096) {
				c.Add("eventPattern", "%q contains an invalid JSON: an event pattern has at most 4096 characters",
					"eventPattern")
			}
		},
		Create: func(c *cloud.Call) error {
			// PutRule overwrites a rule of the same name.
			c.Object.ID = c.Text("name")
			c.Set("arn", kernel.ARN(c, "events", "rule/"+c.Object.ID))
			return setRule(c)
		},
		Update: setRule,
		Delete: func(c *cloud.Call) error {
			targets, err := c.All(eventTargetToken, cloud.With("rule", c.Object.ID))
			if err == nil && len(targets) > 0 && c.Object.Outputs["forceDestroy"] != true {
				err = kernel.Refuse("ValidationException", "Rule can't be deleted since it has targets.")
			}
			return err
		},
	}
}

func setRule(c *cloud.Call) error {
	c.SetDefault("state", "ENABLED")
	c.SetDefault("isEnabled", c.Text("state") != "DISABLED")
	if text := c.Text("scheduleExpression"); text != "" && !ValidSchedule(text) {
		return kernel.Refuse("ValidationException", "Parameter ScheduleExpression is not valid.")
	}
	if text := c.Text("eventPattern"); text != "" {
		if reason := patternProblem(text); reason != "" {
			return kernel.Refuse("InvalidEventPatternException", "Event pattern is not valid. Reason: %s", reason)
		}
	}
	return nil
}

func eventTarget() *cloud.Type {
	return &cloud.Type{
		Token: eventTargetToken, Args: cloudwatch.EventTargetArgs{}, Resource: &cloudwatch.EventTarget{},
		Replaces: []string{"eventBusName", "rule", "targetId"},
		Defaults: map[string]any{"eventBusName": onlyBus, "forceDestroy": false},
		ImportID: func(o *cloud.Object) string { return o.Text("rule") + "/" + o.Text("targetId") },
		Check: func(c *cloud.Checker) {
			checkBus(c)
			kernel.CheckARNs(c, "arn", "roleArn")
			c.Conflict("input", "inputPath", "inputTransformer")
			retry, _ := c.Value("retryPolicy").(map[string]any)
			for name, between := range map[string][2]float64{"maximumEventAgeInSeconds": {60, 86400},
				"maximumRetryAttempts": {0, 185}} {
				if v, ok := retry[name].(float64); ok && (v < between[0] || v > between[1]) {
					c.Add("retryPolicy."+name, "expected %s to be in the range (%v - %v), got %v", name, between[0], between[1], v)
				}
			}
			if id, ok := c.Text("targetId"); ok && !eventName.MatchString(id) {
				c.Add("targetId", "expected targetId to be 1 to 64 letters, digits and ._-, got %s", id)
			}
		},
		Create: createTarget,
	}
}

func createTarget(c *cloud.Call) error {
	rule, err := c.Find(eventRuleToken, c.Text("rule"), "ResourceNotFoundException",
		"Rule %s does not exist on EventBus default.")
	if err != nil {
		return err
	}
	others, err := c.All(eventTargetToken, cloud.With("rule", rule.ID))
	if err != nil {
		return err
	}
	if len(others) >= 5 {
		return kernel.Refuse("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
	}
	digits, err := c.Hex(26)
	c.SetDefault("targetId", cmp.Or(c.Text("targetId"), "target-"+digits))
	c.Object.ID = rule.ID + "-" + c.Text("targetId")
	c.Object.Managed = rule.Key()
	return err
}
