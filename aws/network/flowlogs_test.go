package network_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

func TestFlowLogsGolden(t *testing.T) {
	t.Parallel()
	for file, args := range map[string]func(*pulumi.Context) *network.FlowLogsArgs{
		"flowlogs-default": given, "flowlogs-group": inGroup, "flowlogs-bucket": inBucket,
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			golden(t, file, func(ctx *pulumi.Context) error {
				_, err := network.NewFlowLogs(ctx, "main", args(ctx))
				return err
			})
		})
	}
}

// flowLogs runs a program with flow logs called main.
func flowLogs(t *testing.T, args func(*pulumi.Context) *network.FlowLogsArgs) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := network.NewFlowLogs(ctx, "main", args(ctx))
		return err
	}, fixture.Cloud())
}

func TestTheRoleOfFlowLogsCannotBringTheirGroupBack(t *testing.T) {
	t.Parallel()
	r := flowLogs(t, given)
	text, _ := r.One(t, "aws:iam/rolePolicy:RolePolicy").Input("policy")
	require.NotContains(t, text.StringValue(), "logs:CreateLogGroup", "records on their way when a stack is destroyed would make the group anew")
	require.NotContains(t, text.StringValue(), `"Resource":"*"`)
}

func TestFlowLogsEndBeforeWhatTheyWriteTo(t *testing.T) {
	t.Parallel()
	r := flowLogs(t, given)
	var before []string
	for _, urn := range r.One(t, "aws:ec2/flowLog:FlowLog").Dependencies {
		before = append(before, string(urn.Type()))
	}
	for _, typ := range []string{"aws:cloudwatch/logGroup:LogGroup", "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"} {
		require.Contains(t, before, typ)
	}
}

func TestWhatEncryptsFlowLogs(t *testing.T) {
	t.Parallel()
	off := false
	tests := map[string]struct {
		reason string
		group  network.FlowLogGroup
		keys   int
		given  bool
	}{
		"Default": {"a key of their own", network.FlowLogGroup{}, 1, true},
		"Given":   {"a key that exists, and no other", network.FlowLogGroup{KeyARN: pulumi.String("arn:aws:kms:eu-west-1:123456789012:key/1")}, 0, true},
		"AWS":     {"a key of AWS, when that is asked for", network.FlowLogGroup{OwnKey: &off}, 0, false},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := flowLogs(t, func(ctx *pulumi.Context) *network.FlowLogsArgs {
				args := given(ctx)
				args.LogGroup = tc.group
				return args
			})
			require.Len(t, r.Of("aws:kms/key:Key"), tc.keys, tc.reason)
			_, ok := r.One(t, "aws:cloudwatch/logGroup:LogGroup").Input("kmsKeyId")
			require.Equal(t, tc.given, ok, tc.reason)
		})
	}
}

func TestTheKeyOfFlowLogsIsForTheirGroupsAlone(t *testing.T) {
	t.Parallel()
	r := flowLogs(t, given)
	name, _ := r.One(t, "aws:cloudwatch/logGroup:LogGroup").Input("name")
	require.Equal(t, "/aws/vpc-flow-logs/main/vpc-0a1b2c3d4e5f60718", name.StringValue())
	key, _ := r.One(t, "aws:kms/key:Key").Input("policy")
	require.Contains(t, key.StringValue(),
		`{"ArnLike":{"kms:EncryptionContext:aws:logs:arn":"arn:aws:logs:eu-west-1:123456789012:log-group:/aws/vpc-flow-logs/main/*"}}`)
	require.NotContains(t, key.StringValue(), ":main*", "main-2 has a key of its own")
}

func TestALongNameIsCut(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("network-", 80)
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := network.NewFlowLogs(ctx, long, given(ctx))
		return err
	}, fixture.Cloud())
	name, _ := r.One(t, "aws:cloudwatch/logGroup:LogGroup").Input("name")
	require.LessOrEqual(t, len(name.StringValue()), 512)
	require.True(t, strings.HasSuffix(name.StringValue(), "/vpc-0a1b2c3d4e5f60718"))
}

func TestFlowLogsThatAreOffMakeNothing(t *testing.T) {
	t.Parallel()
	r := flowLogs(t, func(ctx *pulumi.Context) *network.FlowLogsArgs {
		off, args := false, given(ctx)
		args.Enabled = &off
		return args
	})
	require.Empty(t, r.Descendants(r.One(t, network.FlowLogsToken).URN))
}

func TestExtendedRecordsTellMore(t *testing.T) {
	t.Parallel()
	r := flowLogs(t, inBucket)
	format, _ := r.One(t, "aws:ec2/flowLog:FlowLog").Input("logFormat")
	fields := strings.Fields(format.StringValue())
	require.Len(t, fields, 29)
	for _, f := range fields {
		require.Regexp(t, `^\$\{[a-z-]+\}$`, f)
	}
	_, ok := flowLogs(t, given).One(t, "aws:ec2/flowLog:FlowLog").Input("logFormat")
	require.False(t, ok, "AWS has a format of its own")
}

