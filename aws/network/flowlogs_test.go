package network_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// defaultFlowLogs sets only the VPC.
func defaultFlowLogs(ctx *pulumi.Context) *network.FlowLogsArgs {
	return &network.FlowLogsArgs{VpcID: fixture.Text(ctx, "vpc-0a1b2c3d4e5f60718")}
}

// bucketFlowLogs sets every option of the destination s3.
func bucketFlowLogs(ctx *pulumi.Context) *network.FlowLogsArgs {
	return &network.FlowLogsArgs{
		VpcID:   fixture.Text(ctx, "vpc-0a1b2c3d4e5f60718"),
		Traffic: network.TrafficReject, IntervalSeconds: ptr(60), Format: network.LogFormatExtended,
		Destination: network.LogDestinationS3,
		Bucket: &network.FlowLogBucket{
			ARN: fixture.Text(ctx, "arn:aws:s3:::logs"), FileFormat: network.LogFilePlainText, HivePartitions: off(), PerHour: off(),
		},
		Tags: tags(),
	}
}

// logGroupFlowLogs sets every option of the destination cloudwatch.
func logGroupFlowLogs(ctx *pulumi.Context) *network.FlowLogsArgs {
	return &network.FlowLogsArgs{
		VpcID: fixture.Text(ctx, "vpc-0a1b2c3d4e5f60718"),
		LogGroup: &network.FlowLogGroup{
			RetentionDays: ptr(365), KeyARN: fixture.Text(ctx, "arn:aws:kms:eu-west-1:123456789012:key/1"),
			Class: network.LogGroupInfrequentAccess,
		},
		Tags: tags(),
	}
}

func allFlowLogs() map[string]func(*pulumi.Context) *network.FlowLogsArgs {
	return map[string]func(*pulumi.Context) *network.FlowLogsArgs{
		"default": defaultFlowLogs, "group": logGroupFlowLogs, "bucket": bucketFlowLogs,
	}
}

func TestFlowLogsConform(t *testing.T) {
	t.Parallel()
	for name, args := range allFlowLogs() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pulumitest.Conform(t, pulumitest.Suite[network.FlowLogsArgs, *network.FlowLogs]{
				Token: network.FlowLogsToken, New: network.NewFlowLogs, Args: args,
				RefusesNil: failure.Configuration,
				Defaults:   []string{"enabled", "traffic", "intervalSeconds", "format", "destination", "logGroup"},
				Metadata:   fixture.Metadata(),
				Options:    []pulumitest.Option{fixture.Cloud()},
			})
		})
	}
}

func TestFlowLogsGolden(t *testing.T) {
	t.Parallel()
	for name, args := range allFlowLogs() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			golden(t, "flowlogs-"+name, func(ctx *pulumi.Context) error {
				_, err := network.NewFlowLogs(ctx, "main", args(ctx))
				return err
			})
		})
	}
}

// flowLogs runs a program with flow logs main.
func flowLogs(t *testing.T, args func(*pulumi.Context) *network.FlowLogsArgs) *pulumitest.Recording {
	t.Helper()
	return fixture.Run(t, func(ctx *pulumi.Context) error {
		_, err := network.NewFlowLogs(ctx, "main", args(ctx))
		return err
	}, fixture.Cloud())
}

func TestRoleOfFlowLogsCannotCreateLogGroups(t *testing.T) {
	t.Parallel()
	r := flowLogs(t, defaultFlowLogs)
	text, _ := r.One(t, "aws:iam/rolePolicy:RolePolicy").Input("policy")
	require.NotContains(t, text.StringValue(), "logs:CreateLogGroup", "late records would create a deleted log group again")
	d, err := policy.Parse([]byte(text.StringValue()))
	require.NoError(t, err)
	for _, s := range d.Statements {
		if len(s.Actions) != 1 || s.Actions[0] != "logs:DescribeLogGroups" {
			require.NotContains(t, s.Resources, pulumi.String("*"), "only this action does not support log groups")
		}
	}
}

