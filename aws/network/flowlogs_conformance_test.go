package network_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// given are the arguments of flow logs that have a VPC alone.
func given(ctx *pulumi.Context) *network.FlowLogsArgs {
	return &network.FlowLogsArgs{VpcID: fixture.Text(ctx, "vpc-0a1b2c3d4e5f60718")}
}

// inBucket are the arguments of flow logs that go to a bucket, with every option.
func inBucket(ctx *pulumi.Context) *network.FlowLogsArgs {
	minute, off := 60, false
	args := given(ctx)
	args.FlowLogsSettings = network.FlowLogsSettings{
		Traffic: "REJECT", IntervalSeconds: &minute, Format: "extended", Destination: "s3",
		Bucket: network.FlowLogBucket{
			ARN: fixture.Text(ctx, "arn:aws:s3:::logs"), FileFormat: "plain-text", HivePartitions: &off, PerHour: &off,
		},
	}
	args.Tags = map[string]string{"team": "network"}
	return args
}

// inGroup are the arguments of flow logs that go to a log group, with every option.
func inGroup(ctx *pulumi.Context) *network.FlowLogsArgs {
	year := 365
	args := given(ctx)
	args.LogGroup = network.FlowLogGroup{
		RetentionDays: &year, KeyARN: fixture.Text(ctx, "arn:aws:kms:eu-west-1:123456789012:key/1"), Class: "INFREQUENT_ACCESS",
	}
	args.Tags = map[string]string{"team": "network"}
	return args
}

func TestFlowLogsConform(t *testing.T) {
	t.Parallel()
	for name, args := range map[string]func(*pulumi.Context) *network.FlowLogsArgs{
		"default": given, "group": inGroup,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pulumitest.Conform(t, pulumitest.Suite[network.FlowLogsArgs, *network.FlowLogs]{
				Token: network.FlowLogsToken, New: network.NewFlowLogs, Args: args,
				RefusesNil: failure.Configuration,
				Defaults:   []string{"enabled", "traffic", "intervalSeconds", "format", "destination", "logGroup", "bucket"},
				Metadata:   fixture.Metadata(),
				Options:    []pulumitest.Option{fixture.Cloud()},
			})
		})
	}
}
