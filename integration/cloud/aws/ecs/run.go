package ecs

import (
	"cmp"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
)

func service() *cloud.Type {
	return &cloud.Type{
		Token: serviceToken, Args: ecs.ServiceArgs{}, Resource: &ecs.Service{},
		Name:     "name",
		Replaces: []string{"cluster", "deploymentController", "iamRole", "launchType", "name", "schedulingStrategy"},
		Sets:     []string{"capacityProviderStrategies", "loadBalancers", "placementConstraints", "securityGroups", "subnets"},
		Defaults: map[string]any{"availabilityZoneRebalancing": "DISABLED", "deploymentMaximumPercent": 200.0,
			"deploymentMinimumHealthyPercent": 100.0, "enableEcsManagedTags": false, "enableExecuteCommand": false,
			"schedulingStrategy": "REPLICA", "waitForSteadyState": false},
		Check: func(c *cloud.Checker) {
			names().Check(c, "name")
			c.OneOf("launchType", "EC2", fargate, "EXTERNAL")
			c.OneOf("schedulingStrategy", "REPLICA", "DAEMON")
			c.OneOf("propagateTags", "SERVICE", "TASK_DEFINITION", "NONE")
			c.OneOf("availabilityZoneRebalancing", "ENABLED", "DISABLED")
			c.Conflict("capacityProviderStrategies", "launchType")
		},
		Create: func(c *cloud.Call) error {
			of, err := find(c, cmp.Or(c.Text("cluster"), "default"))
			if err != nil {
				return err
			}
			c.Object.ID = kernel.ARN(c, "ecs", "service/"+of.Text("name")+"/"+c.Text("name"))
			c.Object.Managed = of.Key()
			if same, err := c.Here(serviceToken, c.Object.ID); err != nil || same != nil {
				return invalid("Creation of service was not idempotent.")
			}
			c.Set("cluster", of.ID)
			return setService(c)
		},
		Update: setService,
	}
}

func setService(c *cloud.Call) error {
	if c.Text("taskDefinition") == "" {
		return invalid("TaskDefinition can not be blank.")
	}
	task, err := findTask(c, c.Text("taskDefinition"))
	if err != nil {
		return err
	}
	if len(cloud.Objects(c.Object.Outputs["capacityProviderStrategies"])) == 0 {
		c.SetDefault("launchType", "EC2")
	}
	launch := c.Text("launchType")
	if needs := task.Texts("requiresCompatibilities"); launch == fargate && !slices.Contains(needs, fargate) {
		return invalid("Task definition does not support launch_type FARGATE.")
	}
	if launch == fargate {
		c.SetDefault("platformVersion", "LATEST")
	}
	cloud.Fill(c.Object.Outputs, map[string]any{"desiredCount": 0.0, "iamRole": "", "launchType": "", "platformVersion": "",
		"triggers": map[string]any{}})
	if err := checkBalancers(c, task); err != nil {
		return err
	}
	return setNetwork(c, task)
}

// checkBalancers rejects target groups that cannot send anything to the tasks.
func checkBalancers(c *cloud.Call, task *cloud.Object) error {
	of, err := containers(task.Text("containerDefinitions"))
	if err != nil {
		return err
	}
	for _, b := range cloud.Objects(c.Object.Outputs["loadBalancers"]) {
		name, port, arn := cloud.Text(b, "containerName"), b["containerPort"], cloud.Text(b, "targetGroupArn")
		i := slices.IndexFunc(of, func(d container) bool { return d.Name == name })
		if i < 0 {
			return invalid("The container %s does not exist in the task definition.", name)
		}
		if !slices.ContainsFunc(of[i].Ports, func(p mapping) bool { return float64(p.Container) == port }) {
			return invalid("The container %s did not have a container port %v defined.", name, port)
		}
		if arn == "" {
			continue
		}
		to, err := c.Find(kernel.TargetGroupToken, arn, "InvalidParameterException", "Unable to find target group %s")
		if err != nil {
			return err
		}
		if task.Text("networkMode") == awsvpc && to.Text("targetType") != "ip" {
			return invalid("The provided target group %s has target type %s, which is incompatible with the awsvpc network mode "+
				"specified in the task definition.", arn, to.Text("targetType"))
		}
		used, err := forwarded(c, arn)
		if err != nil {
			return err
		}
		if !used {
			return invalid("The target group with targetGroupArn %s does not have an associated load balancer.", arn)
		}
	}
	return nil
}

// forwarded reports whether a listener or a rule forwards to a target group.
func forwarded(c *cloud.Call, arn string) (bool, error) {
	for token, property := range map[string]string{kernel.ListenerToken: "defaultActions", kernel.ListenerRuleToken: "actions"} {
		users, err := c.All(token, func(o *cloud.Object) bool { return slices.Contains(kernel.ForwardsTo(o.Outputs[property]), arn) })
		if err != nil || len(users) > 0 {
			return len(users) > 0, err
		}
	}
	return false, nil
}

// setNetwork gives the tasks of a service in a VPC a network interface in each subnet.
func setNetwork(c *cloud.Call, task *cloud.Object) error {
	config := c.Object.Block("networkConfiguration")
	if own := task.Text("networkMode") == awsvpc; own != (len(config) > 0) {
		if own {
			return invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.")
		}
		return invalid("Network Configuration is not valid for the given networkMode of this task definition.")
	}
	var subnets []*cloud.Object
	for _, id := range cloud.Texts(config["subnets"]) {
		subnet, err := c.Find(kernel.SubnetToken, id, "InvalidParameterException",
			"Error retrieving subnet information for [%s]: The subnet ID does not exist (ErrorCode: InvalidSubnetID.NotFound)")
		if err != nil {
			return err
		}
		subnets = append(subnets, subnet)
	}
	if len(config) > 0 && len(subnets) == 0 {
		return invalid("subnets can not be empty.")
	}
	groups := cloud.Texts(config["securityGroups"])
	for _, id := range groups {
		group, err := c.Find(kernel.SecurityGroupToken, id, "InvalidParameterException",
			"Error retrieving security group information for [%s]: The security group does not exist (ErrorCode: InvalidGroup.NotFound)")
		if err != nil {
			return err
		}
		if group.Text("vpcId") != subnets[0].Text("vpcId") {
			return invalid("The security group %s and the subnets must be in the same VPC.", id)
		}
	}
	if c.Object.Number("desiredCount") == 0 {
		subnets = nil
	}
	_, err := vpc.SetInterfaces(c, c.Object, subnets, vpc.InterfaceSpec{Kind: "interface",
		Description: "ECS tasks of " + c.Object.ID, Groups: groups})
	return err
}
