package kubernetes_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/configuration"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

func TestOptionsOfAComponentReachItsMainObject(t *testing.T) {
	t.Parallel()
	team := pulumi.String("team")
	data := pulumi.StringMap{"key": pulumi.String("value")}
	selector := workload.SelectorLabels("web")
	image := pulumi.String(image)
	tests := map[string]struct {
		main   string
		create func(*pulumi.Context, ...pulumi.ResourceOption) error
	}{
		"Namespace": {"kubernetes:core/v1:Namespace", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			_, err := namespace.NewNamespace(ctx, "web", nil, opts...)
			return err
		}},
		"ConfigMap": {"kubernetes:core/v1:ConfigMap", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			_, err := configuration.NewConfigMap(ctx, "web", &configuration.ConfigMapArgs{Namespace: team, Data: data}, opts...)
			return err
		}},
		"Secret": {"kubernetes:core/v1:Secret", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			_, err := configuration.NewSecret(ctx, "web", &configuration.SecretArgs{Namespace: team, Data: data}, opts...)
			return err
		}},
		"Service": {"kubernetes:core/v1:Service", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			_, err := network.NewService(ctx, "web",
				&network.ServiceArgs{Namespace: team, Selector: selector, TargetPort: 8080}, opts...)
			return err
		}},
		"Isolation": {"kubernetes:networking.k8s.io/v1:NetworkPolicy", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			_, err := network.NewIsolation(ctx, "web", &network.IsolationArgs{Namespace: team, Selector: selector}, opts...)
			return err
		}},
		"Deployment": {"kubernetes:apps/v1:Deployment", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			_, err := workload.NewDeployment(ctx, "web", &workload.DeploymentArgs{Image: image, Namespace: team}, opts...)
			return err
		}},
		"StatefulSet": {"kubernetes:apps/v1:StatefulSet", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			_, err := workload.NewStatefulSet(ctx, "web", &workload.StatefulSetArgs{Image: image, Namespace: team}, opts...)
			return err
		}},
		"DaemonSet": {"kubernetes:apps/v1:DaemonSet", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			_, err := workload.NewDaemonSet(ctx, "web", &workload.DaemonSetArgs{Image: image, Namespace: team}, opts...)
			return err
		}},
		"Job": {"kubernetes:batch/v1:Job", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			_, err := workload.NewJob(ctx, "web", &workload.JobArgs{Image: image, Namespace: team}, opts...)
			return err
		}},
		"CronJob": {"kubernetes:batch/v1:CronJob", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			_, err := workload.NewCronJob(ctx, "web", &workload.CronJobArgs{Image: image, Namespace: team, Schedule: "@daily"}, opts...)
			return err
		}},
		"Application": {"kubernetes:apps/v1:Deployment", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			_, err := application.NewApplication(ctx, "web",
				&application.ApplicationArgs{Image: image, Port: 8080, Namespace: team}, opts...)
			return err
		}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			timeouts := &pulumi.CustomTimeouts{Create: "3m"}
			r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
				return tc.create(ctx, pulumi.Timeouts(timeouts), pulumi.IgnoreChanges([]string{"metadata.annotations"}))
			}, fixture.Cluster())
			var reached []string
			for _, res := range r.Resources {
				if res.Custom && res.CustomTimeouts != nil {
					require.Equal(t, timeouts, res.CustomTimeouts)
					require.Contains(t, res.IgnoreChanges, "metadata.annotations")
					reached = append(reached, res.Type)
				}
			}
			require.Equal(t, []string{tc.main}, reached, "the main object, and no other")
		})
	}
}
