package aws

import (
	"maps"
	"slices"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// serviceTypes are the types of identities, keys, logs, buckets, machines, clusters, queues and events.
func serviceTypes() []*cloud.Type {
	return slices.Concat([]*cloud.Type{
		key(), alias(), logGroup(), logPolicy(), parameter(),
		instance(), keyPair(), launchTemplate(), volume(), volumeAttachment(),
	}, iamTypes(), s3Types(), eksTypes(), sqsTypes(), eventTypes())
}

// serviceFunctions are the look-ups of these services.
func serviceFunctions() map[string]cloud.Function {
	out := map[string]cloud.Function{
		"aws:iam/getInstanceProfile:getInstanceProfile":             getInstanceProfile,
		"aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": getOIDCProvider,
		"aws:iam/getPolicy:getPolicy":                               getPolicy,
		"aws:iam/getRole:getRole":                                   getRole,
		"aws:ec2/getAmi:getAmi":                                     getAmi,
		"aws:ec2/getInstanceType:getInstanceType":                   getInstanceType,
		"aws:ec2/getInstanceTypes:getInstanceTypes":                 getInstanceTypes,
		"aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings": getInstanceTypeOfferings,
		"aws:ssm/getParameter:getParameter":                         getParameter,
		"aws:s3/getBucket:getBucket":                                getBucket,
		"aws:kms/getAlias:getAlias":                                 getAlias,
		"aws:kms/getKey:getKey":                                     getKey,
	}
	maps.Copy(out, eksFunctions())
	maps.Copy(out, sqsFunctions())
	return out
}
