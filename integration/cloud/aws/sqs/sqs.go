package sqs

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kms"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/policy"
)

const (
	queueToken       = "aws:sqs/queue:Queue"
	queuePolicyToken = "aws:sqs/queuePolicy:QueuePolicy"
)

var queueName = regexp.MustCompile(`^[0-9A-Za-z_-]{1,80}$`)

func queue() *cloud.Type {
	return &cloud.Type{
		Token: queueToken, Args: sqs.QueueArgs{}, Resource: &sqs.Queue{},
		Name: "name",
		// Source: autonaming of aws:sqs/queue:Queue in pulumi-aws, and name_prefix of aws_sqs_queue.
		NameSuffix: kernel.FIFO("fifoQueue"),
		Replaces:   []string{"fifoQueue", "name", "namePrefix"},
		Same:       kernel.JSON("policy", "redriveAllowPolicy", "redrivePolicy"),
		Defaults: map[string]any{
			"contentBasedDeduplication": false, "delaySeconds": 0.0, "fifoQueue": false, "maxMessageSize": 262144.0,
			"messageRetentionSeconds": 345600.0,
			"receiveWaitTimeSeconds":  0.0, "visibilityTimeoutSeconds": 30.0,
		},
		Check:  checkQueue,
		Create: createQueue,
		Update: setQueue,
	}
}

func checkQueue(c *cloud.Checker) {
	fifo := c.Value("fifoQueue") == true
	if name, ok := c.Text("name"); ok {
		base := name
		if fifo {
			base = strings.TrimSuffix(name, ".fifo")
		}
		if !queueName.MatchString(base) || len(name) > 80 {
			c.Add("name", "invalid queue name: %s: expected at most 80 letters, digits, - and _", name)
		}
		if fifo && base == name {
			c.Add("name", "invalid queue name: %s: that of a FIFO queue ends in .fifo", name)
		}
	}
	for property, between := range map[string][2]float64{
		"delaySeconds": {0, 900}, "kmsDataKeyReusePeriodSeconds": {60, 86400}, "maxMessageSize": {1024, 1048576},
		"messageRetentionSeconds": {60, 1209600},
		"receiveWaitTimeSeconds":  {0, 20}, "visibilityTimeoutSeconds": {0, 43200},
	} {
		c.Between(property, between[0], between[1])
	}
	if c.Value("contentBasedDeduplication") == true && !fifo {
		c.Add("contentBasedDeduplication", "content-based deduplication can only be set for FIFO queue")
	}
	c.OneOf("deduplicationScope", "messageGroup", "queue")
	c.OneOf("fifoThroughputLimit", "perMessageGroupId", "perQueue")
	c.Conflict("kmsMasterKeyId", "sqsManagedSseEnabled")
	policy.CheckJSON(c, "policy")
}

func createQueue(c *cloud.Call) error {
	name := c.Text("name")
	c.Object.ID = "https://sqs." + c.Scope.Values["region"] + "." + kernel.DNSSuffix(c) + "/" +
		c.Scope.Values["account"] + "/" + name
	same, err := c.Here(queueToken, c.Object.ID)
	if err != nil {
		return err
	}
	if same != nil {
		return kernel.Refuse("QueueAlreadyExists", "A queue already exists with the same name: %s", name)
	}
	c.Set("arn", kernel.ARN(c, "sqs", name))
	c.Set("url", c.Object.ID)
	return setQueue(c)
}

func setQueue(c *cloud.Call) error {
	_, own := c.Object.Outputs["kmsMasterKeyId"]
	c.SetDefault("sqsManagedSseEnabled", !own)
	c.SetDefault("kmsDataKeyReusePeriodSeconds", 300.0)
	if err := checkFIFO(c); err != nil {
		return err
	}
	if own {
		if k, err := kms.FindKey(c, c.Text("kmsMasterKeyId")); err != nil || k == nil {
			return kernel.Refuse("KMS.NotFoundException", "Key '%s' does not exist", c.Text("kmsMasterKeyId"))
		}
	}
	if err := checkRedrive(c); err != nil {
		return err
	}
	if text, asked := c.Object.Inputs["policy"].(string); asked && text != "" {
		if _, err := queueGrammar().Check(c, text); err != nil {
			return err
		}
	} else if c.Old != nil {
		c.SetDefault("policy", c.Old.Outputs["policy"])
	}
	c.SetDefault("policy", "")
	return nil
}

// checkFIFO rejects attributes that other queues than FIFO queues do not have. Source: "SetQueueAttributes", Amazon SQS
// API Reference.
func checkFIFO(c *cloud.Call) error {
	scope, limit := c.Text("deduplicationScope"), c.Text("fifoThroughputLimit")
	for name, given := range map[string]bool{"DeduplicationScope": scope != "", "FifoThroughputLimit": limit != ""} {
		if given && !c.Object.Bool("fifoQueue") {
			return kernel.Refuse("InvalidAttributeName",
				"You can specify the %s only when FifoQueue is set to true.", name)
		}
	}
	if limit == "perMessageGroupId" && scope != "messageGroup" {
		return kernel.Refuse("InvalidAttributeValue",
			"The perMessageGroupId value for the FifoThroughputLimit attribute is allowed only when the value for "+
				"DeduplicationScope is messageGroup.")
	}
	return checkRedriveAllow(c)
}

