package aws

import (
	"maps"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
)

// lookups returns the functions of EC2 and CloudWatch that find objects by their properties alone. Their answers are the arguments and
// the outputs of the object.
func lookups() cloud.Service {
	return cloud.Service{Functions: map[string]cloud.Function{
		"aws:ebs/getVolume:getVolume": newest(volumes(), renamed{"volumeId": "id"}),
		"aws:cloudwatch/getLogGroup:getLogGroup": one(kernel.Query{Type: kernel.LogGroupToken, Name: "CloudWatch Logs Log Group",
			Properties: map[string]string{"name": "name"}}, nil),
		"aws:cloudwatch/getLogGroups:getLogGroups":                logGroups,
		"aws:ec2/getEips:getEips":                                 eips,
		"aws:ec2/getElasticIp:getElasticIp":                       one(addresses(), renamed{"instanceId": "instance", "networkInterfaceId": "networkInterface"}),
		"aws:ec2/getInstance:getInstance":                         one(instances(), renamed{"instanceId": "id", "networkInterfaceId": "primaryNetworkInterfaceId"}),
		"aws:ec2/getInstances:getInstances":                       allInstances,
		"aws:ec2/getInternetGateway:getInternetGateway":           vpc.WithDefault(gateway),
		"aws:ec2/getKeyPair:getKeyPair":                           one(keyPairs(), nil),
		"aws:ec2/getLaunchTemplate:getLaunchTemplate":             one(launchTemplates(), nil),
		"aws:ec2/getNatGateway:getNatGateway":                     one(natGateways(), nil),
		"aws:ec2/getNatGateways:getNatGateways":                   several(natGateways()),
		"aws:ec2/getNetworkAcls:getNetworkAcls":                   vpc.WithDefault(several(networkACLs())),
		"aws:ec2/getNetworkInterface:getNetworkInterface":         one(interfaces(), nil),
		"aws:ec2/getNetworkInterfaces:getNetworkInterfaces":       several(interfaces()),
		"aws:ec2/getRouteTables:getRouteTables":                   vpc.WithDefault(several(routeTables())),
		"aws:ec2/getSecurityGroups:getSecurityGroups":             vpc.WithDefault(securityGroups),
		"aws:ec2/getVpcEndpoint:getVpcEndpoint":                   one(endpoints(), nil),
		"aws:ec2/getVpcPeeringConnection:getVpcPeeringConnection": one(peerings(), nil),
	}}
}

// renamed are the outputs of an object by the properties of an answer that have another name.
type renamed map[string]string

func answer(o *cloud.Object, args map[string]any, names renamed) map[string]any {
	more := map[string]any{"state": "available"}
	for property, output := range names {
		more[property] = kernel.Value(o, output)
	}
	return kernel.Answer(o, args, more)
}

// one looks up the only object that matches.
func one(q kernel.Query, names renamed) cloud.Function {
	return func(c *cloud.Call, args map[string]any) (map[string]any, error) {
		o, err := q.One(c, args)
		if err != nil {
			return nil, err
		}
		return answer(o, args, names), nil
	}
}

// newest is [one], and with mostRecent the last of several.
func newest(q kernel.Query, names renamed) cloud.Function {
	return func(c *cloud.Call, args map[string]any) (map[string]any, error) {
		found, err := q.Find(c, args)
		if err == nil && len(found) > 1 && args["mostRecent"] == true {
			return answer(found[len(found)-1], args, names), nil
		}
		return one(q, names)(c, args)
	}
}

// several looks up the ids of all objects that match.
func several(q kernel.Query) cloud.Function {
	return func(c *cloud.Call, args map[string]any) (map[string]any, error) { return kernel.IDs(c, q, args) }
}

// listed adds a list with an output of each object that matches.
func listed(c *cloud.Call, q kernel.Query, args map[string]any, lists renamed) (map[string]any, error) {
	out, err := kernel.IDs(c, q, args)
	if err != nil {
		return nil, err
	}
	found, err := q.Find(c, args)
	for property, output := range lists {
		var values []string
		for _, o := range found {
			if v := kernel.Value(o, output); v != "" {
				values = append(values, v)
			}
		}
		out[property] = cloud.List(values...)
	}
	return out, err
}

func logGroups(c *cloud.Call, args map[string]any) (map[string]any, error) {
	found, err := c.List(kernel.LogGroupToken)
	var names, arns []string
	for _, o := range found {
		if o.Place == c.Scope.Place && strings.HasPrefix(o.Text("name"), cloud.Text(args, "logGroupNamePrefix")) {
			names, arns = append(names, o.Text("name")), append(arns, o.Text("arn"))
		}
	}
	out := maps.Clone(args)
	out["id"], out["logGroupNames"], out["arns"] = c.Scope.Values["region"], cloud.List(names...), cloud.List(arns...)
	return out, err
}

func securityGroups(c *cloud.Call, args map[string]any) (map[string]any, error) {
	return listed(c, kernel.Query{
		Type: kernel.SecurityGroupToken, Name: "EC2 Security Group",
		Filters: map[string]string{"group-id": "id", "group-name": "name", "vpc-id": "vpcId", "owner-id": "ownerId",
			"description": "description"},
	}, args, renamed{"arns": "arn", "vpcIds": "vpcId"})
}

func eips(c *cloud.Call, args map[string]any) (map[string]any, error) {
	return listed(c, addresses(), args, renamed{"allocationIds": "id", "publicIps": "publicIp"})
}

