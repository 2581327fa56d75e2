package network_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
)

func TestServiceConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[network.ServiceArgs, *network.Service]{
		Token: network.ServiceToken,
		New:   network.NewService,
		Args: func(ctx *pulumi.Context) *network.ServiceArgs {
			return &network.ServiceArgs{
				Namespace:   fixture.Text(ctx, "team"),
				Selector:    selector,
				TargetPort:  8080,
				Type:        network.ServiceTypeLoadBalancer,
				Port:        new(443),
				Annotations: pulumi.StringMap{"example.com/scheme": pulumi.String("internal"), "example.com/pool": fixture.Text(ctx, "pool")},
				SkipAwait:   true,
				Labels:      pulumi.StringMap{"team": fixture.Text(ctx, "payments")},
			}
		},
		RefusesNil: failure.Configuration,
		Defaults:   []string{"name", "type", "port"},
	}, func(*pulumi.Context) *network.ServiceArgs {
		return &network.ServiceArgs{Namespace: pulumi.String("team"), Selector: selector, TargetPort: 8080}
	})
}

func TestIsolationConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[network.IsolationArgs, *network.Isolation]{
		Token: network.IsolationToken,
		New:   network.NewIsolation,
		Args: func(ctx *pulumi.Context) *network.IsolationArgs {
			return &network.IsolationArgs{
				Namespace: fixture.Text(ctx, "team"),
				Selector:  selector,
				Port:      8080,
				AllowFrom: []network.Peer{
					{Namespace: fixture.Text(ctx, "ingress"), Pods: map[string]string{"role": "proxy"}},
					{CIDR: fixture.Text(ctx, "10.0.0.0/8"), Ports: []int{9090}},
				},
				AllowTo: []network.Peer{{Namespace: pulumi.String("database"), Ports: []int{5432}}},
				Labels:  pulumi.StringMap{"team": fixture.Text(ctx, "payments")},
			}
		},
		RefusesNil: failure.Configuration,
		Defaults:   []string{"name"},
	}, func(*pulumi.Context) *network.IsolationArgs {
		return &network.IsolationArgs{Namespace: pulumi.String("team"), Selector: selector}
	})
}
