package ecs

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/iam"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// mapping is a port of a container.
type mapping struct {
	Container int `json:"containerPort"`
	Host      int `json:"hostPort"`
}

// container is one of a task definition.
type container struct {
	Name      string    `json:"name"`
	Image     string    `json:"image"`
	Essential *bool     `json:"essential"`
	Ports     []mapping `json:"portMappings"`
	Logs      struct {
		Driver string `json:"logDriver"`
	} `json:"logConfiguration"`
	Secrets []any `json:"secrets"`
	Memory  any   `json:"memory"`
	Reserve any   `json:"memoryReservation"`
}

// taskDefinition is one revision of a family: every change registers another one.
func taskDefinition() *cloud.Type {
	return &cloud.Type{
		Token: taskToken, Args: ecs.TaskDefinitionArgs{}, Resource: &ecs.TaskDefinition{},
		Replaces: []string{"containerDefinitions", "cpu", "enableFaultInjection", "ephemeralStorage", "executionRoleArn",
			"family", "inferenceAccelerators", "ipcMode", "memory", "networkMode", "pidMode", "placementConstraints",
			"proxyConfiguration", "requiresCompatibilities", "runtimePlatform", "taskRoleArn", "volumes"},
		Same:     kernel.JSON("containerDefinitions"),
		Sets:     []string{"placementConstraints", "requiresCompatibilities", "volumes"},
		Defaults: map[string]any{"skipDestroy": false, "trackLatest": false},
		Check: func(c *cloud.Checker) {
			names().Check(c, "family")
			c.OneOf("networkMode", "bridge", "host", awsvpc, "none")
			c.OneOf("ipcMode", "host", "task", "none")
			c.OneOf("pidMode", "host", "task")
			kernel.CheckARNs(c, "executionRoleArn", "taskRoleArn")
			for _, v := range cloud.Texts(c.Value("requiresCompatibilities")) {
				c.OneOfValue("requiresCompatibilities", v, "EC2", fargate, "EXTERNAL")
			}
			if text, ok := c.Text("containerDefinitions"); ok {
				if _, err := containers(text); err != nil {
					c.Add("containerDefinitions", "ECS Task Definition container_definitions is invalid: %v", err)
				}
			}
		},
		Create: func(c *cloud.Call) error {
			of, err := containers(c.Text("containerDefinitions"))
			if err != nil {
				return client("%v", err)
			}
			if err := checkTask(c, of); err != nil {
				return err
			}
			others, err := c.All(taskToken, cloud.With("family", c.Text("family")))
			revision := 1.0
			for _, o := range others {
				revision = max(revision, o.Number("revision")+1)
			}
			family := kernel.ARN(c, "ecs", "task-definition/"+c.Text("family"))
			c.Object.ID = family + ":" + strconv.Itoa(int(revision))
			cloud.Fill(c.Object.Outputs, map[string]any{"arn": c.Object.ID, "arnWithoutRevision": family, "revision": revision,
				"networkMode": "bridge", "enableFaultInjection": false})
			return err
		},
		Delete: func(c *cloud.Call) error {
			if c.Object.Bool("skipDestroy") {
				return cloud.ErrKept
			}
			return nil
		},
	}
}

func containers(text string) ([]container, error) {
	var out []container
	err := json.Unmarshal([]byte(text), &out)
	return out, err
}

// fargateMemory are the sizes of tasks on Fargate: the lowest and the highest memory in MiB, and the step, by CPU units.
// 256 units have three sizes.
//
// Source: "Amazon ECS task definition parameters for Fargate", task size.
func fargateMemory() map[int][3]int {
	return map[int][3]int{256: {512, 2048, 512}, 512: {1024, 4096, 1024}, 1024: {2048, 8192, 1024},
		2048: {4096, 16384, 1024}, 4096: {8192, 30720, 1024}, 8192: {16384, 61440, 4096}, 16384: {32768, 122880, 8192}}
}

// units returns a number, or that of a text such as "1 vCPU" or "2 GB".
func units(text string) int {
	for suffix, of := range map[string]float64{"vcpu": 1024, "gb": 1024} {
		if number, ok := strings.CutSuffix(strings.ToLower(text), suffix); ok {
			v, _ := strconv.ParseFloat(strings.TrimSpace(number), 64)
			return int(v * of)
		}
	}
	v, _ := strconv.Atoi(text)
	return v
}

func checkTask(c *cloud.Call, of []container) error {
	if len(of) == 0 {
		return client("Task definition must have at least one container definition.")
	}
	essential, seen := false, map[string]bool{}
	for _, d := range of {
		switch {
		case d.Name == "" || d.Image == "":
			return client("Container.name and Container.image should not be null or empty.")
		case seen[d.Name]:
			return client("Container.name %s is used twice.", d.Name)
		case c.Text("memory") == "" && d.Memory == nil && d.Reserve == nil:
			return client("Invalid setting for container '%s'. At least one of 'memory' or 'memoryReservation' must be "+
				"specified.", d.Name)
		}
		seen[d.Name] = true
		essential = essential || d.Essential == nil || *d.Essential
		for _, p := range d.Ports {
			if c.Text("networkMode") == awsvpc && p.Host != 0 && p.Host != p.Container {
				return client("When networkMode=awsvpc, the host ports and container ports in port mappings must match.")
			}
		}
	}
	if !essential {
		return client("Task definition does not have any essential container.")
	}
	for _, property := range []string{"executionRoleArn", "taskRoleArn"} {
		if arn := c.Text(property); arn != "" {
			if ok, err := iam.MayAssume(c, "ecs-tasks.amazonaws.com", arn); err != nil || !ok {
				return client("Role is not valid: %s", arn)
			}
		}
	}
	if slices.Contains(c.Texts("requiresCompatibilities"), fargate) {
		return checkFargate(c, of)
	}
	return nil
}

func checkFargate(c *cloud.Call, of []container) error {
	if c.Text("networkMode") != awsvpc {
		return client("Fargate only supports network mode 'awsvpc'.")
	}
	cpu, memory := units(c.Text("cpu")), units(c.Text("memory"))
	size, ok := fargateMemory()[cpu]
	if !ok || memory < size[0] || memory > size[1] || (memory-size[0])%size[2] != 0 || cpu == 256 && memory == 1536 {
		return client("No Fargate configuration exists for given values: %d CPU, %d memory. See the Amazon ECS documentation "+
			"for the valid values.", cpu, memory)
	}
	for _, d := range of {
		for what, needed := range map[string]bool{"log driver awslogs": d.Logs.Driver == "awslogs",
			"ECR images": strings.Contains(d.Image, ".dkr.ecr."), "secrets": len(d.Secrets) > 0} {
			if needed && c.Text("executionRoleArn") == "" {
				return client("Fargate requires task definition to have execution role ARN to support %s.", what)
			}
		}
	}
	return nil
}

// findTask returns the task definition of an ARN, a family and its revision, or a family.
func findTask(c *cloud.Call, id string) (*cloud.Object, error) {
	id = id[strings.LastIndex(id, "/")+1:]
	found, err := c.All(taskToken, func(o *cloud.Object) bool {
		return id == o.Text("family") || id == fmt.Sprintf("%s:%v", o.Text("family"), o.Number("revision"))
	})
	if err == nil && len(found) == 0 {
		err = client("TaskDefinition not found.")
	}
	if err != nil {
		return nil, err
	}
	return slices.MaxFunc(found, func(a, b *cloud.Object) int { return int(a.Number("revision") - b.Number("revision")) }), nil
}
