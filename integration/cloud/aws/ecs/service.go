package ecs

import (
	"regexp"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

const (
	clusterToken = "aws:ecs/cluster:Cluster"
	serviceToken = "aws:ecs/service:Service"
	taskToken    = "aws:ecs/taskDefinition:TaskDefinition"

	awsvpc  = "awsvpc"
	fargate = "FARGATE"
)

// Service returns the types and functions of ECS.
func Service() cloud.Service {
	return cloud.Service{
		Types:     []*cloud.Type{cluster(), taskDefinition(), service()},
		Functions: map[string]cloud.Function{"aws:ecs/getCluster:getCluster": getCluster},
	}
}

// names is the grammar of the names of clusters, services and families.
func names() kernel.Names {
	return kernel.Names{Pattern: regexp.MustCompile(`^[0-9A-Za-z_-]+$`), Longest: 255,
		Says: "alphanumeric characters, hyphens and underscores"}
}

// invalid is the error of the API for most of what it rejects.
func invalid(format string, args ...any) error {
	return kernel.Refuse("InvalidParameterException", format, args...)
}

// client is the error of the API for task definitions.
func client(format string, args ...any) error {
	return kernel.Refuse("ClientException", format, args...)
}
