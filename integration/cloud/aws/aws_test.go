package aws_test

import (
	"fmt"
	"strings"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

func TestRejectedNetworks(t *testing.T) {
	t.Parallel()
	many := map[string]any{}
	for i := range 50 {
		many[fmt.Sprint(i)] = "x"
	}
	tests := map[string]struct {
		typ    string
		inputs map[string]any
		want   string
	}{
		"a VPC that is too large": {kernel.VPCToken, map[string]any{"cidrBlock": "10.0.0.0/8"},
			"api error InvalidVpc.Range: The CIDR '10.0.0.0/8' is invalid."},
		"a VPC that is too small": {kernel.VPCToken, map[string]any{"cidrBlock": "10.0.0.0/29"},
			"api error InvalidVpc.Range"},
		"no range": {kernel.VPCToken, map[string]any{"cidrBlock": "10.0.0.0"},
			`"10.0.0.0" is not a valid CIDR block`},
		"host bits": {kernel.VPCToken, map[string]any{"cidrBlock": "10.0.0.1/16"},
			`did you mean "10.0.0.0/16"?`},
		"tenancy": {kernel.VPCToken,
			map[string]any{"cidrBlock": "10.0.0.0/16", "instanceTenancy": "host"},
			"expected instanceTenancy to be one of"},
		"a range and a length": {kernel.VPCToken,
			map[string]any{"cidrBlock": "10.0.0.0/16", "ipv4NetmaskLength": 20.0}, "conflicts with ipv4NetmaskLength"},
		"too many tags": {kernel.VPCToken, map[string]any{"cidrBlock": "10.0.0.0/16", "tags": many},
			"TagLimitExceeded"},
		"a reserved tag": {kernel.VPCToken,
			map[string]any{"cidrBlock": "10.0.0.0/16", "tags": map[string]any{"AWS:x": "1"}},
			"reserved for internal use: AWS:x"},
		"a long tag": {kernel.VPCToken,
			map[string]any{"cidrBlock": "10.0.0.0/16", "tags": map[string]any{"a": strings.Repeat("x", 257)}},
			"its value 256: a"},
		"a subnet of a missing VPC": {kernel.SubnetToken, map[string]any{"vpcId": "vpc-0", "cidrBlock": "10.0.1.0/24"},
			"api error InvalidVpcID.NotFound: The vpc ID 'vpc-0' does not exist"},
		"a subnet outside of its VPC": {kernel.SubnetToken, map[string]any{"cidrBlock": "10.1.1.0/24"},
			"api error InvalidSubnet.Range: The CIDR '10.1.1.0/24' is invalid."},
		"a subnet larger than its VPC": {kernel.SubnetToken, map[string]any{"cidrBlock": "10.0.0.0/15"},
			"api error InvalidSubnet.Range"},
		"a tiny subnet": {kernel.SubnetToken, map[string]any{"cidrBlock": "10.0.1.0/29"},
			"api error InvalidSubnet.Range"},
		"a subnet that overlaps another one": {kernel.SubnetToken, map[string]any{"cidrBlock": "10.0.0.128/25"},
			"api error InvalidSubnet.Conflict: The CIDR '10.0.0.128/25' conflicts with another subnet"},
		"a zone of another region": {kernel.SubnetToken,
			map[string]any{"cidrBlock": "10.0.1.0/24", "availabilityZone": "us-east-1a"},
			"api error InvalidParameterValue: Value (us-east-1a) for parameter availabilityZone is invalid"},
		"a zone id of another region": {kernel.SubnetToken,
			map[string]any{"cidrBlock": "10.0.1.0/24", "availabilityZoneId": "use1-az1"},
			"created in the following availability zones: eu-west-1a, eu-west-1b, eu-west-1c."},
		"a duplicate security group": {kernel.SecurityGroupToken, map[string]any{"name": "web"},
			"api error InvalidGroup.Duplicate: The security group 'web' already exists"},
		"the default group": {kernel.SecurityGroupToken, map[string]any{"name": "default"},
			"api error InvalidGroup.Duplicate"},
		"a security group named like an id": {kernel.SecurityGroupToken, map[string]any{"name": "sg-web"},
			"cannot begin with sg-"},
		"a table of a missing VPC": {kernel.RouteTableToken, map[string]any{"vpcId": "vpc-0"},
			"api error InvalidVpcID.NotFound"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := awstest.NewAccount(t, true).Use(map[string]any{"region": "eu-west-1",
				"defaultTags": `{"tags": {"owner": "platform"}}`})
			network := a.MustCreate(kernel.VPCToken, map[string]any{"cidrBlock": "10.0.0.0/16"})
			a.MustCreate(kernel.SubnetToken, map[string]any{"vpcId": network, "cidrBlock": "10.0.0.0/24"})
			a.MustCreate(kernel.SecurityGroupToken, map[string]any{"vpcId": network, "name": "web"})
			a.MustCreate(kernel.RouteTableToken, map[string]any{"vpcId": network})
			if tc.typ != kernel.VPCToken && tc.inputs["vpcId"] == nil {
				tc.inputs["vpcId"] = network
			}
			_, err := a.TryCreate(tc.typ, tc.inputs)
			require.ErrorContains(t, err, tc.want)
		})
	}
}