func TestFlowLogsDependOnLogGroupAndPermissions(t *testing.T) {
	t.Parallel()
	r := flowLogs(t, defaultFlowLogs)
	var before []string
	for _, urn := range r.One(t, "aws:ec2/flowLog:FlowLog").Dependencies {
		before = append(before, string(urn.Type()))
	}
	for _, typ := range []string{"aws:cloudwatch/logGroup:LogGroup", "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"} {
		require.Contains(t, before, typ)
	}
}

func TestEncryptionOfFlowLogs(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason    string
		group     *network.FlowLogGroup
		keys      int
		encrypted bool
	}{
		"default": {"its own key", nil, 1, true},
		"keyArn":  {"an existing key only", &network.FlowLogGroup{KeyARN: pulumi.String("arn:aws:kms:eu-west-1:123456789012:key/1")}, 0, true},
		"ownKey":  {"a key that AWS owns", &network.FlowLogGroup{OwnKey: off()}, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := flowLogs(t, func(ctx *pulumi.Context) *network.FlowLogsArgs {
				args := defaultFlowLogs(ctx)
				args.LogGroup = tc.group
				return args
			})
			require.Len(t, r.OfType("aws:kms/key:Key"), tc.keys, tc.reason)
			_, ok := r.One(t, "aws:cloudwatch/logGroup:LogGroup").Input("kmsKeyId")
			require.Equal(t, tc.encrypted, ok, tc.reason)
		})
	}
}

func TestKeyOfFlowLogsEncryptsOnlyTheirLogGroups(t *testing.T) {
	t.Parallel()
	r := flowLogs(t, defaultFlowLogs)
	name, _ := r.One(t, "aws:cloudwatch/logGroup:LogGroup").Input("name")
	require.Equal(t, "/aws/vpc-flow-logs/main/vpc-0a1b2c3d4e5f60718", name.StringValue())
	key, _ := r.One(t, "aws:kms/key:Key").Input("policy")
	require.Contains(t, key.StringValue(),
		`{"ArnLike":{"kms:EncryptionContext:aws:logs:arn":"arn:aws:logs:eu-west-1:123456789012:log-group:/aws/vpc-flow-logs/main/*"}}`)
	require.NotContains(t, key.StringValue(), ":main*", "main-2 has its own key")
}

func TestLongNamesAreShortened(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("network-", 80)
	r := fixture.Run(t, func(ctx *pulumi.Context) error {
		_, err := network.NewFlowLogs(ctx, long, defaultFlowLogs(ctx))
		return err
	}, fixture.Cloud())
	name, _ := r.One(t, "aws:cloudwatch/logGroup:LogGroup").Input("name")
	require.LessOrEqual(t, len(name.StringValue()), 512)
	require.True(t, strings.HasSuffix(name.StringValue(), "/vpc-0a1b2c3d4e5f60718"))
}

func TestDisabledFlowLogsCreateNothing(t *testing.T) {
	t.Parallel()
	r := flowLogs(t, func(ctx *pulumi.Context) *network.FlowLogsArgs {
		args := defaultFlowLogs(ctx)
		args.Enabled = off()
		return args
	})
	require.Empty(t, r.Descendants(r.One(t, network.FlowLogsToken).URN))
}

func TestExtendedFormatHasAllFields(t *testing.T) {
	t.Parallel()
	r := flowLogs(t, bucketFlowLogs)
	format, _ := r.One(t, "aws:ec2/flowLog:FlowLog").Input("logFormat")
	fields := strings.Fields(format.StringValue())
	require.Len(t, fields, 29)
	for _, f := range fields {
		require.Regexp(t, `^\$\{[a-z-]+\}$`, f)
	}
	_, ok := flowLogs(t, defaultFlowLogs).One(t, "aws:ec2/flowLog:FlowLog").Input("logFormat")
	require.False(t, ok, "AWS has a default format")
}

