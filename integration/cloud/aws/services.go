package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/clusters"
)

// Service returns the types and functions of VPCs, subnets and network interfaces.
func vpcService() cloud.Service {
	return cloud.Service{
		Types: []*cloud.Type{
			vpc(), cidrAssociation(), subnet(), zoneGroup(), dhcpOptions(), dhcpAssociation(),
			ipam(), ipamPool(), ipamPoolCIDR(), prefixList(), networkInterface(), flowLog(),
		},
		Functions: map[string]cloud.Function{
			"aws:ec2/getManagedPrefixList:getManagedPrefixList":   getManagedPrefixList,
			"aws:ec2/getPrefixList:getPrefixList":                 getPrefixList,
			"aws:ec2/getSubnet:getSubnet":                         getSubnet,
			"aws:ec2/getSubnets:getSubnets":                       getSubnets,
			"aws:ec2/getVpc:getVpc":                               getVPC,
			"aws:index/getAvailabilityZones:getAvailabilityZones": getAvailabilityZones,
		},
	}
}

// Service returns the types and functions of security groups.
func groupService() cloud.Service {
	return cloud.Service{
		Types:     []*cloud.Type{securityGroup(), ingressRule(), egressRule(), groupRule(), defaultGroup()},
		Functions: map[string]cloud.Function{"aws:ec2/getSecurityGroup:getSecurityGroup": getSecurityGroup},
	}
}

// Service returns the types of network ACLs.
func aclService() cloud.Service {
	return cloud.Service{Types: []*cloud.Type{networkACL(), aclRule(), aclAssociation(), defaultACL()}}
}

// Service returns the types and functions of route tables and of what routes lead to.
func routingService() cloud.Service {
	return cloud.Service{
		Types: []*cloud.Type{
			routeTable(), route(), association(), defaultTable(), internetGateway(), egressGateway(), natGateway(), address(), addressAssociation(),
			transitGateway(), transitAttachment(), peering(), accepter(),
		},
		Functions: map[string]cloud.Function{"aws:ec2/getRouteTable:getRouteTable": getRouteTable},
	}
}

// Service returns the types and functions of VPC endpoints.
func endpointService() cloud.Service {
	return cloud.Service{
		Types:     []*cloud.Type{endpoint(), endpointTable(), endpointSubnet()},
		Functions: map[string]cloud.Function{"aws:ec2/getVpcEndpointService:getVpcEndpointService": getEndpointService},
	}
}

// Service returns the types and functions of instances, volumes, launch templates and images.
func ec2Service() cloud.Service {
	return cloud.Service{
		Types: []*cloud.Type{instance(), keyPair(), launchTemplate(), volume(), volumeAttachment()},
		Functions: map[string]cloud.Function{
			"aws:ec2/getAmi:getAmi":                                     getAmi,
			"aws:ec2/getInstanceType:getInstanceType":                   getInstanceType,
			"aws:ec2/getInstanceTypes:getInstanceTypes":                 getInstanceTypes,
			"aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings": getInstanceTypeOfferings,
		},
	}
}

// Service returns the types and functions of clusters. Without control planes (nil), a cluster is its description only, and nothing answers at its endpoint.
func eksService(run clusters.ControlPlanes) cloud.Service {
	out := cloud.Service{
		Types: []*cloud.Type{eksCluster(), nodeGroup(), addon(), accessEntry(), accessPolicy(), podIdentity(), fargateProfile()},
		Functions: map[string]cloud.Function{
			"aws:eks/getAddon:getAddon":                     getAddon,
			"aws:eks/getAddonVersion:getAddonVersion":       getAddonVersion,
			"aws:eks/getCluster:getCluster":                 getCluster,
			"aws:eks/getClusterVersions:getClusterVersions": getClusterVersions,
			"aws:eks/getClusters:getClusters":               getClusters,
			"aws:eks/getNodeGroup:getNodeGroup":             getNodeGroup,
			"aws:eks/getNodeGroups:getNodeGroups":           listNodeGroups,
		},
	}
	if run != nil {
		planes{run}.attach(out)
	}
	return out
}

