package aws_test

import (
	"path"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
)

// TestDefaultVPC uses what each account has in each region.
func TestDefaultVPC(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History()
	network := look(t, h, "aws:ec2/getVpc:getVpc", in{"default": true})
	require.Equal(t, []any{true, "172.31.0.0/16", "available", true},
		[]any{network["default"], network["cidrBlock"], network["state"], network["enableDnsHostnames"]})
	id := network["id"].(string)
	filter := func(name, value string) in { return in{"filters": []any{in{"name": name, "values": []any{value}}}} }
	require.Len(t, look(t, h, "aws:ec2/getSubnets:getSubnets", filter("vpc-id", id))["ids"], 3)
	require.Empty(t, look(t, h, "aws:ec2/getSubnets:getSubnets", filter("default-for-az", "false"))["ids"])
	subnet := look(t, h, "aws:ec2/getSubnet:getSubnet", in{"availabilityZone": "eu-west-1b", "defaultForAz": true})
	require.Equal(t, []any{"172.31.16.0/20", true, true, 4091.0}, []any{subnet["cidrBlock"], subnet["mapPublicIpOnLaunch"],
		subnet["defaultForAz"], subnet["availableIpAddressCount"]})
	gateway := look(t, h, "aws:ec2/getInternetGateway:getInternetGateway", filter("attachment.vpc-id", id))
	table := look(t, h, "aws:ec2/getRouteTable:getRouteTable", in{"vpcId": id})
	require.Equal(t, network["mainRouteTableId"], table["routeTableId"])
	require.Equal(t, []any{in{"cidrBlock": "0.0.0.0/0", "gatewayId": gateway["internetGatewayId"]}}, table["routes"])
	require.Equal(t, id, look(t, h, "aws:ec2/getSecurityGroup:getSecurityGroup", in{"name": "default"})["vpcId"])
	require.Equal(t, "eu-west-1.compute.internal",
		look(t, h, "aws:ec2/getVpcDhcpOptions:getVpcDhcpOptions", in{"dhcpOptionsId": network["dhcpOptionsId"]})["domainName"])

	images := look(t, h, "aws:ec2/getAmi:getAmi", in{"owners": []any{"amazon"}, "mostRecent": true,
		"filters": []any{in{"name": "name", "values": []any{"al2023-ami-2023.*-x86_64"}}}})
	require.Equal(t, []any{in{"deviceName": "/dev/xvda", "noDevice": "", "virtualName": "", "ebs": in{
		"delete_on_termination": "true", "encrypted": "false", "iops": "3000", "throughput": "125",
		"snapshot_id": images["rootSnapshotId"], "volume_size": "8", "volume_type": "gp3"}}}, images["blockDeviceMappings"])
	h.All(
		awstest.Step{Name: "web", Type: kernel.SecurityGroupToken, Inputs: in{"name": "web"}},
		awstest.Step{Name: "server", Type: kernel.InstanceToken, Inputs: in{"ami": images["id"], "instanceType": "t3.micro",
			"vpcSecurityGroupIds": []any{"$web"}}},
		awstest.Step{Name: "named", Type: kernel.InstanceToken, Inputs: in{"ami": images["id"], "instanceType": "t3.micro",
			"securityGroups": []any{"web"}, "availabilityZone": "eu-west-1c"}},
		awstest.Step{Name: "vpc", Type: "aws:ec2/defaultVpc:DefaultVpc", Inputs: in{"tags": in{"Name": "default"}}},
		awstest.Step{Name: "subnet", Type: "aws:ec2/defaultSubnet:DefaultSubnet",
			Inputs: in{"availabilityZone": "eu-west-1a", "mapPublicIpOnLaunch": false}},
		awstest.Step{Name: "group", Type: awstest.DefaultSecurityGroupToken, Inputs: in{}},
	)
	require.Equal(t, id, h.Output("web", "vpcId"))
	require.Equal(t, "eu-west-1a", h.Output("server", "availabilityZone"))
	require.NotEmpty(t, h.Output("server", "publicIp"), "default subnets assign public addresses")
	require.Equal(t, []any{subnetOf(t, h, "eu-west-1c"), []any{h.IDs["web"]}},
		[]any{h.Output("named", "subnetId"), h.Output("named", "vpcSecurityGroupIds")})
	require.Equal(t, []any{id, "172.31.0.0/16", true}, []any{h.IDs["vpc"], h.Output("vpc", "cidrBlock"),
		h.Output("vpc", "existingDefaultVpc")})
	require.Equal(t, in{"Name": "default"}, look(t, h, "aws:ec2/getVpc:getVpc", in{"default": true})["tags"])
	require.Equal(t, false, look(t, h, "aws:ec2/getSubnet:getSubnet", in{"id": "$subnet"})["mapPublicIpOnLaunch"])
	require.Equal(t, network["defaultSecurityGroupId"], h.IDs["group"])
	for _, name := range []string{"vpc", "subnet", "server"} {
		require.NotNil(t, h.Refreshed(name), name)
	}
	require.ErrorContains(t, h.Do(awstest.Step{Name: "x", Type: kernel.InstanceToken, Inputs: in{"ami": images["id"],
		"instanceType": "t3.micro", "securityGroups": []any{"web"}, "subnetId": "$subnet"}}), "api error InvalidParameterCombination")
	require.ErrorContains(t, h.Do(awstest.Step{Name: "x", Type: "aws:ec2/defaultSubnet:DefaultSubnet",
		Inputs: in{"availabilityZone": "eu-west-9a"}}), "api error InvalidInput: No default subnet")
	h.All(awstest.Step{Name: "-named"}, awstest.Step{Name: "-server"}, awstest.Step{Name: "-web"}, awstest.Step{Name: "-group"},
		awstest.Step{Name: "-subnet"}, awstest.Step{Name: "-vpc"})
	left, err := h.Store.List("")
	require.NoError(t, err)
	for _, o := range left {
		given, err := vpc.Given(h.Store, o)
		require.NoError(t, err)
		require.True(t, given, o.Key())
	}
	require.Equal(t, id, look(t, h, "aws:ec2/getVpcs:getVpcs", in{})["ids"].([]any)[0], "the default types only forget")

	virginia := h.Elsewhere(in{"region": "us-east-1"})
	require.Len(t, look(t, virginia, "aws:ec2/getSubnets:getSubnets", in{})["ids"], 6, "each region has its own")
}

