package network_test

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// section holds the settings as a section of configuration does.
type section struct {
	FlowLogs  network.FlowLogsSettings  `pulumi:"flowLogs"`
	Endpoints network.EndpointsSettings `pulumi:"endpoints"`
}

// Everything that a person chooses can be written in a stack file.
func TestSettingsAreReadFromConfiguration(t *testing.T) {
	t.Parallel()
	written := map[string]any{
		"flowLogs": map[string]any{
			"traffic": "REJECT", "intervalSeconds": 60, "format": "extended", "destination": "s3",
			"bucket": map[string]any{"arn": "arn:aws:s3:::logs", "perHour": false},
		},
		"endpoints": map[string]any{
			"gateways": map[string]any{"dynamodb": false}, "bundles": []string{"eks"}, "services": []string{"kms"}, "privateDns": false,
			"organization": "o-a1b2c3d4e5", "accounts": []string{"210987654321"}, "unrestricted": []string{"logs"},
			"policies": map[string]any{"kms": map[string]any{"statements": []any{map[string]any{
				"effect": "Allow", "principals": map[string]any{"everyone": true}, "actions": []string{"kms:Decrypt"}, "resources": []string{"*"},
			}}}},
		},
	}
	minute, on, off := 60, true, false
	days := 90
	want := section{
		FlowLogs: network.FlowLogsSettings{
			Enabled: &on, Traffic: "REJECT", IntervalSeconds: &minute, Format: "extended", Destination: "s3",
			LogGroup: network.FlowLogGroup{RetentionDays: &days, OwnKey: &on, Class: "STANDARD"},
			Bucket: network.FlowLogBucket{
				ARN: pulumi.String("arn:aws:s3:::logs"), FileFormat: "parquet", HivePartitions: &on, PerHour: &off,
			},
		},
		Endpoints: network.EndpointsSettings{
			Gateways: network.GatewayEndpoints{S3: &on, DynamoDB: &off}, Bundles: []string{"eks"}, Services: []string{"kms"}, PrivateDNS: &off, IPAddressType: "ipv4",
			Organization: "o-a1b2c3d4e5", Accounts: []string{"210987654321"}, Unrestricted: []string{"logs"},
			Policies: map[string]policy.Document{"kms": {Statements: []policy.Statement{{
				Effect: policy.Allow, Principals: &policy.Principals{Everyone: true}, Actions: []string{"kms:Decrypt"},
				Resources: pulumi.StringArray{pulumi.String("*")},
			}}}},
		},
	}
	text, err := json.Marshal(written)
	require.NoError(t, err)
	pulumitest.Run(t, func(ctx *pulumi.Context) error {
		m, err := config.Load(ctx, []config.Section{config.NewSection[section]("parts", nil)})
		if err != nil {
			return err
		}
		got, err := config.Get[*section](m, "parts")
		require.NoError(t, err)
		require.Equal(t, want, *got)
		return nil
	}, pulumitest.WithConfig(map[string]string{"ashlar:parts": string(text)}))
}
