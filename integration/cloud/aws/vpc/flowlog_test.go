package vpc_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

const flowLogToken = "aws:ec2/flowLog:FlowLog"

func TestRejectedFlowLogs(t *testing.T) {
	t.Parallel()
	group, role := "arn:aws:logs:eu-west-1:123456789012:log-group:flows", "arn:aws:iam::123456789012:role/flows"
	common := []awstest.Step{
		{Name: "net", Type: kernel.VPCToken, Inputs: in{"cidrBlock": "10.0.0.0/16"}},
		{Name: "group", Type: "aws:cloudwatch/logGroup:LogGroup", Inputs: in{"name": "flows"}},
		{Name: "role", Type: "aws:iam/role:Role",
			Inputs: in{"name": "flows", "assumeRolePolicy": awstest.TrustPolicy("vpc-flow-logs.amazonaws.com")}},
		{Name: "other", Type: "aws:iam/role:Role",
			Inputs: in{"name": "other", "assumeRolePolicy": awstest.TrustPolicy("ec2.amazonaws.com")}},
		{Name: "bucket", Type: "aws:s3/bucketV2:BucketV2", Inputs: in{"bucket": "flows-of-ours"}},
		{Name: "gateway", Type: "aws:ec2transitgateway/transitGateway:TransitGateway", Inputs: in{}},
	}
	log := func(more in) awstest.Step {
		return awstest.Step{Name: "log", Type: flowLogToken,
			Inputs: awstest.Merge(in{"vpcId": "$net", "trafficType": "ALL", "logDestination": group,
				"iamRoleArn": role}, more)}
	}
	bucket := func(more in) awstest.Step {
		return awstest.Step{Name: "log", Type: flowLogToken,
			Inputs: awstest.Merge(in{"vpcId": "$net", "trafficType": "ALL", "logDestinationType": "s3",
				"logDestination": "arn:aws:s3:::flows-of-ours/net/"}, more)}
	}
	awstest.RunRefusals(t, common, map[string]awstest.Refusal{
		"valid": {Steps: []awstest.Step{log(nil)}},
		"valid, by log group name": {Steps: []awstest.Step{{Name: "log", Type: flowLogToken,
			Inputs: in{"vpcId": "$net", "trafficType": "ALL", "logGroupName": "flows", "iamRoleArn": role}}}},
		"valid, with fields": {Steps: []awstest.Step{log(in{"logFormat": "${version} ${vpc-id} ${flow-direction} ${traffic-path}"})}},
		"a field that does not exist": {Steps: []awstest.Step{log(in{"logFormat": "${version} ${vpc} ${source}"})},
			Want: "api error InvalidParameter: Unknown fields provided: vpc, source"},
		"a format of files": {Steps: []awstest.Step{bucket(in{"destinationOptions": in{"fileFormat": "csv"}})},
			Want: "expected destinationOptions.fileFormat to be one of"},
		"valid, every minute": {Steps: []awstest.Step{log(in{"maxAggregationInterval": 60.0})}},
		"valid, to a bucket":  {Steps: []awstest.Step{bucket(nil)}},
		"a duplicate flow log": {Steps: []awstest.Step{log(nil), log(nil)},
			Want: "api error FlowLogAlreadyExists: Error. There is an existing Flow Log with the same configuration and log destination."},
		"the same flow log for other traffic": {Steps: []awstest.Step{log(nil), log(in{"trafficType": "REJECT"})}},
		"an unsupported interval": {Steps: []awstest.Step{log(in{"maxAggregationInterval": 300.0})},
			Want: "expected max_aggregation_interval to be one of [60 600], got 300"},
		"two sources": {Steps: []awstest.Step{log(in{"subnetId": "subnet-0"})},
			Want: "conflicts with vpcId"},
		"no source": {Steps: []awstest.Step{{Name: "log", Type: flowLogToken,
			Inputs: in{"trafficType": "ALL"}}},
			Want: "one of eniId, subnetId, transitGatewayAttachmentId, transitGatewayId, vpcId must be specified"},
		"a missing VPC": {Steps: []awstest.Step{log(in{"vpcId": "vpc-0"})},
			Want: "api error InvalidVpcID.NotFound"},
		"no traffic": {Steps: []awstest.Step{{Name: "log", Type: flowLogToken,
			Inputs: in{"vpcId": "$net", "logDestination": group, "iamRoleArn": role}}},
			Want: "api error MissingParameter"},
		"other traffic": {Steps: []awstest.Step{log(in{"trafficType": "SOME"})},
			Want: "expected trafficType to be one of"},
		"without a role": {Steps: []awstest.Step{{Name: "log", Type: flowLogToken,
			Inputs: in{"vpcId": "$net", "trafficType": "ALL", "logDestination": group}}},
			Want: "api error InvalidParameter: DeliverLogsPermissionArn can't be empty"},
		"with a role of another service": {Steps: []awstest.Step{log(in{"iamRoleArn": "arn:aws:iam::123456789012:role/other"})},
			Want: "api error InvalidParameter: Unable to assume given IAM role: 'arn:aws:iam::123456789012:role/other'"},
		"with no such role": {Steps: []awstest.Step{log(in{"iamRoleArn": "arn:aws:iam::123456789012:role/none"})},
			Want: "Unable to assume given IAM role"},
		"without a destination": {Steps: []awstest.Step{{Name: "log", Type: flowLogToken,
			Inputs: in{"vpcId": "$net", "trafficType": "ALL", "iamRoleArn": role}}},
			Want: "api error InvalidParameter: LogDestination can't be empty"},
		"to no such group": {Steps: []awstest.Step{log(in{"logDestination": group + "s"})},
			Want: "api error InvalidParameter: LogDestination: " + group + "s does not exist"},
		"to no such bucket": {Steps: []awstest.Step{bucket(in{"logDestination": "arn:aws:s3:::not-ours"})},
			Want: "api error InvalidParameter: LogDestination: not-ours does not exist"},
		"to a bucket with a role": {Steps: []awstest.Step{bucket(in{"iamRoleArn": role})},
			Want: "DeliverLogsPermissionArn is not applicable for s3 delivery"},
		"to a stream": {Steps: []awstest.Step{bucket(in{"logDestinationType": "kinesis-data-firehose"})},
			Want: "does not cover delivery streams"},
		"a transit gateway": {Steps: []awstest.Step{{Name: "log", Type: flowLogToken,
			Inputs: in{"transitGatewayId": "$gateway", "maxAggregationInterval": 60.0, "logDestination": group,
				"iamRoleArn": role}}}},
		"a transit gateway, every ten minutes": {Steps: []awstest.Step{{Name: "log", Type: flowLogToken,
			Inputs: in{"transitGatewayId": "$gateway", "logDestination": group, "iamRoleArn": role}}},
			Want: "MaxAggregationInterval must be 60 for transit gateways"},
		"a transit gateway with a traffic type": {Steps: []awstest.Step{{Name: "log", Type: flowLogToken,
			Inputs: in{"transitGatewayId": "$gateway", "trafficType": "ALL", "maxAggregationInterval": 60.0,
				"logDestination": group, "iamRoleArn": role}}},
			Want: "TrafficType is not supported for transit gateways"},
	})
}

func TestFlowLogFormat(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(
		awstest.Step{Name: "net", Type: kernel.VPCToken, Inputs: in{"cidrBlock": "10.0.0.0/16"}},
		awstest.Step{Name: "bucket", Type: "aws:s3/bucketV2:BucketV2", Inputs: in{"bucket": "flows-of-ours"}},
		awstest.Step{Name: "log", Type: flowLogToken,
			Inputs: in{"vpcId": "$net", "trafficType": "ALL", "logDestinationType": "s3",
				"logDestination": "arn:aws:s3:::flows-of-ours"}},
	)
	require.Contains(t, h.Output("log", "logFormat"), "${version} ${account-id}")
	require.Equal(t, "arn:aws:ec2:eu-west-1:123456789012:vpc-flow-log/"+h.IDs["log"], h.Output("log", "arn"))
	h.All(awstest.Step{Name: "-net"}) // Flow logs do not prevent the deletion of their VPC.
}
