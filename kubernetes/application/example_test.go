package application_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/kubernetes"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// A web server in its own namespace.
func ExampleNewApplication() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		shop, err := namespace.NewNamespace(ctx, "shop", nil)
		if err != nil {
			return err
		}
		web, err := application.NewApplication(ctx, "web", &application.ApplicationArgs{
			Namespace: shop.Name,
			Image:     pulumi.String("registry.example.com/web:1.2.3"),
			Port:      8080,
		})
		if err != nil {
			return err
		}
		ctx.Export("address", web.Address)
		return nil
	})
}

// An application in a cluster of the same program. Without pulumi.Provider, Pulumi's default provider would deploy it
// with the ambient kubeconfig.
func ExampleNewApplication_cluster() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		var kubeconfig pulumi.StringOutput // Such as the Kubeconfig of an eks.Cluster.
		kube, err := kubernetes.NewProvider(ctx, "shop", &kubernetes.ProviderArgs{Kubeconfig: kubeconfig})
		if err != nil {
			return err
		}
		shop, err := namespace.NewNamespace(ctx, "shop", nil, pulumi.Provider(kube))
		if err != nil {
			return err
		}
		_, err = application.NewApplication(ctx, "web", &application.ApplicationArgs{
			Namespace: shop.Name,
			Image:     pulumi.String("registry.example.com/web:1.2.3"),
			Port:      8080,
		}, pulumi.Provider(kube))
		return err
	})
}

// An application with configuration, a password and declared traffic.
func ExampleNewApplication_options() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		_, err := application.NewApplication(ctx, "api", &application.ApplicationArgs{
			Namespace: pulumi.String("shop"),
			Image:     pulumi.String("registry.example.com/api:4.5.6"),
			Port:      8080,
			Env:       pulumi.StringMap{"LOG_LEVEL": pulumi.String("info")},
			Resources: &workload.Resources{CPU: "250m", Memory: "512Mi"},
			Probes:    &workload.Probes{Readiness: &workload.Probe{Path: "/healthz"}},
			Replicas:  new(3),
			SecretEnv: pulumi.StringMap{"DB_PASSWORD": pulumi.String("from the configuration of the stack")},
			Files:     map[string]pulumi.StringInput{"/etc/api/config.yaml": pulumi.String("cache: true\n")},
			Network: &application.Network{
				AllowFrom: []network.Peer{{Namespace: pulumi.String("ingress-nginx")}},
				AllowTo:   []network.Peer{{CIDR: pulumi.String("10.0.0.0/16"), Ports: []int{5432}}},
			},
		})
		return err
	})
}
