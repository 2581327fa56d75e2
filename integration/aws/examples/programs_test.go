package examples_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/autoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func goPrograms() map[string]pulumi.RunFunc {
	return map[string]pulumi.RunFunc{
		"bastion":        bastion,
		"default-vpc":    defaultVPC,
		"encrypted-data": encryptedData,
		"folder":         folder,
		"pipeline-user":  pipelineUser,
		"policies":       policies,
		"three-tiers":    threeTiers,
		"two-regions":    twoRegions,
		"web-service":    webService,
	}
}

// object is a JSON document.
type object = map[string]any

// everything is the block of a rule for all traffic.
func everything() ec2.SecurityGroupEgressArray {
	return ec2.SecurityGroupEgressArray{ec2.SecurityGroupEgressArgs{
		Protocol: pulumi.String("-1"), FromPort: pulumi.Int(0), ToPort: pulumi.Int(0),
		CidrBlocks: pulumi.StringArray{pulumi.String("0.0.0.0/0")},
	}}
}

// tcp is the block of a rule for a port.
func tcp(port int, from ...pulumi.StringInput) ec2.SecurityGroupIngressArgs {
	return ec2.SecurityGroupIngressArgs{
		Protocol: pulumi.String("tcp"), FromPort: pulumi.Int(port), ToPort: pulumi.Int(port),
		SecurityGroups: pulumi.StringArray(from),
	}
}

// public is [tcp] from everywhere.
func public(port int) ec2.SecurityGroupIngressArgs {
	rule := tcp(port)
	rule.SecurityGroups, rule.CidrBlocks = nil, pulumi.StringArray{pulumi.String("0.0.0.0/0")}
	return rule
}

func ubuntu(ctx *pulumi.Context) (*ec2.LookupAmiResult, error) {
	return ec2.LookupAmi(ctx, &ec2.LookupAmiArgs{
		Owners: []string{"099720109477"}, MostRecent: pulumi.BoolRef(true),
		Filters: []ec2.GetAmiFilter{{Name: "name", Values: []string{"ubuntu/images/*/ubuntu-noble-24.04-amd64-server-*"}}},
	})
}

