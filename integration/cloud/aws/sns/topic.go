package sns

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kms"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/policy"
)

const (
	topicToken        = "aws:sns/topic:Topic"
	topicPolicyToken  = "aws:sns/topicPolicy:TopicPolicy"
	subscriptionToken = "aws:sns/topicSubscription:TopicSubscription"
)

// invalid is the error of the API for a parameter.
func invalid(format string, args ...any) error {
	return kernel.Refuse("InvalidParameter", "Invalid parameter: "+format, args...)
}

func topic() *cloud.Type {
	names := kernel.Names{Pattern: regexp.MustCompile(`^[0-9A-Za-z_-]+(\.fifo)?$`), Longest: 256,
		Says: "alphanumeric characters, hyphens and underscores"}
	return &cloud.Type{
		Token: topicToken, Args: sns.TopicArgs{}, Resource: &sns.Topic{},
		Name: "name",
		// Source: autonaming of aws:sns/topic:Topic in pulumi-aws, and name_prefix of aws_sns_topic.
		NameSuffix: kernel.FIFO("fifoTopic"),
		Replaces:   []string{"fifoTopic", "name", "namePrefix"},
		Defaults:   map[string]any{"contentBasedDeduplication": false, "fifoTopic": false},
		Same:       kernel.JSON("archivePolicy", "deliveryPolicy", "policy"),
		Check: func(c *cloud.Checker) {
			names.Check(c, "name")
			name, ok := c.Text("name")
			if fifo := c.Value("fifoTopic") == true; ok && fifo != strings.HasSuffix(name, ".fifo") {
				c.Add("name", "invalid topic name: %s: that of a FIFO topic, and of no other one, ends in .fifo", name)
			}
			if c.Value("contentBasedDeduplication") == true && c.Value("fifoTopic") != true {
				c.Add("contentBasedDeduplication", "content-based deduplication can only be set for FIFO topics")
			}
			c.OneOf("tracingConfig", "Active", "PassThrough")
			c.OneOf("fifoThroughputScope", "MessageGroup", "Topic")
			c.Between("signatureVersion", 1, 2)
			policy.CheckJSON(c, "archivePolicy", "deliveryPolicy", "policy")
		},
		Create: func(c *cloud.Call) error {
			c.Object.ID = kernel.ARN(c, "sns", c.Text("name"))
			// The API returns an existing topic only if its attributes and tags are the same.
			same, err := c.Here(topicToken, c.Object.ID)
			if err != nil {
				return err
			}
			if same != nil {
				return invalid("Attributes Reason: Topic already exists with different attributes")
			}
			c.Set("arn", c.Object.ID)
			c.Set("owner", c.Scope.Values["account"])
			return setTopic(c)
		},
		Update: setTopic,
	}
}

// setTopic rejects a key that does not exist and a malformed policy.
func setTopic(c *cloud.Call) error {
	cloud.Fill(c.Object.Outputs, map[string]any{"beginningArchiveTime": "", "displayName": "", "signatureVersion": 0.0,
		"tracingConfig": "", "fifoThroughputScope": ""})
	if len(c.Text("displayName")) > 100 {
		return invalid("Display name must be at most 100 characters long")
	}
	if err := kms.Need(c, c.Text("kmsMasterKeyId"), "KMSNotFound", "Invalid key: %s"); err != nil {
		return err
	}
	if text, own := c.Object.Inputs["policy"].(string); own {
		_, err := grammar().Check(c, text)
		return err
	}
	if c.Old != nil {
		c.SetDefault("policy", c.Old.Outputs["policy"])
	}
	c.SetDefault("policy", defaultPolicy(c, c.Object.ID))
	return nil
}

// defaultPolicy returns the policy of a topic without one: only the account may use it.
func defaultPolicy(c *cloud.Call, arn string) string {
	text, _ := json.Marshal(map[string]any{"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": []any{
		map[string]any{"Sid": "__default_statement_ID", "Effect": "Allow", "Principal": map[string]any{"AWS": "*"},
			"Action": []any{"SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:AddPermission", "SNS:RemovePermission",
				"SNS:DeleteTopic", "SNS:Subscribe", "SNS:ListSubscriptionsByTopic", "SNS:Publish"},
			"Resource":  arn,
			"Condition": map[string]any{"StringEquals": map[string]any{"AWS:SourceOwner": c.Scope.Values["account"]}}},
	}})
	return string(text)
}

func grammar() policy.Grammar {
	return policy.Grammar{
		Code: "InvalidParameter", Size: 30720, SizeCode: "InvalidParameter",
		SizeMessage: "Invalid parameter: Policy Error: too large",
		Principal:   true, Resource: true, PrincipalMessage: "Invalid parameter: Policy Error: PrincipalNotFound (%s)",
	}
}

func topicPolicy() *cloud.Type {
	write := func(c *cloud.Call, text string) error {
		of, err := findTopic(c, c.Text("arn"))
		if err != nil {
			return err
		}
		c.Object.Managed = of.Key()
		of.Outputs["policy"] = text
		return c.Put(of)
	}
	put := func(c *cloud.Call) error {
		if _, err := grammar().Check(c, c.Text("policy")); err != nil {
			return err
		}
		return write(c, c.Text("policy"))
	}
	return &cloud.Type{
		Token: topicPolicyToken, Args: sns.TopicPolicyArgs{}, Resource: &sns.TopicPolicy{},
		Replaces: []string{"arn"}, Same: kernel.JSON("policy"), Required: []string{"policy"},
		Check: func(c *cloud.Checker) {
			kernel.CheckARNs(c, "arn")
			policy.CheckJSON(c, "policy")
		},
		Create: func(c *cloud.Call) error {
			c.Object.ID = c.Text("arn")
			c.Set("owner", c.Scope.Values["account"])
			return put(c)
		},
		Update: put,
		Delete: func(c *cloud.Call) error {
			if gone, err := c.Here(topicToken, c.Text("arn")); err != nil || gone == nil {
				return err
			}
			return write(c, defaultPolicy(c, c.Text("arn")))
		},
	}
}

func findTopic(c *cloud.Call, arn string) (*cloud.Object, error) {
	o, err := c.Here(topicToken, arn)
	if err == nil && o == nil {
		err = kernel.Refuse("NotFound", "Topic does not exist")
	}
	return o, err
}

// getTopic looks up a topic by its name.
func getTopic(c *cloud.Call, args map[string]any) (map[string]any, error) {
	o, err := kernel.Query{Type: topicToken, Name: "SNS Topic", Properties: map[string]string{"name": "name"}}.One(c, args)
	if err != nil {
		return nil, err
	}
	return map[string]any{"id": o.ID, "arn": o.ID, "name": o.Text("name"), "tags": kernel.Tags(o)}, nil
}
