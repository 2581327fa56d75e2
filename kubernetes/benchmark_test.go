package kubernetes_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
)

// BenchmarkOverhead measures previews of 200 applications, in a program and in a stack file.
func BenchmarkOverhead(b *testing.B) {
	const count = 200
	b.Run("program", func(b *testing.B) {
		pulumitest.Overhead(b, 1.1, func(ctx *pulumi.Context) error {
			for i := range count {
				if _, err := application.NewApplication(ctx, fmt.Sprintf("app-%d", i), &application.ApplicationArgs{
					Namespace: pulumi.String("shop"),
					Image:     pulumi.String("registry.example.com/shop/web:1.2.3"),
					Port:      8080,
					Env:       pulumi.StringMap{"MODE": pulumi.String("production"), "LOG": pulumi.String("info")},
				}); err != nil {
					return err
				}
			}
			return nil
		}, pulumitest.Preview())
	})
	b.Run("stack file", func(b *testing.B) {
		applications := object{}
		for i := range count {
			applications[fmt.Sprintf("app-%d", i)] = object{
				"namespace": "shop", "image": "registry.example.com/shop/web:1.2.3", "port": 8080,
				"env": object{"MODE": "production", "LOG": "info"},
			}
		}
		section := object{"enabled": true, "clusters": object{"dev": object{"kubeconfig": "dev.yaml"}}, "namespaces": object{"shop": object{}}, "applications": applications}
		text, err := json.Marshal(section)
		if err != nil {
			b.Fatal(err)
		}
		file, err := json.Marshal(object{"config": object{"ashlar:kubernetes": section}})
		if err != nil {
			b.Fatal(err)
		}
		dir := b.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "dev.yaml"), []byte(kubeconfigOf("dev")), 0o600); err != nil {
			b.Fatal(err)
		}
		stackFile := filepath.Join(dir, "Pulumi.dev.yaml")
		if err := os.WriteFile(stackFile, file, 0o600); err != nil {
			b.Fatal(err)
		}
		manager := deployment.NewManager(deployment.WithConfig(config.WithStackFile(stackFile)))
		pulumitest.Overhead(b, 1.25, func(ctx *pulumi.Context) error { return manager.Run(ctx, kubernetes.Module()) },
			pulumitest.WithConfig(map[string]string{"ashlar:kubernetes": string(text)}), pulumitest.Preview())
	})
}