// bastion is a host for SSH with a key pair, a fixed address, a disk, and a role for Session Manager.
func bastion(ctx *pulumi.Context) error {
	image, err := ubuntu(ctx)
	if err != nil {
		return err
	}
	key, err := ec2.NewKeyPair(ctx, "operator", &ec2.KeyPairArgs{PublicKey: pulumi.String(
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl operator")})
	if err != nil {
		return err
	}
	group, err := ec2.NewSecurityGroup(ctx, "ssh", &ec2.SecurityGroupArgs{
		Ingress: ec2.SecurityGroupIngressArray{public(22)}, Egress: everything(),
	})
	if err != nil {
		return err
	}
	role, err := iam.NewRole(ctx, "bastion", &iam.RoleArgs{
		AssumeRolePolicy: pulumi.Any(object{"Version": "2012-10-17", "Statement": []object{{
			"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": object{"Service": "ec2.amazonaws.com"}}}}),
	})
	if err != nil {
		return err
	}
	if _, err := iam.NewRolePolicyAttachment(ctx, "session-manager", &iam.RolePolicyAttachmentArgs{
		Role: role, PolicyArn: pulumi.String("arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"),
	}); err != nil {
		return err
	}
	profile, err := iam.NewInstanceProfile(ctx, "bastion", &iam.InstanceProfileArgs{Role: role})
	if err != nil {
		return err
	}
	host, err := ec2.NewInstance(ctx, "bastion", &ec2.InstanceArgs{
		Ami: pulumi.String(image.Id), InstanceType: pulumi.String("t3.micro"), KeyName: key.KeyName,
		SecurityGroups: pulumi.StringArray{group.Name}, IamInstanceProfile: profile, //nolint:staticcheck // Programs in the default VPC use it.
		MetadataOptions: &ec2.InstanceMetadataOptionsArgs{HttpTokens: pulumi.String("required")},
	})
	if err != nil {
		return err
	}
	disk, err := ec2.NewEip(ctx, "bastion", &ec2.EipArgs{Instance: host.ID(), Domain: pulumi.String("vpc")})
	if err != nil {
		return err
	}
	ctx.Export("address", disk.PublicIp)
	ctx.Export("root", pulumi.String(image.BlockDeviceMappings[0].Ebs["volume_size"]))
	return nil
}

// defaultVPC adopts what each account has.
func defaultVPC(ctx *pulumi.Context) error {
	network, err := ec2.NewDefaultVpc(ctx, "default", &ec2.DefaultVpcArgs{Tags: pulumi.StringMap{"Name": pulumi.String("default")}})
	if err != nil {
		return err
	}
	zones, err := aws.GetAvailabilityZones(ctx, nil)
	if err != nil {
		return err
	}
	var subnets pulumi.StringArray
	for _, zone := range zones.Names[:2] {
		subnet, err := ec2.NewDefaultSubnet(ctx, zone, &ec2.DefaultSubnetArgs{AvailabilityZone: pulumi.String(zone)})
		if err != nil {
			return err
		}
		subnets = append(subnets, subnet.ID())
	}
	if _, err := ec2.NewDefaultSecurityGroup(ctx, "closed", &ec2.DefaultSecurityGroupArgs{VpcId: network.ID()}); err != nil {
		return err
	}
	gateway, err := ec2.LookupInternetGateway(ctx, &ec2.LookupInternetGatewayArgs{
		Filters: []ec2.GetInternetGatewayFilter{{Name: "attachment.state", Values: []string{"available"}}}})
	if err != nil {
		return err
	}
	ctx.Export("subnets", subnets)
	ctx.Export("gateway", pulumi.String(gateway.Id))
	return nil
}

// encryptedData is a key with a policy of its own, and what it encrypts.
func encryptedData(ctx *pulumi.Context) error {
	caller, err := aws.GetCallerIdentity(ctx, nil)
	if err != nil {
		return err
	}
	document, err := iam.GetPolicyDocument(ctx, &iam.GetPolicyDocumentArgs{Statements: []iam.GetPolicyDocumentStatement{{
		Sid: pulumi.StringRef("Root"), Actions: []string{"kms:*"}, Resources: []string{"*"},
		Principals: []iam.GetPolicyDocumentStatementPrincipal{{Type: "AWS",
			Identifiers: []string{fmt.Sprintf("arn:aws:iam::%s:root", caller.AccountId)}}},
	}}})
	if err != nil {
		return err
	}
	key, err := kms.NewKey(ctx, "data", &kms.KeyArgs{
		Description: pulumi.String("data"), EnableKeyRotation: pulumi.Bool(true), DeletionWindowInDays: pulumi.Int(7),
		Policy: pulumi.String(document.Json),
	})
	if err != nil {
		return err
	}
	if _, err := kms.NewAlias(ctx, "data", &kms.AliasArgs{TargetKeyId: key.KeyId, Name: pulumi.String("alias/examples-data")}); err != nil {
		return err
	}
	bucket, err := s3.NewBucketV2(ctx, "data", &s3.BucketV2Args{ForceDestroy: pulumi.Bool(true)})
	if err != nil {
		return err
	}
	if _, err := s3.NewBucketServerSideEncryptionConfigurationV2(ctx, "data", &s3.BucketServerSideEncryptionConfigurationV2Args{
		Bucket: bucket.ID(),
		Rules: s3.BucketServerSideEncryptionConfigurationV2RuleArray{s3.BucketServerSideEncryptionConfigurationV2RuleArgs{
			ApplyServerSideEncryptionByDefault: &s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{
				SseAlgorithm: pulumi.String("aws:kms"), KmsMasterKeyId: key.Arn},
		}},
	}); err != nil {
		return err
	}
	if _, err := sqs.NewQueue(ctx, "data", &sqs.QueueArgs{KmsMasterKeyId: key.ID()}); err != nil {
		return err
	}
	_, err = ssm.NewParameter(ctx, "token", &ssm.ParameterArgs{Type: pulumi.String("SecureString"), KeyId: key.KeyId,
		Value: pulumi.ToSecret(pulumi.String("s3cr3t")).(pulumi.StringOutput)})
	return err
}

// folder uploads files to a bucket, and makes them readable with a document in which outputs stand.
func folder(ctx *pulumi.Context) error {
	bucket, err := s3.NewBucket(ctx, "site", nil)
	if err != nil {
		return err
	}
	block, err := s3.NewBucketPublicAccessBlock(ctx, "site", &s3.BucketPublicAccessBlockArgs{
		Bucket: bucket.ID(), BlockPublicAcls: pulumi.Bool(true), BlockPublicPolicy: pulumi.Bool(false)})
	if err != nil {
		return err
	}
	for _, name := range []string{"index.html", "error.html"} {
		if _, err := s3.NewBucketObject(ctx, name, &s3.BucketObjectArgs{
			Bucket: bucket, Key: pulumi.String(name), Source: pulumi.NewStringAsset("<h1>" + name + "</h1>"),
			ContentType: pulumi.String("text/html"),
		}); err != nil {
			return err
		}
	}
	_, err = s3.NewBucketPolicy(ctx, "readable", &s3.BucketPolicyArgs{
		Bucket: bucket.Bucket,
		Policy: pulumi.Any(object{"Version": "2012-10-17", "Statement": []object{{
			"Effect": "Allow", "Principal": "*", "Action": []any{"s3:GetObject"},
			"Resource": []any{pulumi.Sprintf("arn:aws:s3:::%s/*", bucket.Bucket)},
		}}}),
	}, pulumi.DependsOn([]pulumi.Resource{block}))
	ctx.Export("name", bucket.ID())
	return err
}

// pipelineUser is a user with a key for a pipeline, and a role that it assumes.
func pipelineUser(ctx *pulumi.Context) error {
	user, err := iam.NewUser(ctx, "pipeline", &iam.UserArgs{Path: pulumi.String("/system/")})
	if err != nil {
		return err
	}
	key, err := iam.NewAccessKey(ctx, "pipeline", &iam.AccessKeyArgs{User: user.Name})
	if err != nil {
		return err
	}
	role, err := iam.NewRole(ctx, "deploy", &iam.RoleArgs{
		AssumeRolePolicy: pulumi.Any(object{"Version": "2012-10-17", "Statement": object{
			"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": object{"AWS": user.Arn}}}),
		MaxSessionDuration: pulumi.Int(7200),
	})
	if err != nil {
		return err
	}
	ctx.Export("key", key.ID())
	ctx.Export("secret", pulumi.ToSecret(key.Secret))
	_, err = iam.NewUserPolicy(ctx, "assume", &iam.UserPolicyArgs{
		User: user.Name,
		Policy: role.Arn.ApplyT(func(arn string) (string, error) {
			text, err := json.Marshal(object{"Version": "2012-10-17", "Statement": []object{{
				"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": arn}}})
			return string(text), err
		}),
	})
	return err
}

// policies composes documents.
func policies(ctx *pulumi.Context) error {
	partition, err := aws.GetPartition(ctx, nil)
	if err != nil {
		return err
	}
	region, err := aws.GetRegion(ctx, nil)
	if err != nil {
		return err
	}
	base, err := iam.GetPolicyDocument(ctx, &iam.GetPolicyDocumentArgs{Statements: []iam.GetPolicyDocumentStatement{{
		Sid: pulumi.StringRef("Describe"), Actions: []string{"ec2:Describe*"}, Resources: []string{"*"},
		Conditions: []iam.GetPolicyDocumentStatementCondition{{Test: "StringEquals", Variable: "aws:RequestedRegion",
			Values: []string{region.Name}}},
	}}})
	if err != nil {
		return err
	}
	all, err := iam.GetPolicyDocument(ctx, &iam.GetPolicyDocumentArgs{
		SourcePolicyDocuments: []string{base.Json},
		Statements: []iam.GetPolicyDocumentStatement{{
			Effect: pulumi.StringRef("Deny"), NotActions: []string{"s3:Get*", "s3:List*"}, Resources: []string{
				fmt.Sprintf("arn:%s:s3:::audit", partition.Partition), fmt.Sprintf("arn:%s:s3:::audit/*", partition.Partition)},
		}},
	})
	if err != nil {
		return err
	}
	managed, err := iam.NewPolicy(ctx, "audit", &iam.PolicyArgs{Policy: pulumi.String(all.Json)})
	if err != nil {
		return err
	}
	trust := iam.GetPolicyDocumentOutput(ctx, iam.GetPolicyDocumentOutputArgs{Statements: iam.GetPolicyDocumentStatementArray{
		iam.GetPolicyDocumentStatementArgs{
			Actions: pulumi.StringArray{pulumi.String("sts:AssumeRole")},
			Principals: iam.GetPolicyDocumentStatementPrincipalArray{iam.GetPolicyDocumentStatementPrincipalArgs{
				Type: pulumi.String("Service"), Identifiers: pulumi.StringArray{pulumi.String("ec2.amazonaws.com"), pulumi.String("lambda.amazonaws.com")}}},
		},
	}})
	role, err := iam.NewRole(ctx, "auditor", &iam.RoleArgs{AssumeRolePolicy: trust.Json()})
	if err != nil {
		return err
	}
	_, err = iam.NewRolePolicyAttachment(ctx, "auditor", &iam.RolePolicyAttachmentArgs{Role: role.Name, PolicyArn: managed.Arn})
	return err
}

// threeTiers is a network with subnets for load balancers, servers and databases in two zones.
func threeTiers(ctx *pulumi.Context) error {
	zones, err := aws.GetAvailabilityZones(ctx, &aws.GetAvailabilityZonesArgs{State: pulumi.StringRef("available")})
	if err != nil {
		return err
	}
	network, err := ec2.NewVpc(ctx, "main", &ec2.VpcArgs{CidrBlock: pulumi.String("10.30.0.0/16")})
	if err != nil {
		return err
	}
	gateway, err := ec2.NewInternetGateway(ctx, "main", &ec2.InternetGatewayArgs{VpcId: network.ID()})
	if err != nil {
		return err
	}
	routes, err := ec2.NewRouteTable(ctx, "public", &ec2.RouteTableArgs{VpcId: network.ID()})
	if err != nil {
		return err
	}
	if _, err := ec2.NewRoute(ctx, "internet", &ec2.RouteArgs{RouteTableId: routes.ID(), GatewayId: gateway.ID(),
		DestinationCidrBlock: pulumi.String("0.0.0.0/0")}); err != nil {
		return err
	}
	subnets := map[string]pulumi.StringArray{}
	for tier, name := range []string{"public", "servers", "databases"} {
		for i, zone := range zones.Names[:2] {
			subnet, err := ec2.NewSubnet(ctx, fmt.Sprintf("%s-%d", name, i), &ec2.SubnetArgs{VpcId: network.ID(),
				CidrBlock: pulumi.Sprintf("10.30.%d.0/24", tier*10+i), AvailabilityZone: pulumi.String(zone)})
			if err != nil {
				return err
			}
			subnets[name] = append(subnets[name], subnet.ID())
			if name != "public" {
				continue
			}
			if _, err := ec2.NewRouteTableAssociation(ctx, fmt.Sprintf("%s-%d", name, i), &ec2.RouteTableAssociationArgs{
				SubnetId: subnet.ID(), RouteTableId: routes.ID()}); err != nil {
				return err
			}
		}
	}
	web, err := ec2.NewSecurityGroup(ctx, "web", &ec2.SecurityGroupArgs{VpcId: network.ID(),
		Ingress: ec2.SecurityGroupIngressArray{public(443)}, Egress: everything()})
	if err != nil {
		return err
	}
	servers, err := ec2.NewSecurityGroup(ctx, "servers", &ec2.SecurityGroupArgs{VpcId: network.ID(),
		Ingress: ec2.SecurityGroupIngressArray{tcp(8080, web.ID())}, Egress: everything()})
	if err != nil {
		return err
	}
	if _, err := ec2.NewSecurityGroup(ctx, "databases", &ec2.SecurityGroupArgs{VpcId: network.ID(),
		Ingress: ec2.SecurityGroupIngressArray{tcp(5432, servers.ID())}}); err != nil {
		return err
	}
	if _, err := ec2.NewNetworkAcl(ctx, "databases", &ec2.NetworkAclArgs{VpcId: network.ID(), SubnetIds: subnets["databases"],
		Ingress: ec2.NetworkAclIngressArray{ec2.NetworkAclIngressArgs{Protocol: pulumi.String("tcp"), RuleNo: pulumi.Int(100),
			Action: pulumi.String("allow"), CidrBlock: network.CidrBlock, FromPort: pulumi.Int(5432), ToPort: pulumi.Int(5432)}},
	}); err != nil {
		return err
	}
	_, err = ec2.NewVpcEndpoint(ctx, "s3", &ec2.VpcEndpointArgs{VpcId: network.ID(),
		ServiceName: pulumi.String("com.amazonaws.eu-west-1.s3"), RouteTableIds: pulumi.StringArray{routes.ID()}})
	ctx.Export("databases", subnets["databases"])
	return err
}

// twoRegions replicates a bucket by explicit providers.
func twoRegions(ctx *pulumi.Context) error {
	var arns pulumi.StringArray
	var providers []pulumi.ResourceOption
	var buckets []*s3.BucketV2
	var versioned []pulumi.Resource
	for _, region := range []string{"us-east-1", "us-west-2"} {
		p, err := aws.NewProvider(ctx, region, &aws.ProviderArgs{Region: pulumi.String(region),
			DefaultTags: &aws.ProviderDefaultTagsArgs{Tags: pulumi.StringMap{"owner": pulumi.String("data")}}})
		if err != nil {
			return err
		}
		bucket, err := s3.NewBucketV2(ctx, "copy-"+region, nil, pulumi.Provider(p))
		if err != nil {
			return err
		}
		versions, err := s3.NewBucketVersioningV2(ctx, "copy-"+region, &s3.BucketVersioningV2Args{Bucket: bucket.ID(),
			VersioningConfiguration: &s3.BucketVersioningV2VersioningConfigurationArgs{Status: pulumi.String("Enabled")},
		}, pulumi.Provider(p))
		if err != nil {
			return err
		}
		arns, providers = append(arns, bucket.Arn), append(providers, pulumi.Provider(p))
		buckets, versioned = append(buckets, bucket), append(versioned, versions)
	}
	role, err := iam.NewRole(ctx, "replication", &iam.RoleArgs{
		AssumeRolePolicy: pulumi.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"sts:AssumeRole"}]}`),
		InlinePolicies: iam.RoleInlinePolicyArray{iam.RoleInlinePolicyArgs{Name: pulumi.String("replicate"),
			Policy: pulumi.JSONMarshal(object{"Version": "2012-10-17", "Statement": []object{
				{"Effect": "Allow", "Action": []string{"s3:GetReplicationConfiguration", "s3:ListBucket"}, "Resource": arns[0]},
				{"Effect": "Allow", "Action": []string{"s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl",
					"s3:GetObjectVersionTagging"}, "Resource": pulumi.Sprintf("%s/*", arns[0])},
				{"Effect": "Allow", "Action": []string{"s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"},
					"Resource": pulumi.Sprintf("%s/*", arns[1])},
			}})}},
	})
	if err != nil {
		return err
	}
	_, err = s3.NewBucketReplicationConfig(ctx, "copy", &s3.BucketReplicationConfigArgs{
		Bucket: buckets[0].ID(), Role: role.Arn,
		Rules: s3.BucketReplicationConfigRuleArray{s3.BucketReplicationConfigRuleArgs{
			Id: pulumi.String("all"), Status: pulumi.String("Enabled"),
			Destination: &s3.BucketReplicationConfigRuleDestinationArgs{Bucket: buckets[1].Arn},
		}},
	}, providers[0], pulumi.DependsOn(versioned))
	return err
}

// webService is a group of servers behind a load balancer in the default network.
func webService(ctx *pulumi.Context) error {
	network, err := ec2.LookupVpc(ctx, &ec2.LookupVpcArgs{Default: pulumi.BoolRef(true)})
	if err != nil {
		return err
	}
	subnets, err := ec2.GetSubnets(ctx, &ec2.GetSubnetsArgs{Filters: []ec2.GetSubnetsFilter{
		{Name: "vpc-id", Values: []string{network.Id}}, {Name: "default-for-az", Values: []string{"true"}}}})
	if err != nil {
		return err
	}
	image, err := ubuntu(ctx)
	if err != nil {
		return err
	}
	web, err := ec2.NewSecurityGroup(ctx, "balancer", &ec2.SecurityGroupArgs{VpcId: pulumi.String(network.Id),
		Ingress: ec2.SecurityGroupIngressArray{public(80)}, Egress: everything()})
	if err != nil {
		return err
	}
	servers, err := ec2.NewSecurityGroup(ctx, "servers", &ec2.SecurityGroupArgs{VpcId: pulumi.String(network.Id),
		Ingress: ec2.SecurityGroupIngressArray{tcp(80, web.ID())}, Egress: everything()})
	if err != nil {
		return err
	}
	balancer, err := lb.NewLoadBalancer(ctx, "web", &lb.LoadBalancerArgs{SecurityGroups: pulumi.StringArray{web.ID()},
		Subnets: pulumi.ToStringArray(subnets.Ids)})
	if err != nil {
		return err
	}
	targets, err := lb.NewTargetGroup(ctx, "web", &lb.TargetGroupArgs{Port: pulumi.Int(80), Protocol: pulumi.String("HTTP"),
		VpcId: pulumi.String(network.Id), HealthCheck: &lb.TargetGroupHealthCheckArgs{Path: pulumi.String("/healthz")}})
	if err != nil {
		return err
	}
	listener, err := lb.NewListener(ctx, "http", &lb.ListenerArgs{LoadBalancerArn: balancer.Arn, Port: pulumi.Int(80),
		DefaultActions: lb.ListenerDefaultActionArray{lb.ListenerDefaultActionArgs{Type: pulumi.String("forward"),
			TargetGroupArn: targets.Arn}}})
	if err != nil {
		return err
	}
	template, err := ec2.NewLaunchTemplate(ctx, "web", &ec2.LaunchTemplateArgs{ImageId: pulumi.String(image.Id),
		InstanceType: pulumi.String("t3.small"), VpcSecurityGroupIds: pulumi.StringArray{servers.ID()},
		UserData: pulumi.String(base64.StdEncoding.EncodeToString([]byte("#!/bin/sh\napt-get install -y nginx\n")))})
	if err != nil {
		return err
	}
	group, err := autoscaling.NewGroup(ctx, "web", &autoscaling.GroupArgs{MinSize: pulumi.Int(2), MaxSize: pulumi.Int(4),
		VpcZoneIdentifiers: pulumi.ToStringArray(subnets.Ids), TargetGroupArns: pulumi.StringArray{targets.Arn},
		HealthCheckType: pulumi.String("ELB"),
		LaunchTemplate:  &autoscaling.GroupLaunchTemplateArgs{Id: template.ID(), Version: pulumi.String("$Latest")},
		Tags: autoscaling.GroupTagArray{autoscaling.GroupTagArgs{Key: pulumi.String("Name"), Value: pulumi.String("web"),
			PropagateAtLaunch: pulumi.Bool(true)}},
	}, pulumi.DependsOn([]pulumi.Resource{listener}))
	if err != nil {
		return err
	}
	grow, err := autoscaling.NewPolicy(ctx, "grow", &autoscaling.PolicyArgs{AutoscalingGroupName: group.Name,
		AdjustmentType: pulumi.String("ChangeInCapacity"), ScalingAdjustment: pulumi.Int(1)})
	if err != nil {
		return err
	}
	if _, err := cloudwatch.NewMetricAlarm(ctx, "busy", &cloudwatch.MetricAlarmArgs{
		ComparisonOperator: pulumi.String("GreaterThanThreshold"), EvaluationPeriods: pulumi.Int(3), Period: pulumi.Int(60),
		MetricName: pulumi.String("CPUUtilization"), Namespace: pulumi.String("AWS/EC2"), Statistic: pulumi.String("Average"),
		Threshold: pulumi.Float64(70), Dimensions: pulumi.StringMap{"AutoScalingGroupName": group.Name},
		AlarmActions: pulumi.Array{grow.Arn},
	}); err != nil {
		return err
	}
	ctx.Export("url", pulumi.Sprintf("http://%s", balancer.DnsName))
	return nil
}