// checkRedriveAllow rejects a redrive allow policy without the queues that it needs.
func checkRedriveAllow(c *cloud.Call) error {
	text := c.Text("redriveAllowPolicy")
	if text == "" {
		return nil
	}
	var allow struct {
		Permission string   `json:"redrivePermission"`
		Sources    []string `json:"sourceQueueArns"`
	}
	if err := json.Unmarshal([]byte(text), &allow); err != nil ||
		!slices.Contains([]string{"allowAll", "byQueue", "denyAll"}, allow.Permission) ||
		(allow.Permission == "byQueue") != (len(allow.Sources) > 0) || len(allow.Sources) > 10 {
		return kernel.Refuse("InvalidParameterValue",
			"Value %s for parameter RedriveAllowPolicy is invalid. Reason: redrivePermission is allowAll, denyAll, or byQueue "+
				"with 1 to 10 sourceQueueArns.", text)
	}
	return nil
}

// checkRedrive rejects a dead-letter queue that does not exist.
func checkRedrive(c *cloud.Call) error {
	text := c.Text("redrivePolicy")
	if text == "" {
		return nil
	}
	var redrive struct {
		Target string          `json:"deadLetterTargetArn"`
		Count  json.RawMessage `json:"maxReceiveCount"`
	}
	reason := ""
	if json.Unmarshal([]byte(text), &redrive) != nil || redrive.Target == "" || len(redrive.Count) == 0 {
		reason = "Redrive policy is not a valid JSON map with deadLetterTargetArn and maxReceiveCount."
	} else if all, err := c.All(queueToken, cloud.With("arn", redrive.Target)); err != nil {
		return err
	} else if len(all) == 0 {
		reason = "Dead letter target does not exist."
	} else if all[0].Bool("fifoQueue") != c.Object.Bool("fifoQueue") {
		reason = "Dead-letter queue must be same type of queue as the source."
	} else if n, err := strconv.Atoi(strings.Trim(string(redrive.Count), `"`)); err != nil || n < 1 || n > 1000 {
		reason = fmt.Sprintf("Invalid value for maxReceiveCount: %s, valid values are from 1 to 1000 both inclusive.",
			redrive.Count)
	}
	if reason != "" {
		return kernel.Refuse("InvalidParameterValue", "Value %s for parameter RedrivePolicy is invalid. Reason: %s",
			text, reason)
	}
	return nil
}

func queueGrammar() policy.Grammar {
	return policy.Grammar{
		Code: "InvalidAttributeValue", Size: 8192, SizeCode: "InvalidAttributeValue",
		SizeMessage: "Invalid value for the parameter Policy.",
		Principal:   true, Resource: true, Vendor: "sqs",
		ActionMessage:    "Invalid value for the parameter Policy: unknown action.",
		VendorMessage:    "Invalid value for the parameter Policy: actions of another service.",
		PrincipalMessage: "Invalid value for the parameter Policy: invalid principal %s",
	}
}

func queuePolicy() *cloud.Type {
	put := func(c *cloud.Call) error {
		text, ok := c.Object.Inputs["policy"].(string)
		if !ok { // The SDK accepts the document as an object, too.
			encoded, err := json.Marshal(c.Object.Inputs["policy"])
			if err != nil {
				return err
			}
			text = string(encoded)
		}
		if _, err := queueGrammar().Check(c, text); err != nil {
			return err
		}
		c.Set("policy", text)
		return setQueuePolicy(c, text)
	}
	return &cloud.Type{
		Token: queuePolicyToken, Args: sqs.QueuePolicyArgs{}, Resource: &sqs.QueuePolicy{},
		Replaces: []string{"queueUrl"}, Same: kernel.JSON("policy"),
		Required: []string{"policy"},
		Check:    func(c *cloud.Checker) { policy.CheckJSON(c, "policy") },
		Create: func(c *cloud.Call) error {
			c.Object.ID = c.Text("queueUrl")
			return put(c)
		},
		Update: put,
		Delete: func(c *cloud.Call) error {
			gone, err := c.Here(queueToken, c.Object.ID)
			if err != nil || gone == nil {
				return err
			}
			return setQueuePolicy(c, "")
		},
	}
}

// setQueuePolicy sets the policy of a queue, which owns it.
func setQueuePolicy(c *cloud.Call, text string) error {
	q, err := c.Find(queueToken, c.Text("queueUrl"), "AWS.SimpleQueueService.NonExistentQueue",
		"The specified queue does not exist: %s")
	if err != nil {
		return err
	}
	c.Object.Managed = q.Key()
	q.Outputs["policy"] = text
	return c.Put(q)
}

// getQueue looks up a queue by its name.
func getQueue(c *cloud.Call, args map[string]any) (map[string]any, error) {
	name := cloud.Text(args, "name")
	found, err := c.All(queueToken, cloud.With("name", name))
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, kernel.Refuse("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist: %s",
			name)
	}
	return map[string]any{"id": found[0].ID, "name": name, "arn": found[0].Text("arn"), "url": found[0].ID,
		"tags": kernel.Tags(found[0])}, nil
}
