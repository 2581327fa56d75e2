package eks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/ec2"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/iam"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/routing"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
	"github.com/ashlar-iac/ashlar/integration/clusters"
)

// setNodes makes the nodes of a node group the desired number, spread over its subnets. Nodes of another release are
// replaced: new ones are created first. A node is a network interface in a subnet, owned by the node group.
func setNodes(c *cloud.Call, group *cloud.Object) error {
	desired, _ := c.Object.Block("scalingConfig")["desiredSize"].(float64)
	has, err := vpc.InterfacesOf(c, c.Object)
	if err != nil {
		return err
	}
	subnets, err := findSubnets(c, c.Texts("subnetIds"))
	if err != nil {
		return err
	}
	var stay, leave []*cloud.Object
	for _, o := range has {
		if o.Text("release") == generation(c) {
			stay = append(stay, o)
		} else {
			leave = append(leave, o)
		}
	}
	var ids []string
	for _, subnet := range subnets {
		ids = append(ids, subnet.ID)
	}
	for len(stay) > int(desired) {
		crowded := clusters.Most(ids, subnetsOf(stay))
		i := slices.IndexFunc(stay, func(o *cloud.Object) bool { return o.Text("subnetId") == crowded })
		leave, stay = append(leave, stay[i]), slices.Delete(stay, i, i+1)
	}
	if len(stay) < int(desired) {
		if err := checkJoin(c, group); err != nil {
			return err
		}
	}
	for len(stay) < int(desired) {
		emptiest := slices.Index(ids, clusters.Fewest(ids, subnetsOf(stay)))
		o, err := createNode(c, group, subnets[emptiest])
		if err != nil {
			return err
		}
		stay = append(stay, o)
	}
	for _, o := range leave {
		if err := c.Delete(o); err != nil {
			return err
		}
	}
	return nil
}

// generation is equal for nodes that are not to be replaced.
func generation(c *cloud.Call) string {
	return c.Text("version") + " " + c.Text("releaseVersion") + " " + cloud.Text(templateOf(c), "version")
}

// subnetsOf returns the ids of the subnets of nodes.
func subnetsOf(nodes []*cloud.Object) []string {
	var out []string
	for _, o := range nodes {
		out = append(out, o.Text("subnetId"))
	}
	return out
}

func createNode(c *cloud.Call, group, subnet *cloud.Object) (*cloud.Object, error) {
	instance, err := kernel.NewID(c, "i-")
	if err != nil {
		return nil, err
	}
	types := c.Texts("instanceTypes")
	if !slices.ContainsFunc(types, func(name string) bool {
		return ec2.Offered(subnet.Text("availabilityZoneId"), name)
	}) {
		return nil, nodesFail(c, "AsgInstanceLaunchFailures", fmt.Sprintf("Could not launch On-Demand Instances. %v",
			ec2.NotOffered(c, subnet.Text("availabilityZone"), types[0])))
	}
	o, err := vpc.CreateInterface(c, c.Object, subnet, vpc.InterfaceSpec{Kind: "interface", Description: ""})
	if err != nil {
		return nil, nodesFail(c, "InsufficientFreeAddresses",
			fmt.Sprintf("One or more of the subnets, such as %s, does not have enough available IP addresses: %v",
				subnet.ID, err))
	}
	groups, err := nodeSecurityGroups(c, group)
	if err != nil {
		return nil, err
	}
	o.Outputs["securityGroups"] = cloud.List(groups...)
	o.Outputs["attachments"] = []any{map[string]any{"instance": instance, "deviceIndex": 0.0}}
	o.Outputs["release"], o.Outputs["instance"], o.Outputs["availabilityZone"] = generation(c), instance,
		subnet.Text("availabilityZone")
	return o, c.Put(o)
}

// leaveInterface leaves a network interface of a node behind if the policies of the node role were detached first: it
// cannot be deleted then.
func leaveInterface(c *cloud.Call) error {
	able, err := iam.RoleARNAllows(c, c.Text("nodeRoleArn"), "ec2:DescribeInstances")
	if err != nil || able {
		return err
	}
	has, err := vpc.InterfacesOf(c, c.Object)
	if err != nil || len(has) == 0 {
		return err
	}
	has[0].Managed = ""
	has[0].Outputs["description"] = "aws-K8S-" + has[0].Text("instance")
	return c.Put(has[0])
}

// nodeSecurityGroups returns the security groups of nodes: those of the launch template, or the cluster security group.
func nodeSecurityGroups(c *cloud.Call, group *cloud.Object) ([]string, error) {
	template, err := nodeTemplate(c)
	if err != nil {
		return nil, err
	}
	if template != nil {
		own := template.Texts("vpcSecurityGroupIds")
		for _, i := range cloud.Objects(template.Outputs["networkInterfaces"]) {
			more := cloud.Texts(i["securityGroups"])
			own = append(own, more...)
		}
		if len(own) > 0 {
			return own, checkGroups(c, own, cloud.Text(group.Block("vpcConfig"), "vpcId"))
		}
	}
	return []string{cloud.Text(group.Block("vpcConfig"), "clusterSecurityGroupId")}, nil
}

