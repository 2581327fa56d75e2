// Components deploys the same application as the quickstart, with components in the
// program: a provider, a namespace and an application.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/kubernetes"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

func main() {
	deployment.Main(func(ctx *pulumi.Context) error {
		settings := config.New(ctx, "")
		provider, err := kubernetes.NewProvider(ctx, "local", &kubernetes.ProviderArgs{
			KubeconfigPath: settings.Require("kubeconfig"),
		})
		if err != nil {
			return err
		}
		shop, err := namespace.NewNamespace(ctx, "shop", nil, pulumi.Provider(provider))
		if err != nil {
			return err
		}
		web, err := application.NewApplication(ctx, "web", &application.ApplicationArgs{
			Namespace: shop.Name,
			Image:     pulumi.String("registry.k8s.io/e2e-test-images/agnhost:2.53"),
			Args:      []string{"netexec", "--http-port=8080"},
			Port:      8080,
			Env:       pulumi.StringMap{"GREETING": pulumi.String("hello")},
			Resources: &workload.Resources{CPU: "50m", Memory: "64Mi"},
			Security:  &workload.Security{RunAsUser: 65534},
			Probes:    &workload.Probes{Readiness: &workload.Probe{Path: "/healthz"}},
			Replicas:  new(3),
			SecretEnv: pulumi.StringMap{"API_TOKEN": settings.RequireSecret("apiToken")},
			Files:     map[string]pulumi.StringInput{"/etc/web/config.yaml": pulumi.String("greeting: hello\n")},
			Network:   &application.Network{AllowFrom: []network.Peer{{Namespace: pulumi.String("ingress")}}},
		}, pulumi.Provider(provider))
		if err != nil {
			return err
		}
		ctx.Export("address", web.Address)
		return nil
	})
}
