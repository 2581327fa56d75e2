package rds

import (
	"regexp"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

const (
	clusterGroupToken    = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
	clusterInstanceToken = "aws:rds/clusterInstance:ClusterInstance"
	clusterToken         = "aws:rds/cluster:Cluster"
	instanceToken        = "aws:rds/instance:Instance"
	parameterGroupToken  = "aws:rds/parameterGroup:ParameterGroup"
	subnetGroupToken     = "aws:rds/subnetGroup:SubnetGroup"
)

// Service returns the types of RDS.
func Service() cloud.Service {
	return cloud.Service{Types: []*cloud.Type{subnetGroup(), parameterGroup(), clusterParameterGroup(), instance(), cluster(),
		clusterInstance()}}
}

// identifiers is the grammar of the identifiers of instances and clusters.
//
// Source: API reference of CreateDBInstance, DBInstanceIdentifier.
func identifiers() kernel.Names {
	return kernel.Names{Pattern: regexp.MustCompile(`^[a-z]([a-z0-9]|-[a-z0-9])*-?$`), Longest: 63,
		Says: "only lowercase alphanumeric characters and hyphens, the first a letter, no two hyphens in a row"}
}

// checkIdentifier checks an identifier, which has no hyphen at its end.
func checkIdentifier(c *cloud.Checker, property string) {
	identifiers().Check(c, property)
	if text, ok := c.Text(property); ok && strings.HasSuffix(text, "-") {
		c.Add(property, "%q cannot end in a hyphen", property)
	}
}