func TestFlowLogsRefuse(t *testing.T) {
	t.Parallel()
	vpc := pulumi.String("vpc-0a1b2c3d4e5f60718")
	week, minute := 8, 61
	tests := map[string]struct {
		reason string
		args   *network.FlowLogsArgs
		want   []string
	}{
		"Nothing": {"flow logs are those of a VPC", nil, []string{"vpcId: required, but missing"}},
		"Choices": {
			"AWS takes few values",
			&network.FlowLogsArgs{VpcID: vpc, FlowLogsSettings: network.FlowLogsSettings{
				Traffic: "REJECTED", IntervalSeconds: &minute, Format: "v5", Destination: "firehose",
				LogGroup: network.FlowLogGroup{RetentionDays: &week, Class: "standard"}, Bucket: network.FlowLogBucket{FileFormat: "csv"},
			}},
			[]string{
				`traffic: unknown value "REJECTED", did you mean "REJECT"?`, "intervalSeconds: found the number 61, expected one of: 60, 600",
				"format: unknown value", "destination: unknown value", "logGroup.retentionDays: found the number 8",
				`logGroup.class: unknown value "standard", did you mean "STANDARD"?`, "bucket.fileFormat: unknown value",
			},
		},
		"NoBucket": {
			"there is nothing to write to",
			&network.FlowLogsArgs{VpcID: vpc, FlowLogsSettings: network.FlowLogsSettings{Destination: "s3"}},
			[]string{"bucket.arn: missing"},
		},
		"BucketUnused": {
			"records would not go where one thinks",
			&network.FlowLogsArgs{VpcID: vpc, FlowLogsSettings: network.FlowLogsSettings{
				Bucket: network.FlowLogBucket{ARN: pulumi.String("arn:aws:s3:::logs")},
			}},
			[]string{"bucket.arn: the destination is cloudwatch"},
		},
		"ARNs": {
			"a name is no ARN, and a key of the group is not that of the bucket",
			&network.FlowLogsArgs{VpcID: vpc, FlowLogsSettings: network.FlowLogsSettings{
				Destination: "s3", Bucket: network.FlowLogBucket{ARN: pulumi.String("logs")},
				LogGroup: network.FlowLogGroup{KeyARN: pulumi.String("alias/logs")},
			}},
			[]string{`bucket.arn: found "logs"`, `logGroup.keyArn: found "alias/logs"`, "logGroup.keyArn: the destination is s3"},
		},
		"Tags": {
			"AWS keeps some keys", &network.FlowLogsArgs{VpcID: vpc, Tags: map[string]string{"aws:x": "y"}}, []string{`tags["aws:x"]: `},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
				_, err := network.NewFlowLogs(ctx, "main", tc.args)
				requireFindings(t, err, tc.reason, tc.want)
				return nil
			}, fixture.Cloud())
			require.Empty(t, r.Resources, "nothing is registered")
		})
	}
}

// requireFindings fails unless an error holds what is wanted and nothing else.
func requireFindings(t *testing.T, err error, reason string, want []string) {
	t.Helper()
	var invalid *config.Error
	require.ErrorAs(t, err, &invalid, reason)
	require.Len(t, invalid.Findings, len(want), "%s: %v", reason, err)
	for _, w := range want {
		require.ErrorContains(t, err, w, reason)
	}
}

func TestEvidenceOfFlowLogs(t *testing.T) {
	t.Parallel()
	off, month := false, 30
	tests := map[string]struct {
		reason   string
		settings network.FlowLogsSettings
		want     map[string]bool
	}{
		"Default": {"all traffic, for 90 days", network.FlowLogsSettings{}, map[string]bool{
			"enabled": true, "logGroup.retentionDays": true, "logGroup": true,
		}},
		"Off": {"nothing is logged", network.FlowLogsSettings{Enabled: &off}, map[string]bool{"enabled": false}},
		"Accepted": {"what was refused tells of attacks", network.FlowLogsSettings{
			Traffic: "ACCEPT", LogGroup: network.FlowLogGroup{RetentionDays: &month},
		}, map[string]bool{"enabled": false, "logGroup.retentionDays": false, "logGroup": true}},
		"Bucket": {"the bucket speaks for itself", network.FlowLogsSettings{Destination: "s3"}, map[string]bool{"enabled": true}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args, err := config.WithDefaults(&network.FlowLogsArgs{FlowLogsSettings: tc.settings})
			require.NoError(t, err)
			got := map[string]bool{}
			for _, e := range args.Evidence() {
				got[e.Setting] = e.Met
			}
			require.Empty(t, cmp.Diff(tc.want, got), "%s (-want +got)", tc.reason)
		})
	}
}