// Service returns the types and functions of identities and their policies.
func iamService() cloud.Service {
	return cloud.Service{
		Types: []*cloud.Type{role(), policy(), inlinePolicy(), attachment(), exclusive(), profile(), oidcProvider(), linkedRole()},
		Functions: map[string]cloud.Function{
			"aws:iam/getInstanceProfile:getInstanceProfile":             getInstanceProfile,
			"aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": getOIDCProvider,
			"aws:iam/getPolicy:getPolicy":                               getPolicy,
			"aws:iam/getRole:getRole":                                   getRole,
		},
	}
}

// Service returns the types and functions of keys.
func kmsService() cloud.Service {
	return cloud.Service{
		Types:     []*cloud.Type{key(), alias()},
		Functions: map[string]cloud.Function{"aws:kms/getAlias:getAlias": getAlias, "aws:kms/getKey:getKey": getKey},
	}
}

// Service returns the types of log groups.
func logsService() cloud.Service {
	return cloud.Service{Types: []*cloud.Type{logGroup(), logPolicy()}}
}

// Service returns the types and functions of parameters.
func ssmService() cloud.Service {
	return cloud.Service{
		Types:     []*cloud.Type{parameter()},
		Functions: map[string]cloud.Function{"aws:ssm/getParameter:getParameter": getParameter},
	}
}

// Service returns the types and functions of queues.
func sqsService() cloud.Service {
	return cloud.Service{
		Types:     []*cloud.Type{queue(), queuePolicy()},
		Functions: map[string]cloud.Function{"aws:sqs/getQueue:getQueue": getQueue},
	}
}

// Service returns the types of event rules.
func eventsService() cloud.Service {
	return cloud.Service{Types: []*cloud.Type{eventRule(), eventTarget()}}
}

// Service returns the types and functions of buckets.
func s3Service() cloud.Service {
	return cloud.Service{
		Types: []*cloud.Type{
			bucket(&cloud.Type{Token: bucketType, Args: s3.BucketV2Args{}, Resource: &s3.BucketV2{}}),
			bucket(&cloud.Type{Token: oldBucketType, Args: s3.BucketArgs{}, Resource: &s3.Bucket{}}),
			bucketObject(&cloud.Type{Token: objectType, Args: s3.BucketObjectv2Args{}, Resource: &s3.BucketObjectv2{}}),
			bucketObject(&cloud.Type{Token: oldObjectType, Args: s3.BucketObjectArgs{}, Resource: &s3.BucketObject{}}),
			accessBlock(), versioning(), encryption(), ownership(), acl(), lifecycle(), logging(), bucketPolicy(), objectLock(), replication(), cors(),
			notification(),
		},
		Functions: map[string]cloud.Function{"aws:s3/getBucket:getBucket": getBucket},
	}
}

// providerService returns the functions that belong to no service.
func providerService() cloud.Service {
	return cloud.Service{Functions: map[string]cloud.Function{
		"aws:index/getCallerIdentity:getCallerIdentity":     getCallerIdentity,
		"aws:index/getDefaultTags:getDefaultTags":           getDefaultTags,
		"aws:index/getPartition:getPartition":               getPartition,
		"aws:index/getRegion:getRegion":                     getRegion,
		"aws:index/getServicePrincipal:getServicePrincipal": getServicePrincipal,
	}}
}

// services returns what the simulated AWS covers.
func services(run clusters.ControlPlanes) []cloud.Service {
	return []cloud.Service{
		providerService(), vpcService(), groupService(), aclService(), routingService(), endpointService(), ec2Service(), eksService(run), iamService(),
		kmsService(), logsService(), ssmService(), sqsService(), eventsService(), s3Service(),
	}
}