func TestProviderConfiguration(t *testing.T) {
	t.Parallel()
	other := `{"roleArn": "arn:aws:iam::210987654321:role/deploy"}`
	tests := map[string]struct {
		config      map[string]any
		credentials bool
		want        []provider.CheckFailure
	}{
		"valid":   {map[string]any{"region": "eu-west-1", "allowedAccountIds": `["123456789012"]`}, true, nil},
		"profile": {map[string]any{"region": "eu-west-1", "profile": "dev"}, false, nil},
		"a role of another account": {map[string]any{"region": "eu-west-1", "assumeRole": other,
			"allowedAccountIds": `["210987654321"]`}, true, nil},
		"no region": {map[string]any{}, true,
			[]provider.CheckFailure{{Property: "region", Reason: "Missing region configuration"}}},
		"no such region": {map[string]any{"region": "eu-west-9"}, true,
			[]provider.CheckFailure{{Property: "region", Reason: "invalid AWS Region: eu-west-9"}}},
		"no credentials": {map[string]any{"region": "eu-west-1"}, false,
			[]provider.CheckFailure{{Property: "accessKey",
				Reason: "No valid credential sources found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to any value"}}},
		"wrong account": {map[string]any{"region": "eu-west-1", "allowedAccountIds": `["210987654321"]`}, true,
			[]provider.CheckFailure{{Reason: "AWS account ID not allowed: 123456789012"}}},
		"forbidden account": {map[string]any{"region": "eu-west-1", "forbiddenAccountIds": `["210987654321"]`,
			"assumeRole": other}, true,
			[]provider.CheckFailure{{Reason: "AWS account ID not allowed: 210987654321"}}},
		"two lists": {map[string]any{"region": "eu-west-1", "allowedAccountIds": `["123456789012"]`,
			"forbiddenAccountIds": `["210987654321"]`}, true,
			[]provider.CheckFailure{{Property: "allowedAccountIds",
				Reason: `"allowedAccountIds": conflicts with forbiddenAccountIds`}}},
		"a misspelled setting": {map[string]any{"regoin": "eu-west-1", "region": "eu-west-1"}, true,
			[]provider.CheckFailure{{Property: "regoin", Reason: `unknown property, did you mean "region"?`}}},
		"a misspelled nested setting": {map[string]any{"region": "eu-west-1", "defaultTags": `{"tag": {}}`}, true,
			[]provider.CheckFailure{{Property: "defaultTags.tag", Reason: `unknown property, did you mean "tags"?`}}},
		"government": {map[string]any{"region": "us-gov-west-1"}, true, nil},
		"an emulator": {map[string]any{"region": "eu-west-1", "endpoints": `[{"s3": "http://localhost:4566"}]`,
			"s3UsePathStyle": "true", "skipMetadataApiCheck": true,
			"skipRequestingAccountId": "true", "retryMode": "standard", "maxRetries": "3", "version": "6.83.0"}, true,
			nil},
		"files": {map[string]any{"region": "eu-west-1", "sharedConfigFiles": `["config"]`,
			"sharedCredentialsFiles": `["credentials"]`, "profile": "dev"}, false, nil},
		"no checks": {map[string]any{"region": "xx-new-1", "skipRegionValidation": true,
			"skipCredentialsValidation": "true"}, false, nil},
		"tags that are ignored": {map[string]any{"region": "eu-west-1",
			"ignoreTags": `{"keys": ["seen"], "keyPrefixes": ["cost:"]}`}, true, nil},
		"no role": {map[string]any{"region": "eu-west-1", "assumeRole": `{"roleArn": "deploy"}`}, true,
			[]provider.CheckFailure{{Property: "assumeRole",
				Reason: `"deploy" is an invalid ARN: expected arn:aws:iam::ACCOUNT:role/NAME`}}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := awstest.NewAccount(t, tc.credentials).CheckConfig(t.Context(),
				provider.CheckRequest{Inputs: awstest.Properties(tc.config)})
			require.NoError(t, err)
			require.Equal(t, tc.want, r.Failures)
		})
	}
}