func TestInvalidFlowLogs(t *testing.T) {
	t.Parallel()
	vpc := pulumi.String("vpc-0a1b2c3d4e5f60718")
	bucket := pulumi.String("arn:aws:s3:::logs")
	for name, tc := range map[string]struct {
		reason string
		args   *network.FlowLogsArgs
		want   []string
	}{
		"no VPC": {"flow logs are those of a VPC", nil, []string{"vpcId: required"}},
		"values": {
			"unsupported values",
			&network.FlowLogsArgs{
				VpcID: vpc, Traffic: "REJECTED", IntervalSeconds: ptr(61), Format: "v5", Destination: "firehose",
				LogGroup: &network.FlowLogGroup{RetentionDays: ptr(8), Class: "standard"},
				Bucket:   &network.FlowLogBucket{ARN: bucket, FileFormat: "csv"},
			},
			[]string{
				`traffic: unknown value "REJECTED", did you mean "REJECT"?`, "intervalSeconds: found the number 61, expected one of: 60, 600",
				"format: unknown value", "destination: unknown value", "logGroup.retentionDays: found the number 8",
				`logGroup.class: unknown value "standard", did you mean "STANDARD"?`, "bucket.fileFormat: unknown value",
			},
		},
		"no bucket": {
			"no destination", &network.FlowLogsArgs{VpcID: vpc, Destination: network.LogDestinationS3},
			[]string{"bucket: required with the destination s3: set bucket.arn"},
		},
		"no bucket ARN": {
			"no destination", &network.FlowLogsArgs{VpcID: vpc, Destination: network.LogDestinationS3, Bucket: &network.FlowLogBucket{}},
			[]string{"bucket.arn: required"},
		},
		"unused bucket": {
			"another destination", &network.FlowLogsArgs{VpcID: vpc, Bucket: &network.FlowLogBucket{ARN: bucket}},
			[]string{"bucket: requires the destination s3"},
		},
		"ARNs": {
			"names instead of ARNs, and a key that is not used",
			&network.FlowLogsArgs{
				VpcID: vpc, Destination: network.LogDestinationS3, Bucket: &network.FlowLogBucket{ARN: pulumi.String("logs")},
				LogGroup: &network.FlowLogGroup{KeyARN: pulumi.String("alias/logs")},
			},
			[]string{
				`bucket.arn: invalid ARN "logs"`, `logGroup.keyArn: invalid ARN "alias/logs"`,
				"logGroup.keyArn: not supported with the destination s3",
			},
		},
		"tags": {
			"reserved key", &network.FlowLogsArgs{VpcID: vpc, Tags: pulumi.StringMap{"aws:x": pulumi.String("y")}}, []string{`tags["aws:x"]: `},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := fixture.Run(t, func(ctx *pulumi.Context) error {
				_, err := network.NewFlowLogs(ctx, "main", tc.args)
				requireFindings(t, err, tc.reason, tc.want)
				return nil
			}, fixture.Cloud())
			require.Empty(t, r.Resources, "nothing is registered")
		})
	}
}

func TestEvidenceOfFlowLogs(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason string
		args   network.FlowLogsArgs
		want   map[string]bool
	}{
		"default": {"all traffic, for 90 days", network.FlowLogsArgs{}, map[string]bool{
			"enabled": true, "logGroup.retentionDays": true, "logGroup": true,
		}},
		"disabled": {"no traffic", network.FlowLogsArgs{Enabled: off()}, map[string]bool{"enabled": false}},
		"accepted traffic": {"rejected traffic shows attacks", network.FlowLogsArgs{
			Traffic: network.TrafficAccept, LogGroup: &network.FlowLogGroup{RetentionDays: ptr(30)},
		}, map[string]bool{"enabled": false, "logGroup.retentionDays": false, "logGroup": true}},
		"bucket": {"the bucket has its own evidence", network.FlowLogsArgs{Destination: network.LogDestinationS3}, map[string]bool{"enabled": true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := pulumitest.Evidence(tc.args.Evidence())
			require.Empty(t, cmp.Diff(tc.want, got), "%s (-want +got)", tc.reason)
		})
	}
}
