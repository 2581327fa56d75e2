package aws_test

import (
	"fmt"
	"strings"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws"
)

const (
	vpcType    = "aws:ec2/vpc:Vpc"
	subnetType = "aws:ec2/subnet:Subnet"
	groupType  = "aws:ec2/securityGroup:SecurityGroup"
	tableType  = "aws:ec2/routeTable:RouteTable"
)

// account is a provider without an engine.
type account struct {
	t *testing.T
	provider.Provider
	store *cloud.Store
}

func newAccount(t *testing.T, credentials bool) *account {
	t.Helper()
	store, err := cloud.Open(t.TempDir())
	require.NoError(t, err)
	return &account{t, aws.New(func() bool { return credentials }).Provider(store), store}
}

// beside returns another provider of the same cloud.
func (a *account) beside() *account {
	return &account{a.t, aws.New(func() bool { return true }).Provider(a.store), a.store}
}

func values(v map[string]any) property.Map {
	return resource.FromResourcePropertyMap(resource.NewPropertyMapFromMap(v))
}

func urn(typ string) resource.URN { return resource.URN("urn:pulumi:dev::test::" + typ + "::it") }

func (a *account) use(config map[string]any) *account {
	a.t.Helper()
	checked, err := a.CheckConfig(a.t.Context(), provider.CheckRequest{Inputs: values(config)})
	require.NoError(a.t, err)
	require.Empty(a.t, checked.Failures)
	require.NoError(a.t, a.Configure(a.t.Context(), provider.ConfigureRequest{Args: values(config)}))
	return a
}

// create returns the id of a resource, or what the cloud says.
func (a *account) create(typ string, inputs map[string]any) (string, error) {
	a.t.Helper()
	checked, err := a.Check(a.t.Context(), provider.CheckRequest{Urn: urn(typ), Inputs: values(inputs)})
	require.NoError(a.t, err)
	if len(checked.Failures) > 0 {
		return "", fmt.Errorf("%v", checked.Failures)
	}
	made, err := a.Create(a.t.Context(), provider.CreateRequest{Urn: urn(typ), Properties: checked.Inputs})
	return made.ID, err
}

func (a *account) must(typ string, inputs map[string]any) string {
	a.t.Helper()
	id, err := a.create(typ, inputs)
	require.NoError(a.t, err)
	return id
}