// nodesFail is the error of the provider for a node group that does not become active.
func nodesFail(c *cloud.Call, code, message string) error {
	operation := map[bool]string{true: "create", false: "update"}[c.Old == nil]
	return kernel.Errorf("waiting for EKS Node Group (%s) %s: unexpected state '%s_FAILED', wanted target 'ACTIVE'. last error: %s: %s",
		c.Object.ID, operation, strings.ToUpper(operation), code, message)
}

// checkJoin rejects nodes that would not become ready: without permissions, CNI, or a public address in a public
// subnet.
func checkJoin(c *cloud.Call, group *cloud.Object) error {
	role, err := iam.FindRole(c, c.Text("nodeRoleArn"))
	if err != nil || role == nil {
		return err
	}
	reason, err := joinProblem(c, group, role)
	if err != nil {
		return err
	}
	if reason != "" {
		return nodesFail(c, "NodeCreationFailure", "Instances failed to join the kubernetes cluster ("+reason+")")
	}
	return publicAddresses(c)
}

// joinProblem returns why nodes would not become ready, or "".
func joinProblem(c *cloud.Call, group, role *cloud.Object) (string, error) {
	var missing []string
	for _, action := range []string{"ec2:DescribeInstances", "ecr:GetAuthorizationToken", "ecr:BatchGetImage"} {
		ok, _, err := iam.RoleAllows(c, role, action)
		if err != nil {
			return "", err
		}
		if !ok {
			missing = append(missing, action)
		}
	}
	if len(missing) > 0 {
		return fmt.Sprintf("the node role %s does not allow %s", role.Text("arn"), strings.Join(missing, ", ")), nil
	}
	if reached, err := reachesAPI(c, group); err != nil || !reached {
		return "the security groups of the nodes and of the cluster do not allow the nodes to reach port 443 of its API", err
	}
	cni, err := c.Here(addonToken, joinID(group.ID, "vpc-cni"))
	if err != nil {
		return "", err
	}
	if cni == nil && group.Outputs["bootstrapSelfManagedAddons"] == false {
		return "the cluster has no CNI: nodes stay NotReady", nil
	}
	ok, err := cniAllowed(c, group, role, cni)
	if err == nil && !ok {
		return "the CNI may not assign addresses: neither a role of its service account kube-system/aws-node nor the node role allows it", nil
	}
	return "", err
}

// cniAllowed reports whether the CNI can assign addresses to pods.
func cniAllowed(c *cloud.Call, group, node, cni *cloud.Object) (bool, error) {
	own := node
	if cni != nil {
		arn := cni.Text("serviceAccountRoleArn")
		association, err := associationOf(c, group.ID, "kube-system", "aws-node")
		if err != nil {
			return false, err
		}
		agent, err := c.Here(addonToken, joinID(group.ID, "eks-pod-identity-agent"))
		if err != nil {
			return false, err
		}
		if association != nil && agent != nil {
			arn = association.Text("roleArn")
		}
		if arn != "" {
			if own, err = iam.FindRole(c, arn); err != nil || own == nil {
				return false, err
			}
		}
	}
	action := "ec2:AssignPrivateIpAddresses"
	if group.Block("kubernetesNetworkConfig")["ipFamily"] == "ipv6" {
		action = "ec2:AssignIpv6Addresses"
	}
	ok, _, err := iam.RoleAllows(c, own, action)
	return ok, err
}

// publicAddresses rejects nodes in public subnets that do not assign public addresses: they have no internet access.
func publicAddresses(c *cloud.Call) error {
	subnets, err := findSubnets(c, c.Texts("subnetIds"))
	if err != nil {
		return err
	}
	template, err := nodeTemplate(c)
	if err != nil {
		return err
	}
	if template != nil && slices.ContainsFunc(cloud.Objects(template.Outputs["networkInterfaces"]),
		func(i map[string]any) bool {
			return i["associatePublicIpAddress"] == "true"
		}) {
		return nil
	}
	for _, subnet := range subnets {
		public, err := routing.IsPublicSubnet(c, subnet)
		if err != nil {
			return err
		}
		if public && subnet.Outputs["mapPublicIpOnLaunch"] != true {
			return nodesFail(c, "Ec2SubnetInvalidConfiguration",
				fmt.Sprintf("One or more Amazon EC2 Subnets of [%s] for node group %s does not automatically assign "+
					"public IP addresses to instances launched into it", subnet.ID, c.Text("nodeGroupName")))
		}
	}
	return nil
}
