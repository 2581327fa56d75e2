package kubernetes_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/kubernetes"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

// The complete program of a configuration-driven deployment.
func ExampleModule() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		return deployment.Run(ctx, kubernetes.Module())
	})
}

// A provider for a context of a kubeconfig.
func ExampleNewProvider() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		staging, err := kubernetes.NewProvider(ctx, "staging", &kubernetes.ProviderArgs{
			KubeconfigPath: "kubeconfig.yaml",
			Context:        "staging",
		})
		if err != nil {
			return err
		}
		_, err = namespace.NewNamespace(ctx, "shop", nil, pulumi.Provider(staging))
		return err
	})
}

// A provider for a cluster of the same program.
func ExampleNewProvider_cluster() {
	var cluster core.Cluster // Such as an eks.Cluster or an aks.Cluster.
	pulumi.Run(func(ctx *pulumi.Context) error {
		provider, err := kubernetes.NewProvider(ctx, "cluster", &kubernetes.ProviderArgs{Cluster: cluster})
		if err != nil {
			return err
		}
		_, err = namespace.NewNamespace(ctx, "shop", nil, pulumi.Provider(provider))
		return err
	})
}