func TestAWSRefuses(t *testing.T) {
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
		"a network that is too large": {vpcType, map[string]any{"cidrBlock": "10.0.0.0/8"}, "api error InvalidVpc.Range: The CIDR '10.0.0.0/8' is invalid."},
		"a network that is too small": {vpcType, map[string]any{"cidrBlock": "10.0.0.0/29"}, "api error InvalidVpc.Range"},
		"no range":                    {vpcType, map[string]any{"cidrBlock": "10.0.0.0"}, `"10.0.0.0" is not a valid CIDR block`},
		"host bits":                   {vpcType, map[string]any{"cidrBlock": "10.0.0.1/16"}, `did you mean "10.0.0.0/16"?`},
		"tenancy":                     {vpcType, map[string]any{"cidrBlock": "10.0.0.0/16", "instanceTenancy": "host"}, "expected instanceTenancy to be one of"},
		"a range and a length":        {vpcType, map[string]any{"cidrBlock": "10.0.0.0/16", "ipv4NetmaskLength": 20.0}, "conflicts with ipv4NetmaskLength"},
		"too many tags":               {vpcType, map[string]any{"cidrBlock": "10.0.0.0/16", "tags": many}, "TagLimitExceeded"},
		"a reserved tag":              {vpcType, map[string]any{"cidrBlock": "10.0.0.0/16", "tags": map[string]any{"AWS:x": "1"}}, "reserved for internal use: AWS:x"},
		"a long tag":                  {vpcType, map[string]any{"cidrBlock": "10.0.0.0/16", "tags": map[string]any{"a": strings.Repeat("x", 257)}}, "its value 256: a"},
		"a subnet of nothing":         {subnetType, map[string]any{"vpcId": "vpc-0", "cidrBlock": "10.0.1.0/24"}, "api error InvalidVpcID.NotFound: The vpc ID 'vpc-0' does not exist"},
		"a subnet outside":            {subnetType, map[string]any{"cidrBlock": "10.1.1.0/24"}, "api error InvalidSubnet.Range: The CIDR '10.1.1.0/24' is invalid."},
		"a subnet around":             {subnetType, map[string]any{"cidrBlock": "10.0.0.0/15"}, "api error InvalidSubnet.Range"},
		"a tiny subnet":               {subnetType, map[string]any{"cidrBlock": "10.0.1.0/29"}, "api error InvalidSubnet.Range"},
		"a subnet in the way":         {subnetType, map[string]any{"cidrBlock": "10.0.0.128/25"}, "api error InvalidSubnet.Conflict: The CIDR '10.0.0.128/25' conflicts with another subnet"},
		"a zone elsewhere":            {subnetType, map[string]any{"cidrBlock": "10.0.1.0/24", "availabilityZone": "us-east-1a"}, "api error InvalidParameterValue: Value (us-east-1a) for parameter availabilityZone is invalid"},
		"a zone's id elsewhere": {subnetType, map[string]any{"cidrBlock": "10.0.1.0/24", "availabilityZoneId": "use1-az1"},
			"created in the following availability zones: eu-west-1a, eu-west-1b, eu-west-1c."},
		"a group's name again": {groupType, map[string]any{"name": "web"}, "api error InvalidGroup.Duplicate: The security group 'web' already exists"},
		"the default group":    {groupType, map[string]any{"name": "default"}, "api error InvalidGroup.Duplicate"},
		"a group like an id":   {groupType, map[string]any{"name": "sg-web"}, "cannot begin with sg-"},
		"a table of nothing":   {tableType, map[string]any{"vpcId": "vpc-0"}, "api error InvalidVpcID.NotFound"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAccount(t, true).use(map[string]any{"region": "eu-west-1", "defaultTags": `{"tags": {"owner": "platform"}}`})
			network := a.must(vpcType, map[string]any{"cidrBlock": "10.0.0.0/16"})
			a.must(subnetType, map[string]any{"vpcId": network, "cidrBlock": "10.0.0.0/24"})
			a.must(groupType, map[string]any{"vpcId": network, "name": "web"})
			a.must(tableType, map[string]any{"vpcId": network})
			if tc.typ != vpcType && tc.inputs["vpcId"] == nil {
				tc.inputs["vpcId"] = network
			}
			_, err := a.create(tc.typ, tc.inputs)
			require.ErrorContains(t, err, tc.want)
		})
	}
}

func TestANetworkWithSubnetsStays(t *testing.T) {
	t.Parallel()
	a := newAccount(t, true).use(map[string]any{"region": "eu-west-1"})
	network := a.must(vpcType, map[string]any{"cidrBlock": "10.0.0.0/16"})
	subnet := a.must(subnetType, map[string]any{"vpcId": network, "cidrBlock": "10.0.0.0/24", "availabilityZoneId": "euw1-az2"})
	remove := func(typ, id string) error {
		return a.Delete(t.Context(), provider.DeleteRequest{Urn: urn(typ), ID: id})
	}
	require.ErrorContains(t, remove(vpcType, network),
		"api error DependencyViolation: The vpc '"+network+"' has dependencies and cannot be deleted.")
	r, err := a.Read(t.Context(), provider.ReadRequest{Urn: urn(subnetType), ID: subnet})
	require.NoError(t, err)
	require.Equal(t, "eu-west-1b", resource.ToResourcePropertyMap(r.Properties)["availabilityZone"].StringValue())
	require.NoError(t, remove(subnetType, subnet))
	require.NoError(t, remove(vpcType, network))
}

