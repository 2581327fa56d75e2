package kinesis

import (
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kinesis"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kms"
)

// Service returns the types of Kinesis Data Streams.
func Service() cloud.Service { return cloud.Service{Types: []*cloud.Type{stream()}} }

func stream() *cloud.Type {
	names := kernel.Names{Pattern: regexp.MustCompile(`^[a-zA-Z0-9_.-]+$`), Longest: 128,
		Says: "alphanumeric characters, _, . and -"}
	return &cloud.Type{
		Token: kernel.StreamToken, Args: kinesis.StreamArgs{}, Resource: &kinesis.Stream{},
		Name: "name", Replaces: []string{"name"}, Sets: []string{"shardLevelMetrics"},
		Defaults: map[string]any{"encryptionType": "NONE", "enforceConsumerDeletion": false, "retentionPeriod": 24.0},
		Check: func(c *cloud.Checker) {
			names.Check(c, "name")
			c.OneOf("encryptionType", "NONE", "KMS")
			c.Between("retentionPeriod", 24, 8760)
			mode, _ := c.Value("streamModeDetails").(map[string]any)
			c.OneOfValue("streamModeDetails.streamMode", mode["streamMode"], "PROVISIONED", "ON_DEMAND")
			switch count, known := c.Number("shardCount"); {
			case mode["streamMode"] == "ON_DEMAND" && c.Has("shardCount"):
				c.Add("shardCount", "shard_count must not be set when stream_mode is ON_DEMAND")
			case mode["streamMode"] != "ON_DEMAND" && (!c.Has("shardCount") || known && count < 1):
				c.Add("shardCount", "shard_count must be at least 1 when stream_mode is PROVISIONED")
			}
		},
		Create: func(c *cloud.Call) error {
			err := kernel.Unique(c, "name", "ResourceInUseException", "Stream %s under account "+c.Scope.Values["account"]+
				" already exists.")
			c.Object.ID = kernel.ARN(c, "kinesis", "stream/"+c.Text("name"))
			c.Set("arn", c.Object.ID)
			if err != nil {
				return err
			}
			return setStream(c)
		},
		Update: setStream,
	}
}

func setStream(c *cloud.Call) error {
	c.SetDefault("streamModeDetails", map[string]any{"streamMode": "PROVISIONED"})
	if c.Text("encryptionType") != "KMS" {
		return nil
	}
	name := c.Text("kmsKeyId")
	if name == "" {
		return kernel.Refuse("InvalidArgumentException", "KMS Key Id required when setting encryption_type is not set as NONE")
	}
	return kms.Need(c, name, "KMSNotFoundException", "Invalid arn %s")
}
