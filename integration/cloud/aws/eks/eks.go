package eks

import (
	"fmt"
	"regexp"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/iam"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// Tokens of the types of EKS.
const (
	clusterToken      = "aws:eks/cluster:Cluster"
	nodeGroupToken    = "aws:eks/nodeGroup:NodeGroup"
	addonToken        = "aws:eks/addon:Addon"
	AccessEntryToken  = "aws:eks/accessEntry:AccessEntry"
	AccessPolicyToken = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
	podIdentityToken  = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
	fargateToken      = "aws:eks/fargateProfile:FargateProfile"
	keyPairToken      = "aws:ec2/keyPair:KeyPair"
)

// invalid returns EKS's error for an invalid parameter.
func invalid(format string, args ...any) error {
	return kernel.Refuse("InvalidParameterException", format, args...)
}

// occupied returns EKS's error for a resource that exists or is in use.
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

// findCluster returns a cluster, or rejects its name.
func findCluster(c *cloud.Call, name string) (*cloud.Object, error) {
	return c.Find(clusterToken, name, "ResourceNotFoundException", "No cluster found for name: %s.")
}

// partsOf returns the objects of a type that belong to a cluster, without the object of the call.
func partsOf(c *cloud.Call, typ, cluster string) ([]*cloud.Object, error) {
	return c.All(typ, cloud.With("clusterName", cluster))
}

// trusts rejects a role that does not exist, or that a service cannot assume. message takes its ARN.
func trusts(c *cloud.Call, service, arn, message string) error {
	ok, err := iam.MayAssume(c, service, arn)
	if err == nil && !ok {
		err = invalid(message, arn)
	}
	return err
}

// podRole rejects a role that cannot be assumed by EKS Pod Identity.
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

// findSubnets returns subnets, which must exist in one VPC.
func findSubnets(c *cloud.Call, ids []string) ([]*cloud.Object, error) {
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

// checkGroups rejects security groups that do not exist, or are in another VPC.
func checkGroups(c *cloud.Call, ids []string, network string) error {
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

// joinID returns the id of an object that belongs to a cluster.
func joinID(cluster, name string) string { return fmt.Sprintf("%s:%s", cluster, name) }