func TestConfigurationsThatDoNotWork(t *testing.T) {
	t.Parallel()
	other := `{"roleArn": "arn:aws:iam::210987654321:role/deploy"}`
	tests := map[string]struct {
		config      map[string]any
		credentials bool
		want        []provider.CheckFailure
	}{
		"right":          {map[string]any{"region": "eu-west-1", "allowedAccountIds": `["123456789012"]`}, true, nil},
		"profile":        {map[string]any{"region": "eu-west-1", "profile": "dev"}, false, nil},
		"another's role": {map[string]any{"region": "eu-west-1", "assumeRole": other, "allowedAccountIds": `["210987654321"]`}, true, nil},
		"no region":      {map[string]any{}, true, []provider.CheckFailure{{Property: "region", Reason: "Missing region configuration"}}},
		"no such region": {map[string]any{"region": "eu-west-9"}, true, []provider.CheckFailure{{Property: "region", Reason: "invalid AWS Region: eu-west-9"}}},
		"no credentials": {map[string]any{"region": "eu-west-1"}, false,
			[]provider.CheckFailure{{Property: "accessKey", Reason: "No valid credential sources found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to any value"}}},
		"wrong account": {map[string]any{"region": "eu-west-1", "allowedAccountIds": `["210987654321"]`}, true,
			[]provider.CheckFailure{{Property: "allowedAccountIds", Reason: "AWS account ID not allowed: 123456789012"}}},
		"forbidden account": {map[string]any{"region": "eu-west-1", "forbiddenAccountIds": `["210987654321"]`, "assumeRole": other}, true,
			[]provider.CheckFailure{{Property: "allowedAccountIds", Reason: "AWS account ID not allowed: 210987654321"}}},
		"two lists": {map[string]any{"region": "eu-west-1", "allowedAccountIds": `["123456789012"]`, "forbiddenAccountIds": `["210987654321"]`}, true,
			[]provider.CheckFailure{{Property: "allowedAccountIds", Reason: `"allowedAccountIds": conflicts with forbiddenAccountIds`}}},
		"misspelt": {map[string]any{"regoin": "eu-west-1", "region": "eu-west-1"}, true,
			[]provider.CheckFailure{{Property: "regoin", Reason: `unknown property, did you mean "region"?`}}},
		"misspelt within": {map[string]any{"region": "eu-west-1", "defaultTags": `{"tag": {}}`}, true,
			[]provider.CheckFailure{{Property: "defaultTags.tag", Reason: `unknown property, did you mean "tags"?`}}},
		"government": {map[string]any{"region": "us-gov-west-1"}, true, nil},
		"an emulator": {map[string]any{"region": "eu-west-1", "endpoints": `[{"s3": "http://localhost:4566"}]`, "s3UsePathStyle": "true", "skipMetadataApiCheck": true,
			"skipRequestingAccountId": "true", "retryMode": "standard", "maxRetries": "3", "version": "6.83.0"}, true, nil},
		"files":                 {map[string]any{"region": "eu-west-1", "sharedConfigFiles": `["config"]`, "sharedCredentialsFiles": `["credentials"]`, "profile": "dev"}, false, nil},
		"no checks":             {map[string]any{"region": "xx-new-1", "skipRegionValidation": true, "skipCredentialsValidation": "true"}, false, nil},
		"tags that are ignored": {map[string]any{"region": "eu-west-1", "ignoreTags": `{"keys": ["seen"], "keyPrefixes": ["cost:"]}`}, true, nil},
		"no role": {map[string]any{"region": "eu-west-1", "assumeRole": `{"roleArn": "deploy"}`}, true,
			[]provider.CheckFailure{{Property: "assumeRole", Reason: `"deploy" is an invalid ARN: expected arn:aws:iam::ACCOUNT:role/NAME`}}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := newAccount(t, tc.credentials).CheckConfig(t.Context(), provider.CheckRequest{Inputs: values(tc.config)})
			require.NoError(t, err)
			require.Equal(t, tc.want, r.Failures)
		})
	}
}

