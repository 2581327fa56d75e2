package reference

import (
	"slices"
	"sync"
)

// GlobalKeys returns the condition keys that requests of all services can have. Words in ${} stand for any text. They
// include the keys of sessions, which have prefixes of the services that created them.
//
// Keys for tags are not included: [Action.Keys] has them for the actions that support them.
//
// Source: "AWS global condition context keys", AWS Identity and Access Management User Guide; aws:SourceOwner is from
// "Special case keys for Amazon SNS".
func GlobalKeys() []string { return slices.Clone(globalKeys()) }

var globalKeys = sync.OnceValue(func() []string {
	return slices.Concat(principalKeys(), requestKeys(), sessionKeys())
})

func principalKeys() []string {
	return []string{
		"aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalIsAWSService", "aws:PrincipalOrgID",
		"aws:PrincipalOrgPaths", "aws:PrincipalServiceName", "aws:PrincipalServiceNamesList", "aws:PrincipalTag/${TagKey}",
		"aws:PrincipalType", "aws:userid", "aws:username",
	}
}

func requestKeys() []string {
	return []string{
		"aws:CalledVia", "aws:CalledViaAWSMCP", "aws:CalledViaFirst", "aws:CalledViaLast", "aws:CurrentTime",
		"aws:EpochTime", "aws:IsMcpServiceAction", "aws:Referer", "aws:RequestedRegion", "aws:ResourceAccount",
		"aws:ResourceOrgID", "aws:ResourceOrgPaths", "aws:SecureTransport", "aws:SourceAccount", "aws:SourceArn",
		"aws:SourceIp", "aws:SourceOrgID", "aws:SourceOrgPaths", "aws:SourceOwner", "aws:SourceVpc", "aws:SourceVpcArn",
		"aws:SourceVpce", "aws:UserAgent", "aws:ViaAWSMCPService", "aws:ViaAWSService", "aws:VpcSourceIp", "aws:VpceAccount",
		"aws:VpceOrgID", "aws:VpceOrgPaths",
	}
}

func sessionKeys() []string {
	return []string{
		"aws:AssumedRoot", "aws:ChatbotSourceArn", "aws:Ec2InstanceSourcePrivateIPv4", "aws:Ec2InstanceSourceVpc",
		"aws:FederatedProvider", "aws:MultiFactorAuthAge", "aws:MultiFactorAuthPresent", "aws:SignInSessionArn",
		"aws:SourceIdentity", "aws:TokenIssueTime",
		"codebuild:BuildArn", "codebuild:ProjectArn", "ec2:RoleDelivery", "ec2:SourceInstanceArn",
		"glue:CredentialIssuingService", "glue:RoleAssumedBy", "identitystore:UserId", "lambda:SourceFunctionArn",
		"ssm:SourceInstanceArn",
	}
}

// TagKeys returns the condition keys for tags that actions of many services support.
func TagKeys() []string {
	return []string{"aws:RequestTag/${TagKey}", "aws:ResourceTag/${TagKey}", "aws:TagKeys"}
}
