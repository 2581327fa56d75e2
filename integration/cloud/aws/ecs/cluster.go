package ecs

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func cluster() *cloud.Type {
	return &cloud.Type{
		Token: clusterToken, Args: ecs.ClusterArgs{}, Resource: &ecs.Cluster{},
		Name: "name", Replaces: []string{"name"}, Sets: []string{"settings"},
		Check: func(c *cloud.Checker) {
			names().Check(c, "name")
			for _, s := range cloud.Objects(c.Value("settings")) {
				c.OneOfValue("settings.name", s["name"], "containerInsights")
				c.OneOfValue("settings.value", s["value"], "enabled", "disabled", "enhanced")
			}
		},
		Create: func(c *cloud.Call) error {
			// The API returns an existing cluster of the same name.
			c.Object.ID = kernel.ARN(c, "ecs", "cluster/"+c.Text("name"))
			c.Set("arn", c.Object.ID)
			c.SetDefault("settings", []any{map[string]any{"name": "containerInsights", "value": "disabled"}})
			return nil
		},
		Delete: func(c *cloud.Call) error {
			left, err := c.All(serviceToken, func(o *cloud.Object) bool { return o.Managed == c.Object.Key() })
			if err == nil && len(left) > 0 {
				err = kernel.Refuse("ClusterContainsServicesException",
					"The Cluster cannot be deleted while Services are active.")
			}
			return err
		},
	}
}

// find returns the cluster of a name or an ARN.
func find(c *cloud.Call, id string) (*cloud.Object, error) {
	if !strings.HasPrefix(id, "arn:") {
		id = kernel.ARN(c, "ecs", "cluster/"+id)
	}
	o, err := c.Here(clusterToken, id)
	if err == nil && o == nil {
		err = kernel.Refuse("ClusterNotFoundException", "Cluster not found.")
	}
	return o, err
}

func getCluster(c *cloud.Call, args map[string]any) (map[string]any, error) {
	o, err := find(c, cloud.Text(args, "clusterName"))
	if err != nil {
		return nil, err
	}
	return kernel.Answer(o, args, map[string]any{"status": "ACTIVE", "pendingTasksCount": 0.0, "runningTasksCount": 0.0,
		"registeredContainerInstancesCount": 0.0, "serviceConnectDefaults": []any{}}), nil
}
