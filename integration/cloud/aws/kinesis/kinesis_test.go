package kinesis_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

func TestRejectedStreams(t *testing.T) {
	t.Parallel()
	stream := func(more in) []awstest.Step {
		return awstest.One("it", kernel.StreamToken, awstest.Merge(in{"name": "clicks", "shardCount": 1.0}, more))
	}
	demand := in{"streamMode": "ON_DEMAND"}
	awstest.RunRefusals(t, nil, map[string]awstest.Refusal{
		"a stream":        {Steps: stream(nil)},
		"on demand":       {Steps: stream(in{"shardCount": nil, "streamModeDetails": demand})},
		"shards twice":    {Steps: stream(in{"streamModeDetails": demand}), Want: "shard_count must not be set when stream_mode is ON_DEMAND"},
		"no shards":       {Steps: stream(in{"shardCount": nil}), Want: "shard_count must be at least 1"},
		"a name":          {Steps: stream(in{"name": "a b"}), Want: "invalid value for name"},
		"a duplicate":     {Steps: append(stream(nil), stream(nil)...), Want: "api error ResourceInUseException: Stream clicks under account 123456789012 already exists."},
		"a short period":  {Steps: stream(in{"retentionPeriod": 23.0}), Want: "in the range (24 - 8760), got 23"},
		"no key":          {Steps: stream(in{"encryptionType": "KMS"}), Want: "KMS Key Id required"},
		"a key":           {Steps: stream(in{"encryptionType": "KMS", "kmsKeyId": "alias/aws/kinesis"})},
		"a key of nobody": {Steps: stream(in{"encryptionType": "KMS", "kmsKeyId": "none"}), Want: "api error KMSNotFoundException"},
	})
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(stream(nil)...)
	require.Equal(t, "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks", h.IDs["it"])
	require.NotContains(t, h.Refreshed("it"), "streamModeDetails", "what the API fills in is no drift")
}
