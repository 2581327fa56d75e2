package securitygroup

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
)

const (
	defaultGroupToken = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
)

func defaultGroup() *cloud.Type {
	return vpc.AdoptDefault(&cloud.Type{
		Token: defaultGroupToken, Args: ec2.DefaultSecurityGroupArgs{}, Resource: &ec2.DefaultSecurityGroup{},
		Replaces: []string{"vpcId"},
		Defaults: map[string]any{"revokeRulesOnDelete": false},
		Sets:     ruleSets(),
		Check:    checkRuleBlocks,
	}, kernel.SecurityGroupToken, "", groupRules())
}
