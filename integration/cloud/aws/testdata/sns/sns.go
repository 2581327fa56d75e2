// Package sns simulates SNS: topics.
package sns

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kms"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/policy"
)

// Service returns the types of SNS.
func Service() cloud.Service {
	return cloud.Service{Types: []*cloud.Type{topic()}}
}

func topic() *cloud.Type {
	return &cloud.Type{
		Token: "aws:sns/topic:Topic", Args: sns.TopicArgs{}, Resource: &sns.Topic{},
		Name:     "name",
		Replaces: []string{"fifoTopic", "name", "namePrefix"},
		Defaults: map[string]any{"fifoTopic": false},
		Same:     kernel.JSON("policy"),
		Check: func(c *cloud.Checker) {
			if name, ok := c.Text("name"); ok && len(name) > 256 {
				c.Add("name", "expected length of name to be in the range (1 - 256), got %s", name)
			}
			policy.CheckJSON(c, "policy")
		},
		Create: func(c *cloud.Call) error {
			c.Object.ID = kernel.ARN(c, "sns", c.Text("name"))
			c.Set("arn", c.Object.ID)
			c.Set("owner", c.Scope.Values["account"])
			return setTopic(c)
		},
		Update: setTopic,
	}
}

// setTopic rejects a key that does not exist.
func setTopic(c *cloud.Call) error {
	name := c.Text("kmsMasterKeyId")
	if name == "" {
		return nil
	}
	key, err := kms.FindKey(c, name)
	if err == nil && key == nil {
		err = kernel.Refuse("KMSNotFound", "Invalid key: %s", name)
	}
	return err
}