func look(t *testing.T, h *awstest.History, token string, args in) map[string]any {
	t.Helper()
	out, err := h.Call(token, args)
	require.NoError(t, err)
	return out
}

func subnetOf(t *testing.T, h *awstest.History, zone string) any {
	t.Helper()
	return look(t, h, "aws:ec2/getSubnet:getSubnet", in{"availabilityZone": zone, "defaultForAz": true})["id"]
}

// TestLookUps calls the functions that find resources by their properties.
func TestLookUps(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(awstest.EndpointNetwork()...).All(
		awstest.Step{Name: "gateway", Type: kernel.InternetGatewayToken, Inputs: in{"vpcId": "$net"}},
		awstest.Step{Name: "address", Type: kernel.ElasticIPToken, Inputs: in{"domain": "vpc", "tags": in{"use": "nat"}}},
		awstest.Step{Name: "nat", Type: kernel.NATGatewayToken, Inputs: in{"subnetId": "$a", "allocationId": "$address"}},
		awstest.Step{Name: "role", Type: kernel.RoleToken,
			Inputs: in{"name": "app", "path": "/apps/", "assumeRolePolicy": awstest.TrustPolicy("ec2.amazonaws.com")}},
		awstest.Step{Name: "logs", Type: kernel.LogGroupToken, Inputs: in{"name": "app-1", "retentionInDays": 7.0}},
		awstest.Step{Name: "data", Type: awstest.BucketToken, Inputs: in{"bucket": "data-of-look-ups"}},
		awstest.Step{Name: "dataPolicy", Type: "aws:s3/bucketPolicy:BucketPolicy", Inputs: in{"bucket": "$data",
			"policy": awstest.Document(in{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::data-of-look-ups/*"})}},
		awstest.Step{Name: "parameter", Type: kernel.ParameterToken, Inputs: in{"name": "/app/a", "type": "String", "value": "1"}},
		awstest.Step{Name: "deeper", Type: kernel.ParameterToken, Inputs: in{"name": "/app/b/c", "type": "String", "value": "2"}},
		awstest.Step{Name: "volume", Type: "aws:ebs/volume:Volume", Inputs: in{"availabilityZone": "eu-west-1a", "size": 8.0}},
	)
	filter := func(name, value string) in { return in{"filters": []any{in{"name": name, "values": []any{value}}}} }
	tests := map[string]struct {
		function string
		args     in
		want     in
	}{
		"addresses by tag":        {"ec2/getEips", in{"tags": in{"use": "nat"}}, in{"allocationIds": []any{h.IDs["address"]}}},
		"an address":              {"ec2/getElasticIp", in{"publicIp": "203.0.113.1"}, in{"id": h.IDs["address"]}},
		"addresses by tag key":    {"ec2/getEips", filter("tag-key", "use"), in{"publicIps": []any{"203.0.113.1"}}},
		"a gateway":               {"ec2/getInternetGateway", in{"internetGatewayId": "$gateway"}, in{"attachments": []any{in{"state": "available", "vpcId": h.IDs["net"]}}}},
		"a NAT gateway":           {"ec2/getNatGateway", in{"subnetId": "$a"}, in{"id": h.IDs["nat"], "publicIp": "203.0.113.1"}},
		"NAT gateways":            {"ec2/getNatGateways", in{}, in{"ids": []any{h.IDs["nat"]}}},
		"route tables":            {"ec2/getRouteTables", filter("route-table-id", h.IDs["table"]), in{"ids": []any{h.IDs["table"]}}},
		"security groups":         {"ec2/getSecurityGroups", filter("group-id", h.IDs["group"]), in{"vpcIds": []any{h.IDs["net"]}}},
		"a wildcard":              {"ec2/getVpcs", filter("cidr", "10.0.*"), in{"ids": []any{h.IDs["net"]}}},
		"an endpoint":             {"ec2/getVpcEndpoint", in{"vpcId": "$net", "serviceName": "com.amazonaws.eu-west-1.s3"}, in{"id": h.IDs["s3"], "state": "available"}},
		"no instances":            {"ec2/getInstances", in{"instanceStateNames": []any{"stopped"}}, in{"ids": []any{}}},
		"a volume":                {"ebs/getVolume", in{"mostRecent": true}, in{"volumeId": h.IDs["volume"]}},
		"roles":                   {"iam/getRoles", in{"pathPrefix": "/apps/"}, in{"names": []any{"app"}}},
		"a session":               {"iam/getSessionContext", in{"arn": "arn:aws:sts::123456789012:assumed-role/app/i-1"}, in{"issuerName": "app", "sessionName": "i-1"}},
		"a user":                  {"iam/getSessionContext", in{"arn": "arn:aws:iam::123456789012:user/simulated"}, in{"issuerArn": "arn:aws:iam::123456789012:user/simulated"}},
		"a zone":                  {"index/getAvailabilityZone", in{"name": "eu-west-1b"}, in{"nameSuffix": "b", "zoneId": "euw1-az2"}},
		"an ARN":                  {"index/getArn", in{"arn": "arn:aws:s3:::bucket/key:x"}, in{"service": "s3", "resource": "bucket/key:x", "account": ""}},
		"a billing account":       {"index/getBillingServiceAccount", in{}, in{"arn": "arn:aws:iam::386209384616:root"}},
		"a service":               {"index/getService", in{"serviceId": "s3"}, in{"dnsName": "s3.eu-west-1.amazonaws.com", "reverseDnsName": "com.amazonaws.eu-west-1.s3"}},
		"log groups":              {"cloudwatch/getLogGroups", in{"logGroupNamePrefix": "app"}, in{"logGroupNames": []any{"app-1"}}},
		"a log group":             {"cloudwatch/getLogGroup", in{"name": "app-1"}, in{"retentionInDays": 7.0}},
		"a policy of a bucket":    {"s3/getBucketPolicy", in{"bucket": "$data"}, in{"bucket": h.IDs["data"]}},
		"parameters":              {"ssm/getParametersByPath", in{"path": "/app"}, in{"names": []any{"/app/a"}, "values": []any{"1"}}},
		"parameters at any depth": {"ssm/getParametersByPath", in{"path": "/app/", "recursive": true}, in{"names": []any{"/app/a", "/app/b/c"}}},
		"an account for logs":     {"elb/getServiceAccount", in{}, in{"arn": "arn:aws:iam::156460612806:root"}},
		"a hosted zone":           {"elb/getHostedZoneId", in{"region": "us-east-1"}, in{"id": "Z35SXDOTRQ7X7K"}},
		"a service by its name":   {"index/getService", in{"reverseDnsName": "cn.com.amazonaws.cn-north-1.ec2"}, in{"dnsName": "ec2.cn-north-1.amazonaws.com.cn"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			answer := look(t, h, "aws:"+tc.function+":"+path.Base(tc.function), tc.args)
			for key, want := range tc.want {
				require.Equal(t, want, answer[key], key)
			}
		})
	}
	require.Contains(t, look(t, h, "aws:index/getRegions:getRegions", in{})["names"], "eu-west-1")
	_, err := h.Call("aws:index/getArn:getArn", in{"arn": "bucket"})
	require.ErrorContains(t, err, "invalid ARN")
	_, err = h.Call("aws:index/getAvailabilityZone:getAvailabilityZone", in{})
	require.ErrorContains(t, err, "expected one EC2 Availability Zone, found 3")
}
