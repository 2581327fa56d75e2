package sns

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// endpoints are the forms of endpoints by protocol, with what the API says about another form.
//
// Source: API reference of Subscribe, Endpoint.
func endpoints() map[string]struct {
	form *regexp.Regexp
	says string
} {
	arn := func(service string) *regexp.Regexp {
		return regexp.MustCompile(`^arn:aws[a-z-]*:` + service + `:[a-z0-9-]+:\d{12}:.+`)
	}
	email := regexp.MustCompile(`^[^@\s]+@[^@\s]+$`)
	return map[string]struct {
		form *regexp.Regexp
		says string
	}{
		"application": {arn("sns"), "Application endpoint arn invalid"},
		"email":       {email, "Email address"}, "email-json": {email, "Email address"},
		"firehose": {arn("firehose"), "Firehose endpoint ARN"},
		"http":     {regexp.MustCompile(`^http://`), "Endpoint must match the specified protocol"},
		"https":    {regexp.MustCompile(`^https://`), "Endpoint must match the specified protocol"},
		"lambda":   {arn("lambda"), "Lambda endpoint ARN"},
		"sms":      {regexp.MustCompile(`^\+?[0-9. ()-]{5,20}$`), "Phone number is not valid"},
		"sqs":      {arn("sqs"), "SQS endpoint ARN"},
	}
}

func subscription() *cloud.Type {
	return &cloud.Type{
		Token: subscriptionToken, Args: sns.TopicSubscriptionArgs{}, Resource: &sns.TopicSubscription{},
		Replaces: []string{"endpoint", "protocol", "topic"},
		Same:     kernel.JSON("deliveryPolicy", "filterPolicy", "redrivePolicy", "replayPolicy"),
		Defaults: map[string]any{"confirmationTimeoutInMinutes": 1.0, "endpointAutoConfirms": false,
			"rawMessageDelivery": false},
		Check: func(c *cloud.Checker) {
			c.OneOf("protocol", "application", "email", "email-json", "firehose", "http", "https", "lambda", "sms", "sqs")
			c.OneOf("filterPolicyScope", "MessageAttributes", "MessageBody")
			kernel.CheckARNs(c, "topic", "subscriptionRoleArn")
			protocol, known := c.Text("protocol")
			if known && c.Has("subscriptionRoleArn") != (protocol == "firehose") {
				c.Add("subscriptionRoleArn", "protocol \"firehose\" requires subscriptionRoleArn, and no other one accepts it")
			}
			for _, property := range []string{"deliveryPolicy", "filterPolicy", "redrivePolicy", "replayPolicy"} {
				if text, ok := c.Text(property); ok && !json.Valid([]byte(text)) {
					c.Add(property, "%q contains an invalid JSON", property)
				}
			}
		},
		Create: func(c *cloud.Call) error {
			of, err := findTopic(c, c.Text("topic"))
			if err != nil {
				return err
			}
			id, err := kernel.NewUUID(c)
			if err != nil {
				return err
			}
			c.Object.ID, c.Object.Managed = of.ID+":"+id, of.Key()
			protocol := c.Text("protocol")
			manual := slices.Contains([]string{"email", "email-json", "http", "https"}, protocol)
			cloud.Fill(c.Object.Outputs, map[string]any{"arn": c.Object.ID, "ownerId": c.Scope.Values["account"],
				"confirmationWasAuthenticated": !manual, "pendingConfirmation": manual && !c.Object.Bool("endpointAutoConfirms")})
			if form := endpoints()[protocol]; !form.form.MatchString(c.Text("endpoint")) {
				return invalid("%s", form.says)
			}
			if protocol == "sqs" && strings.HasSuffix(c.Text("endpoint"), ".fifo") && !of.Bool("fifoTopic") {
				return invalid("Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics")
			}
			return setSubscription(c)
		},
		Update: setSubscription,
	}
}

func setSubscription(c *cloud.Call) error {
	raw := slices.Contains([]string{"firehose", "http", "https", "sqs"}, c.Text("protocol"))
	if c.Object.Bool("rawMessageDelivery") && !raw {
		return invalid("Attributes Reason: Delivery protocol [%s] does not support raw message delivery.",
			c.Text("protocol"))
	}
	c.SetDefault("filterPolicyScope", map[bool]string{true: "MessageAttributes"}[c.Text("filterPolicy") != ""])
	return nil
}