func allInstances(c *cloud.Call, args map[string]any) (map[string]any, error) {
	wanted := maps.Clone(args)
	if tags, ok := args["instanceTags"]; ok {
		wanted["tags"] = tags
	}
	states := cloud.Texts(args["instanceStateNames"])
	if len(states) > 0 && !slices.Contains(states, "running") { // All instances of the simulation run.
		out := maps.Clone(args)
		maps.Copy(out, map[string]any{"id": c.Scope.Values["region"], "ids": []any{}, "privateIps": []any{}, "publicIps": []any{}})
		return out, nil
	}
	return listed(c, instances(), wanted, renamed{"privateIps": "privateIp", "publicIps": "publicIp"})
}

func gateway(c *cloud.Call, args map[string]any) (map[string]any, error) {
	o, err := kernel.Query{
		Type: kernel.InternetGatewayToken, Name: "EC2 Internet Gateway",
		Properties: map[string]string{"internetGatewayId": "id"},
		Filters: map[string]string{"internet-gateway-id": "id", "attachment.vpc-id": "vpcId", "owner-id": "ownerId",
			"attachment.state": "state"},
		Absent: map[string]string{"state": "available"},
	}.One(c, args)
	if err != nil {
		return nil, err
	}
	attachments := []any{}
	if id := o.Text("vpcId"); id != "" {
		attachments = append(attachments, map[string]any{"state": "available", "vpcId": id})
	}
	return kernel.Answer(o, args, map[string]any{"internetGatewayId": o.ID, "attachments": attachments}), nil
}

func addresses() kernel.Query {
	return kernel.Query{
		Type: kernel.ElasticIPToken, Name: "EC2 EIP",
		Properties: map[string]string{"id": "id", "publicIp": "publicIp"},
		Filters: map[string]string{"allocation-id": "id", "public-ip": "publicIp", "domain": "domain",
			"association-id": "associationId", "instance-id": "instance", "network-interface-id": "networkInterface",
			"private-ip-address": "privateIp"},
	}
}

func instances() kernel.Query {
	return kernel.Query{
		Type: kernel.InstanceToken, Name: "EC2 Instance",
		Properties: map[string]string{"instanceId": "id"},
		Filters: map[string]string{"instance-id": "id", "image-id": "ami", "instance-type": "instanceType",
			"subnet-id": "subnetId", "availability-zone": "availabilityZone", "private-ip-address": "privateIp",
			"ip-address": "publicIp", "key-name": "keyName", "instance-state-name": "instanceState"},
	}
}

func keyPairs() kernel.Query {
	return kernel.Query{
		Type: "aws:ec2/keyPair:KeyPair", Name: "EC2 Key Pair",
		Properties: map[string]string{"keyName": "id", "keyPairId": "keyPairId"},
		Filters:    map[string]string{"key-name": "id", "key-pair-id": "keyPairId", "fingerprint": "fingerprint"},
	}
}

func launchTemplates() kernel.Query {
	return kernel.Query{
		Type: kernel.LaunchTemplateToken, Name: "EC2 Launch Template",
		Properties: map[string]string{"id": "id", "name": "name"},
		Filters:    map[string]string{"launch-template-name": "name"},
	}
}

func natGateways() kernel.Query {
	return kernel.Query{
		Type: kernel.NATGatewayToken, Name: "EC2 NAT Gateway",
		Properties: map[string]string{"id": "id", "subnetId": "subnetId", "vpcId": "vpcId"},
		Filters:    map[string]string{"nat-gateway-id": "id", "subnet-id": "subnetId", "vpc-id": "vpcId", "state": "state"},
		Absent:     map[string]string{"state": "available"},
	}
}

func networkACLs() kernel.Query {
	return kernel.Query{
		Type: kernel.NetworkACLToken, Name: "EC2 Network ACL",
		Properties: map[string]string{"vpcId": "vpcId"},
		Filters:    map[string]string{"network-acl-id": "id", "vpc-id": "vpcId", "owner-id": "ownerId"},
	}
}

func interfaces() kernel.Query {
	return kernel.Query{
		Type: kernel.NetworkInterfaceToken, Name: "EC2 Network Interface",
		Properties: map[string]string{"id": "id"},
		Filters: map[string]string{"network-interface-id": "id", "subnet-id": "subnetId", "vpc-id": "vpcId",
			"description": "description", "private-ip-address": "privateIp", "availability-zone": "availabilityZone",
			"interface-type": "interfaceType", "status": "status"},
	}
}

func routeTables() kernel.Query {
	return kernel.Query{
		Type: kernel.RouteTableToken, Name: "EC2 Route Table",
		Properties: map[string]string{"vpcId": "vpcId"},
		Filters:    map[string]string{"route-table-id": "id", "vpc-id": "vpcId", "owner-id": "ownerId"},
	}
}

func endpoints() kernel.Query {
	return kernel.Query{
		Type: kernel.VPCEndpointToken, Name: "EC2 VPC Endpoint",
		Properties: map[string]string{"id": "id", "vpcId": "vpcId", "serviceName": "serviceName"},
		Filters: map[string]string{"vpc-endpoint-id": "id", "vpc-id": "vpcId", "service-name": "serviceName",
			"vpc-endpoint-type": "vpcEndpointType"},
	}
}

func peerings() kernel.Query {
	return kernel.Query{
		Type: kernel.VPCPeeringConnectionToken, Name: "EC2 VPC Peering Connection",
		Properties: map[string]string{"id": "id", "vpcId": "vpcId", "peerVpcId": "peerVpcId"},
		Filters: map[string]string{"vpc-peering-connection-id": "id", "requester-vpc-info.vpc-id": "vpcId",
			"accepter-vpc-info.vpc-id": "peerVpcId"},
	}
}

func volumes() kernel.Query {
	return kernel.Query{
		Type: "aws:ebs/volume:Volume", Name: "EBS Volume",
		Filters: map[string]string{"volume-id": "id", "availability-zone": "availabilityZone",
			"volume-type": "type", "size": "size", "snapshot-id": "snapshotId", "encrypted": "encrypted"},
	}
}
