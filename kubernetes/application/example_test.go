package application_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// A web server in a namespace of its own.
func Example() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		ns, err := namespace.New(ctx, "shop", nil)
		if err != nil {
			return err
		}
		web, err := application.New(ctx, "web", &application.Args{
			Namespace: ns.Name,
			Settings: application.Settings{
				Container: workload.Container{
					Image: pulumi.String("registry.example.com/web:1.2.3"),
					Port:  8080,
				},
			},
		})
		if err != nil {
			return err
		}
		ctx.Export("address", web.Address)
		return nil
	})
}

// An application with configuration, a password and declared traffic.
func ExampleNew() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		replicas := 3
		_, err := application.New(ctx, "api", &application.Args{
			Namespace: pulumi.String("shop"),
			Settings: application.Settings{
				Container: workload.Container{
					Image:     pulumi.String("registry.example.com/api:4.5.6"),
					Port:      8080,
					Env:       pulumi.StringMap{"LOG_LEVEL": pulumi.String("info")},
					Resources: workload.Resources{CPU: "250m", Memory: "512Mi"},
					Probes:    workload.Probes{Readiness: &workload.Probe{Path: "/healthz"}},
				},
				Replicas:  &replicas,
				SecretEnv: pulumi.StringMap{"DB_PASSWORD": pulumi.String("from the configuration of the stack")},
				Files:     map[string]string{"/etc/api/config.yaml": "cache: true\n"},
				Network: application.Network{Connections: network.Connections{
					AllowFrom: []network.Peer{{Namespace: "ingress-nginx"}},
					AllowTo:   []network.Peer{{CIDR: "10.0.0.0/16", Ports: []int{5432}}},
				}},
			},
		})
		return err
	})
}