func TestFunctionsKnowTheirAccountAndRegion(t *testing.T) {
	t.Parallel()
	a := newAccount(t, true).use(map[string]any{"region": "us-east-1", "assumeRole": `{"roleArn": "arn:aws:iam::210987654321:role/deploy"}`})
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

func TestAnotherRegionReplacesAndOtherSettingsDoNot(t *testing.T) {
	t.Parallel()
	a := newAccount(t, true)
	r, err := a.DiffConfig(t.Context(), provider.DiffRequest{
		OldInputs: values(map[string]any{"region": "eu-west-1", "profile": "dev"}), Inputs: values(map[string]any{"region": "us-east-1", "profile": "test"}),
	})
	require.NoError(t, err)
	require.True(t, r.HasChanges)
	require.Equal(t, map[string]provider.PropertyDiff{
		"region": {Kind: provider.UpdateReplace, InputDiff: true}, "profile": {Kind: provider.Update, InputDiff: true},
	}, r.DetailedDiff)
}

// Tags are those of the resource and of the provider, in every type that has tags.
func TestTagsOfEveryType(t *testing.T) {
	t.Parallel()
	h := newAccount(t, true).use(in{"region": "eu-west-1", "defaultTags": in{"tags": in{"owner": "platform"}}, "ignoreTags": in{"keyPrefixes": []any{"cost:"}}}).history()
	tags := in{}
	for i := range 50 {
		tags[fmt.Sprint(i)] = "x"
	}
	require.ErrorContains(t, h.do(step{"key", keyType, in{"tags": tags}}), "at most 50 tags, got 51")
	require.ErrorContains(t, h.do(step{"key", keyType, in{"tags": in{"aws:x": "1"}}}), "reserved for internal use: aws:x")
	h.all(step{"key", keyType, in{"tags": in{"a": "b", "cost:center": "1"}}})
	require.Equal(t, in{"owner": "platform", "a": "b"}, h.out("key", "tagsAll"))
}

// ARNs are of the partition of the region.
func TestPartitions(t *testing.T) {
	t.Parallel()
	for region, want := range map[string][3]string{
		"us-east-1": {"aws", "amazonaws.com", "logs.amazonaws.com"}, "us-gov-east-1": {"aws-us-gov", "amazonaws.com", "logs.amazonaws.com"},
		"cn-northwest-1": {"aws-cn", "amazonaws.com.cn", "logs.amazonaws.com.cn"},
	} {
		h := newAccount(t, true).use(in{"region": region}).history()
		h.all(step{"vpc", vpcType, in{"cidrBlock": "10.0.0.0/16"}}, step{"key", keyType, in{}},
			step{"role", roleType, in{"name": "a", "assumeRolePolicy": trust("ec2.amazonaws.com")}}, step{"data", bucketType, in{"bucket": "data"}})
		for name, arn := range map[string]string{
			"vpc": "ec2:" + region + ":123456789012:vpc/$vpc", "key": "kms:" + region + ":123456789012:key/$key", "role": "iam::123456789012:role/a", "data": "s3:::data",
		} {
			require.Equal(t, "arn:"+want[0]+":"+h.fill(arn).(string), h.out(name, "arn"))
		}
		found, err := h.call("aws:index/getPartition:getPartition", in{})
		require.NoError(t, err)
		require.Equal(t, []any{want[0], want[1]}, []any{found["partition"], found["dnsSuffix"]})
		service, err := h.call("aws:index/getServicePrincipal:getServicePrincipal", in{"serviceName": "logs"})
		require.NoError(t, err)
		require.Equal(t, want[2], service["name"])
		_, err = h.call("aws:index/getRegion:getRegion", in{"name": "eu-west-9"})
		require.ErrorContains(t, err, "region not found")
		own, err := h.call("aws:index/getDefaultTags:getDefaultTags", in{})
		require.NoError(t, err)
		require.Empty(t, own["tags"])
	}
}
