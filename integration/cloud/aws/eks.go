package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

const (
	clusterType     = "aws:eks/cluster:Cluster"
	nodeGroupType   = "aws:eks/nodeGroup:NodeGroup"
	addonType       = "aws:eks/addon:Addon"
	entryType       = "aws:eks/accessEntry:AccessEntry"
	entryPolicyType = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
	podIdentityType = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
	fargateType     = "aws:eks/fargateProfile:FargateProfile"
)

// invalid refuses a parameter as EKS does.
func invalid(format string, args ...any) error {
	return cloud.Refuse("InvalidParameterException", format, args...)
}

// occupied refuses what is there already, or is needed.
func occupied(format string, args ...any) error {
	return cloud.Refuse("ResourceInUseException", format, args...)
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
	return c.Find(clusterType, name, "ResourceNotFoundException", "No cluster found for name: %s.")
}

// partsOf returns the parts of a cluster of a type, without the object of the call.
func partsOf(c *cloud.Call, typ, cluster string) ([]*cloud.Object, error) {
	return c.All(typ, cloud.With("clusterName", cluster))
}

// inAccount returns a call for what stands in the account and in no region.
func inAccount(c *cloud.Call) *cloud.Call {
	return c.On(&cloud.Object{Place: c.Scope.Global})
}

// roleOf returns a role by its ARN, or nil.
func roleOf(c *cloud.Call, arn string) (*cloud.Object, error) {
	roles, err := c.List(roleType)
	if i := slices.IndexFunc(roles, func(o *cloud.Object) bool { return o.Text("arn") == arn }); i >= 0 {
		return roles[i], err
	}
	return nil, err
}

// grants are the actions that matter here of policies of AWS.
func grants() map[string][]string {
	pull := []string{"ecr:GetAuthorizationToken", "ecr:BatchGetImage"}
	return map[string][]string{
		"AdministratorAccess": {"*"}, "PowerUserAccess": {"*"},
		"AmazonEKSClusterPolicy":             {"ec2:DeleteSecurityGroup"},
		"AmazonEKSWorkerNodePolicy":          {"ec2:DescribeInstances"},
		"AmazonEKS_CNI_Policy":               {"ec2:AssignPrivateIpAddresses"},
		"AmazonEC2ContainerRegistryReadOnly": pull, "AmazonEC2ContainerRegistryPullOnly": pull,
		"AmazonEC2ContainerRegistryPowerUser": pull, "AmazonEC2ContainerRegistryFullAccess": pull,
	}
}

// statementsOf returns the documents of a role that the account wrote, and the names of AWS's own policies of it.
func statementsOf(c *cloud.Call, role *cloud.Object) (own []statement, amazon []string, err error) {
	attached, texts, err := policiesOf(inAccount(c), role)
	if err != nil {
		return nil, nil, err
	}
	for _, arn := range attached {
		if _, name, ok := strings.Cut(arn, ":iam::aws:policy/"); ok {
			amazon = append(amazon, name)
			continue
		}
		p, err := c.Get(policyType, c.Scope.Global, arn)
		if err != nil {
			return nil, nil, err
		}
		if p != nil {
			texts = append(texts, p.Text("policy"))
		}
	}
	for _, text := range texts {
		if d, err := parseDocument(text); err == nil {
			own = append(own, d.statements...)
		}
	}
	return own, amazon, nil
}

// roleMay reports whether the policies of a role allow an action, on whatever resource, and whether one of them denies it.
func roleMay(c *cloud.Call, role *cloud.Object, action string) (allowed, denied bool, err error) {
	own, amazon, err := statementsOf(c, role)
	for _, s := range own {
		if s.applies(request{kind: "AWS", principal: role.Text("arn"), action: action}) {
			allowed, denied = allowed || s.effect == "Allow", denied || s.effect == "Deny"
		}
	}
	for _, name := range amazon {
		allowed = allowed || matchAny(grants()[name], action, true)
	}
	return allowed && !denied, denied, err
}

// stillMay reports whether a role, given by its ARN, is there and its policies allow an action.
func stillMay(c *cloud.Call, arn, action string) (bool, error) {
	role, err := roleOf(c, arn)
	if err != nil || role == nil {
		return false, err
	}
	ok, _, err := roleMay(c, role, action)
	return ok, err
}

// trusts refuses a role that does not exist, and one that a service may not assume.
func trusts(c *cloud.Call, service, arn, message string) error {
	ok, err := mayAssume(c, service, arn)
	if err == nil && !ok {
		err = invalid(message, arn)
	}
	return err
}

// podRole refuses a role that the pods of a service account cannot get by Pod Identity.
func podRole(c *cloud.Call, arn string) error {
	for _, action := range []string{"sts:AssumeRole", "sts:TagSession"} {
		ok, err := mayDo(c, "pods.eks.amazonaws.com", arn, action)
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
		subnet, err := c.Here(subnetType, id)
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
		group, err := c.Here(securityGroupType, id)
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

// tableOf returns the route table of a subnet: its own, or its network's main one.
func tableOf(c *cloud.Call, subnet *cloud.Object) (string, error) {
	own, err := c.All(associationType, cloud.With("subnetId", subnet.ID))
	if err != nil {
		return "", err
	}
	if len(own) > 0 {
		return own[0].Text("routeTableId"), nil
	}
	network, err := existing(c, vpcType, subnet.Text("vpcId"))
	if err != nil {
		return "", err
	}
	return network.Text("mainRouteTableId"), nil
}

// publicSubnet reports whether a subnet has a route to an internet gateway.
func publicSubnet(c *cloud.Call, subnet *cloud.Object) (bool, error) {
	table, err := tableOf(c, subnet)
	if err != nil {
		return false, err
	}
	out, err := c.All(routeType, func(o *cloud.Object) bool {
		return o.Text("routeTableId") == table && strings.HasPrefix(o.Text("gatewayId"), "igw-")
	})
	return len(out) > 0, err
}

// joinID returns the id of a part of a cluster.
func joinID(cluster, name string) string { return fmt.Sprintf("%s:%s", cluster, name) }