func TestAccountAndRegionLookUps(t *testing.T) {
	t.Parallel()
	a := awstest.NewAccount(t, true).Use(map[string]any{"region": "us-east-1",
		"assumeRole": `{"roleArn": "arn:aws:iam::210987654321:role/deploy"}`})
	call := func(name string) map[string]any {
		r, err := a.Invoke(t.Context(), provider.InvokeRequest{Token: tokens.Type("aws:index/" + name + ":" + name)})
		require.NoError(t, err)
		return resource.ToResourcePropertyMap(r.Return).Mappable()
	}
	require.Equal(t, "210987654321", call("getCallerIdentity")["accountId"])
	require.Equal(t, "us-east-1", call("getRegion")["name"])
	require.Equal(t, "aws", call("getPartition")["partition"])
	require.Len(t, call("getAvailabilityZones")["names"], 6)
}

func TestProviderReplacement(t *testing.T) {
	t.Parallel()
	a := awstest.NewAccount(t, true)
	r, err := a.DiffConfig(t.Context(), provider.DiffRequest{
		OldInputs: awstest.Properties(map[string]any{"region": "eu-west-1", "profile": "dev"}),
		Inputs:    awstest.Properties(map[string]any{"region": "us-east-1", "profile": "test"}),
	})
	require.NoError(t, err)
	require.True(t, r.HasChanges)
	require.Equal(t, map[string]provider.PropertyDiff{
		"region": {Kind: provider.UpdateReplace, InputDiff: true}, "profile": {Kind: provider.Update, InputDiff: true},
	}, r.DetailedDiff)
}

// TestTags checks the tags of the resource and the provider.
func TestTags(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1", "defaultTags": in{"tags": in{"owner": "platform"}},
		"ignoreTags": in{"keyPrefixes": []any{"cost:"}}}).History()
	tags := in{}
	for i := range 50 {
		tags[fmt.Sprint(i)] = "x"
	}
	require.ErrorContains(t, h.Do(awstest.Step{Name: "key", Type: awstest.KeyToken, Inputs: in{"tags": tags}}),
		"at most 50 tags, got 51")
	require.ErrorContains(t, h.Do(awstest.Step{Name: "key", Type: awstest.KeyToken,
		Inputs: in{"tags": in{"aws:x": "1"}}}), "reserved for internal use: aws:x")
	h.All(awstest.Step{Name: "key", Type: awstest.KeyToken, Inputs: in{"tags": in{"a": "b", "cost:center": "1"}}})
	require.Equal(t, in{"owner": "platform", "a": "b"}, h.Output("key", "tagsAll"))
}

// TestPartitions checks the ARNs and domains of partitions.
func TestPartitions(t *testing.T) {
	t.Parallel()
	for region, want := range map[string][3]string{
		"us-east-1":      {"aws", "amazonaws.com", "logs.amazonaws.com"},
		"us-gov-east-1":  {"aws-us-gov", "amazonaws.com", "logs.amazonaws.com"},
		"cn-northwest-1": {"aws-cn", "amazonaws.com.cn", "logs.amazonaws.com.cn"},
	} {
		h := awstest.NewAccount(t, true).Use(in{"region": region}).History()
		h.All(awstest.Step{Name: "vpc", Type: kernel.VPCToken, Inputs: in{"cidrBlock": "10.0.0.0/16"}},
			awstest.Step{Name: "key", Type: awstest.KeyToken, Inputs: in{}},
			awstest.Step{Name: "role", Type: kernel.RoleToken,
				Inputs: in{"name": "a", "assumeRolePolicy": awstest.TrustPolicy("ec2.amazonaws.com")}},
			awstest.Step{Name: "data", Type: awstest.BucketToken, Inputs: in{"bucket": "data"}})
		for name, arn := range map[string]string{
			"vpc": "ec2:" + region + ":123456789012:vpc/$vpc", "key": "kms:" + region + ":123456789012:key/$key",
			"role": "iam::123456789012:role/a", "data": "s3:::data",
		} {
			require.Equal(t, "arn:"+want[0]+":"+h.Fill(arn).(string), h.Output(name, "arn"))
		}
		found, err := h.Call("aws:index/getPartition:getPartition", in{})
		require.NoError(t, err)
		require.Equal(t, []any{want[0], want[1]}, []any{found["partition"], found["dnsSuffix"]})
		service, err := h.Call("aws:index/getServicePrincipal:getServicePrincipal", in{"serviceName": "logs"})
		require.NoError(t, err)
		require.Equal(t, want[2], service["name"])
		_, err = h.Call("aws:index/getRegion:getRegion", in{"name": "eu-west-9"})
		require.ErrorContains(t, err, "region not found")
		own, err := h.Call("aws:index/getDefaultTags:getDefaultTags", in{})
		require.NoError(t, err)
		require.Empty(t, own["tags"])
	}
}
