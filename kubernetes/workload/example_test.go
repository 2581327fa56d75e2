package workload_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// A worker without a port, with a sidecar that it connects to.
func ExampleNewDeployment() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		shop, err := namespace.NewNamespace(ctx, "shop", nil)
		if err != nil {
			return err
		}
		_, err = workload.NewDeployment(ctx, "worker", &workload.DeploymentArgs{
			Namespace: shop.Name,
			Image:     pulumi.String("registry.example.com/worker:1.2.3"),
			Sidecars: config.Named[workload.Container]{
				"proxy": {Image: pulumi.String("registry.example.com/database-proxy:2.0.1")},
			},
		})
		return err
	})
}

// A database with three replicas, each with a volume of its own.
func ExampleNewStatefulSet() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		replicas := 3
		_, err := workload.NewStatefulSet(ctx, "store", &workload.StatefulSetArgs{
			Namespace: pulumi.String("shop"),
			Image:     pulumi.String("registry.example.com/store:16.4"),
			Port:      5432,
			Replicas:  &replicas,
			Security:  &workload.Security{FSGroup: 10001},
			Claims:    config.Named[workload.Claim]{"data": {Size: "10Gi", Path: "/var/lib/store"}},
		})
		return err
	})
}

// An agent on every node, also on those of the control plane.
func ExampleNewDaemonSet() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		_, err := workload.NewDaemonSet(ctx, "agent", &workload.DaemonSetArgs{
			Namespace: pulumi.String("monitoring"),
			Image:     pulumi.String("registry.example.com/agent:1.0.0"),
			Scheduling: &workload.Scheduling{
				Tolerations: []workload.Toleration{{Operator: workload.TolerationExists, Effect: workload.NoSchedule}},
			},
		})
		return err
	})
}

// A migration that succeeds before the application is updated.
func ExampleNewJob() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		image := pulumi.String("registry.example.com/web:1.2.3")
		migration, err := workload.NewJob(ctx, "migrate", &workload.JobArgs{
			Namespace: pulumi.String("shop"), Image: image, Command: []string{"/bin/migrate"},
		})
		if err != nil {
			return err
		}
		_, err = workload.NewDeployment(ctx, "web", &workload.DeploymentArgs{
			Namespace: pulumi.String("shop"), Image: image, Port: 8080,
		}, pulumi.DependsOn([]pulumi.Resource{migration}))
		return err
	})
}

// A report on each working day.
func ExampleNewCronJob() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		_, err := workload.NewCronJob(ctx, "report", &workload.CronJobArgs{
			Namespace: pulumi.String("shop"),
			Image:     pulumi.String("registry.example.com/report:1.2.3"),
			Schedule:  "30 4 * * 1-5",
			TimeZone:  "Europe/Berlin",
		})
		return err
	})
}
