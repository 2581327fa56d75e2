package aws_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const flowLogType = "aws:ec2/flowLog:FlowLog"

func TestFlowLogsThatAWSRefuses(t *testing.T) {
	t.Parallel()
	group, role := "arn:aws:logs:eu-west-1:123456789012:log-group:flows", "arn:aws:iam::123456789012:role/flows"
	common := []step{
		{"net", vpcType, in{"cidrBlock": "10.0.0.0/16"}},
		{"group", "aws:cloudwatch/logGroup:LogGroup", in{"name": "flows"}},
		{"role", "aws:iam/role:Role", in{"name": "flows", "assumeRolePolicy": trust("vpc-flow-logs.amazonaws.com")}},
		{"other", "aws:iam/role:Role", in{"name": "other", "assumeRolePolicy": trust("ec2.amazonaws.com")}},
		{"bucket", "aws:s3/bucketV2:BucketV2", in{"bucket": "flows-of-ours"}},
		{"gateway", "aws:ec2transitgateway/transitGateway:TransitGateway", in{}},
	}
	log := func(more in) step {
		return step{"log", flowLogType, merged(in{"vpcId": "$net", "trafficType": "ALL", "logDestination": group, "iamRoleArn": role}, more)}
	}
	bucket := func(more in) step {
		return step{"log", flowLogType, merged(in{"vpcId": "$net", "trafficType": "ALL", "logDestinationType": "s3", "logDestination": "arn:aws:s3:::flows-of-ours/net/"}, more)}
	}
	runRefusals(t, common, map[string]refusal{
		"right":                      {[]step{log(nil)}, ""},
		"right, by name":             {[]step{{"log", flowLogType, in{"vpcId": "$net", "trafficType": "ALL", "logGroupName": "flows", "iamRoleArn": role}}}, ""},
		"right, every minute":        {[]step{log(in{"maxAggregationInterval": 60.0})}, ""},
		"right, in a bucket":         {[]step{bucket(nil)}, ""},
		"the same again":             {[]step{log(nil), log(nil)}, "api error FlowLogAlreadyExists: Error. There is an existing Flow Log with the same configuration and log destination."},
		"the same, of other traffic": {[]step{log(nil), log(in{"trafficType": "REJECT"})}, ""},
		"every now and then":         {[]step{log(in{"maxAggregationInterval": 300.0})}, "expected max_aggregation_interval to be one of [60 600], got 300"},
		"of two things":              {[]step{log(in{"subnetId": "subnet-0"})}, "conflicts with vpcId"},
		"of nothing":                 {[]step{{"log", flowLogType, in{"trafficType": "ALL"}}}, "one of eniId, subnetId, transitGatewayAttachmentId, transitGatewayId, vpcId must be specified"},
		"of no such network":         {[]step{log(in{"vpcId": "vpc-0"})}, "api error InvalidVpcID.NotFound"},
		"no traffic":                 {[]step{{"log", flowLogType, in{"vpcId": "$net", "logDestination": group, "iamRoleArn": role}}}, "api error MissingParameter"},
		"other traffic":              {[]step{log(in{"trafficType": "SOME"})}, "expected trafficType to be one of"},
		"without a role":             {[]step{{"log", flowLogType, in{"vpcId": "$net", "trafficType": "ALL", "logDestination": group}}}, "api error InvalidParameter: DeliverLogsPermissionArn can't be empty"},
		"with another's role":        {[]step{log(in{"iamRoleArn": "arn:aws:iam::123456789012:role/other"})}, "api error InvalidParameter: Unable to assume given IAM role: 'arn:aws:iam::123456789012:role/other'"},
		"with no such role":          {[]step{log(in{"iamRoleArn": "arn:aws:iam::123456789012:role/none"})}, "Unable to assume given IAM role"},
		"without a destination":      {[]step{{"log", flowLogType, in{"vpcId": "$net", "trafficType": "ALL", "iamRoleArn": role}}}, "api error InvalidParameter: LogDestination can't be empty"},
		"to no such group":           {[]step{log(in{"logDestination": group + "s"})}, "api error InvalidParameter: LogDestination: " + group + "s does not exist"},
		"to no such bucket":          {[]step{bucket(in{"logDestination": "arn:aws:s3:::not-ours"})}, "api error InvalidParameter: LogDestination: not-ours does not exist"},
		"to a bucket with a role":    {[]step{bucket(in{"iamRoleArn": role})}, "DeliverLogsPermissionArn is not applicable for s3 delivery"},
		"to a stream":                {[]step{bucket(in{"logDestinationType": "kinesis-data-firehose"})}, "does not cover delivery streams yet"},
		"of a gateway":               {[]step{{"log", flowLogType, in{"transitGatewayId": "$gateway", "maxAggregationInterval": 60.0, "logDestination": group, "iamRoleArn": role}}}, ""},
		"of a gateway, slowly": {[]step{{"log", flowLogType, in{"transitGatewayId": "$gateway", "logDestination": group, "iamRoleArn": role}}},
			"MaxAggregationInterval must be 60 for transit gateways"},
		"of a gateway's traffic": {[]step{{"log", flowLogType, in{"transitGatewayId": "$gateway", "trafficType": "ALL", "maxAggregationInterval": 60.0, "logDestination": group, "iamRoleArn": role}}},
			"TrafficType is not supported for transit gateways"},
	})
}

func TestFlowLogsHaveAFormat(t *testing.T) {
	t.Parallel()
	h := newAccount(t, true).use(in{"region": "eu-west-1"}).history().all(
		step{"net", vpcType, in{"cidrBlock": "10.0.0.0/16"}}, step{"bucket", "aws:s3/bucketV2:BucketV2", in{"bucket": "flows-of-ours"}},
		step{"log", flowLogType, in{"vpcId": "$net", "trafficType": "ALL", "logDestinationType": "s3", "logDestination": "arn:aws:s3:::flows-of-ours"}},
	)
	require.Contains(t, h.out("log", "logFormat"), "${version} ${account-id}")
	require.Equal(t, "arn:aws:ec2:eu-west-1:123456789012:vpc-flow-log/"+h.ids["log"], h.out("log", "arn"))
	h.all(step{"-net", "", nil}) // A network's flow logs do not keep it.
}
