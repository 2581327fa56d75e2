package ecs_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

const (
	clusterToken = "aws:ecs/cluster:Cluster"
	serviceToken = "aws:ecs/service:Service"
	taskToken    = "aws:ecs/taskDefinition:TaskDefinition"
)

// containers returns container definitions.
func containers(definitions ...in) string {
	text, err := json.Marshal(definitions)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func web(more in) in {
	return awstest.Merge(in{"name": "web", "image": "nginx", "portMappings": []any{in{"containerPort": 80}}}, more)
}

func task(more in) awstest.Step {
	return awstest.Step{Name: "task", Type: taskToken, Inputs: awstest.Merge(in{"family": "web", "networkMode": "awsvpc",
		"requiresCompatibilities": []any{"FARGATE"}, "cpu": "256", "memory": "512", "containerDefinitions": containers(web(nil))}, more)}
}

func common() []awstest.Step {
	targets := func(name, kind string) awstest.Step {
		return awstest.Step{Name: name, Type: kernel.TargetGroupToken, Inputs: in{"port": 80.0, "protocol": "HTTP", "vpcId": "$net",
			"targetType": kind}}
	}
	return append(awstest.PublicNetwork(),
		awstest.Step{Name: "cluster", Type: clusterToken, Inputs: in{"name": "main"}},
		awstest.Step{Name: "role", Type: kernel.RoleToken,
			Inputs: in{"name": "execution", "assumeRolePolicy": awstest.TrustPolicy("ecs-tasks.amazonaws.com")}},
		awstest.Step{Name: "balancer", Type: kernel.LoadBalancerToken, Inputs: in{"subnets": []any{"$a", "$b"}}},
		targets("ips", "ip"), targets("instances", "instance"), targets("idle", "ip"),
		awstest.Step{Name: "listener", Type: kernel.ListenerToken, Inputs: in{"loadBalancerArn": "$balancer", "port": 80.0,
			"defaultActions": []any{in{"type": "forward", "targetGroupArn": "$ips"}}}})
}

func TestRejectedServices(t *testing.T) {
	t.Parallel()
	tasks := func(more in) []awstest.Step { return []awstest.Step{task(more)} }
	service := func(more in) []awstest.Step {
		return []awstest.Step{task(nil), {Name: "it", Type: serviceToken, Inputs: awstest.Merge(in{"name": "web", "cluster": "$cluster",
			"taskDefinition": "$task", "launchType": "FARGATE", "desiredCount": 2.0, "networkConfiguration": in{
				"subnets": []any{"$a", "$b"}, "securityGroups": []any{"$group"}}}, more)}}
	}
	balanced := func(more in) in {
		return in{"loadBalancers": []any{awstest.Merge(in{"containerName": "web", "containerPort": 80.0,
			"targetGroupArn": "$ips"}, more)}}
	}
	awstest.RunRefusals(t, common(), map[string]awstest.Refusal{
		"a task":                   {Steps: tasks(nil)},
		"a size":                   {Steps: tasks(in{"memory": "4096"}), Want: "api error ClientException: No Fargate configuration exists for given values: 256 CPU, 4096 memory."},
		"a size in words":          {Steps: tasks(in{"cpu": "1 vCPU", "memory": "2 GB"})},
		"no size":                  {Steps: tasks(in{"cpu": "300"}), Want: "No Fargate configuration exists"},
		"a network mode":           {Steps: tasks(in{"networkMode": "bridge"}), Want: "Fargate only supports network mode 'awsvpc'."},
		"no JSON":                  {Steps: tasks(in{"containerDefinitions": "{"}), Want: "ECS Task Definition container_definitions is invalid"},
		"no containers":            {Steps: tasks(in{"containerDefinitions": "[]"}), Want: "must have at least one container definition"},
		"a container without name": {Steps: tasks(in{"containerDefinitions": containers(in{"image": "a"})}), Want: "Container.name and Container.image should not be null or empty."},
		"nothing essential":        {Steps: tasks(in{"containerDefinitions": containers(web(in{"essential": false}))}), Want: "Task definition does not have any essential container."},
		"other ports":              {Steps: tasks(in{"containerDefinitions": containers(web(in{"portMappings": []any{in{"containerPort": 80, "hostPort": 8080}}}))}), Want: "the host ports and container ports in port mappings must match."},
		"logs without a role":      {Steps: tasks(in{"containerDefinitions": containers(web(in{"logConfiguration": in{"logDriver": "awslogs"}}))}), Want: "execution role ARN to support log driver awslogs"},
		"logs with a role":         {Steps: tasks(in{"executionRoleArn": awstest.RoleARN("execution"), "containerDefinitions": containers(web(in{"logConfiguration": in{"logDriver": "awslogs"}}))})},
		"a missing role":           {Steps: tasks(in{"executionRoleArn": awstest.RoleARN("none")}), Want: "Role is not valid"},

		"a service":                   {Steps: service(balanced(nil))},
		"a duplicate":                 {Steps: append(service(nil), service(nil)[1]), Want: "api error InvalidParameterException: Creation of service was not idempotent."},
		"no cluster":                  {Steps: service(in{"cluster": "none"}), Want: "api error ClusterNotFoundException: Cluster not found."},
		"no task":                     {Steps: service(in{"taskDefinition": "none"}), Want: "api error ClientException: TaskDefinition not found."},
		"a family":                    {Steps: service(in{"taskDefinition": "web"})},
		"no network":                  {Steps: service(in{"networkConfiguration": in{"subnets": []any{}}}), Want: "subnets can not be empty."},
		"no such subnet":              {Steps: service(in{"networkConfiguration": in{"subnets": []any{"subnet-0"}}}), Want: "Error retrieving subnet information for [subnet-0]"},
		"no such container":           {Steps: service(balanced(in{"containerName": "app"})), Want: "The container app does not exist in the task definition."},
		"no such port":                {Steps: service(balanced(in{"containerPort": 81.0})), Want: "The container web did not have a container port 81 defined."},
		"targets of instances":        {Steps: service(balanced(in{"targetGroupArn": "$instances"})), Want: "has target type instance, which is incompatible with the awsvpc network mode"},
		"targets without a listener":  {Steps: service(balanced(in{"targetGroupArn": "$idle"})), Want: "does not have an associated load balancer."},
		"a cluster with services":     {Steps: append(service(nil), awstest.Step{Name: "-cluster"}), Want: "api error ClusterContainsServicesException: The Cluster cannot be deleted while Services are active."},
		"a subnet with tasks":         {Steps: append(service(nil), awstest.Step{Name: "-group"}), Want: "api error DependencyViolation"},
		"a launch type that is unfit": {Steps: append(tasks(in{"requiresCompatibilities": []any{"EC2"}}), service(nil)[1]), Want: "Task definition does not support launch_type FARGATE."},
		"a cluster's setting":         {Steps: awstest.One("it", clusterToken, in{"settings": []any{in{"name": "insights", "value": "enabled"}}}), Want: "expected settings.name to be one of"},
	})
}

func TestService(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(common()...).All(task(nil),
		awstest.Step{Name: "second", Type: taskToken, Inputs: task(in{"memory": "1024"}).Inputs})
	require.Equal(t, "arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1", h.IDs["task"])
	require.Equal(t, "arn:aws:ecs:eu-west-1:123456789012:task-definition/web:2", h.IDs["second"])
	service := func(name, of string) awstest.Step {
		return awstest.Step{Name: name, Type: serviceToken, Inputs: in{"name": "web", "cluster": "$cluster", "desiredCount": 1.0,
			"taskDefinition": of, "launchType": "FARGATE", "networkConfiguration": in{"subnets": []any{"$a"}}}}
	}
	h.All(service("service", "$task"), service("~service", "$second"))
	require.Equal(t, "arn:aws:ecs:eu-west-1:123456789012:service/main/web", h.IDs["service"])
	require.NotContains(t, h.Refreshed("service"), "platformVersion")
	found, err := h.Call("aws:ecs/getCluster:getCluster", in{"clusterName": "main"})
	require.NoError(t, err)
	require.Equal(t, h.IDs["cluster"], found["arn"])
	h.All(awstest.Step{Name: "-service"}, awstest.Step{Name: "-task"}, awstest.Step{Name: "-second"}, awstest.Step{Name: "-cluster"})
}
