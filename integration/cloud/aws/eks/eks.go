package eks

import (
	"fmt"
	"regexp"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/iam"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

const (
	clusterToken      = "aws:eks/cluster:Cluster"
	nodeGroupToken    = "aws:eks/nodeGroup:NodeGroup"
	addonToken        = "aws:eks/addon:Addon"
	AccessEntryToken  = "aws:eks/accessEntry:AccessEntry"
	AccessPolicyToken = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
	podIdentityToken  = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
	fargateToken      = "aws:eks/fargateProfile:FargateProfile"
)

// invalid refuses a parameter as EKS does.
func invalid(format string, args ...any) error {
	return kernel.Refuse("InvalidParameterException", format, args...)
}

// occupied refuses what is there already, or is needed.
func occupied(format string, args ...any) error {
	return kernel.Refuse("ResourceInUseException", format, args...)
}

var clusterName = regexp.MustCompile(`^[0-9A-Za-z][A-Za-z0-9_-]*$`)

// checkClusterName checks the name of a cluster.
func checkClusterName(c *cloud.Checker, property string) {
	if name, ok := c.Text(property); ok && (len(name) > 100 || !clusterName.MatchString(name)) {
		c.Add(property, "invalid value for %s: expected 1 to 100 letters, digits, - and _, and a letter or a digit first, got %s", property, name)
	}
}

// findCluster returns a cluster, or refuses.
func findCluster(c *cloud.Call, name string) (*cloud.Object, error) {
	return c.Find(clusterToken, name, "ResourceNotFoundException", "No cluster found for name: %s.")
}

// partsOf returns the parts of a cluster of a type, without the object of the call.
func partsOf(c *cloud.Call, typ, cluster string) ([]*cloud.Object, error) {
	return c.All(typ, cloud.With("clusterName", cluster))
}

// trusts refuses a role that does not exist, and one that a service may not assume.
func trusts(c *cloud.Call, service, arn, message string) error {
	ok, err := iam.MayAssume(c, service, arn)
	if err == nil && !ok {
		err = invalid(message, arn)
	}
	return err
}

// podRole refuses a role that the pods of a service account cannot get by Pod Identity.
func podRole(c *cloud.Call, arn string) error {
	for _, action := range []string{"sts:AssumeRole", "sts:TagSession"} {
		ok, err := iam.TrustAllows(c, "pods.eks.amazonaws.com", arn, action)
		if err != nil {
			return err
		}
		if !ok {
			return invalid("The trust policy of the role %s does not allow %s to the service principal pods.eks.amazonaws.com, or there is no such role", arn, action)
		}
	}
	return nil
}

// eksSubnets returns subnets that exist and stand in one network.
func eksSubnets(c *cloud.Call, ids []string) ([]*cloud.Object, error) {
	var out []*cloud.Object
	for _, id := range ids {
		subnet, err := c.Here(kernel.SubnetToken, id)
		if err != nil {
			return nil, err
		}
		if subnet == nil {
			return nil, invalid("The subnet ID '%s' does not exist (Service: Ec2, Status Code: 400, Error Code: InvalidSubnetID.NotFound)", id)
		}
		if len(out) > 0 && out[0].Text("vpcId") != subnet.Text("vpcId") {
			return nil, invalid("Subnets specified must be in the same VPC: %s and %s are not", out[0].ID, id)
		}
		out = append(out, subnet)
	}
	return out, nil
}

// eksGroups refuses security groups that do not exist, or stand in another network.
func eksGroups(c *cloud.Call, ids []string, network string) error {
	for _, id := range ids {
		group, err := c.Here(kernel.SecurityGroupToken, id)
		if err != nil {
			return err
		}
		if group == nil {
			return invalid("The security group '%s' does not exist (Service: Ec2, Status Code: 400, Error Code: InvalidGroup.NotFound)", id)
		}
		if group.Text("vpcId") != network {
			return invalid("Security group %s is not in the VPC %s of the subnets", id, network)
		}
	}
	return nil
}

// joinID returns the id of a part of a cluster.
func joinID(cluster, name string) string { return fmt.Sprintf("%s:%s", cluster, name) }
