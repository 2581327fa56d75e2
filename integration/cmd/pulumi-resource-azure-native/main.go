// Command pulumi-resource-azure-native is a simulated Azure as a plugin of the Pulumi engine. The environment variable
// ASHLAR_CLOUD is the folder of its resources. The command "help" lists the commands to show and change them.
//
// Under the name kubelogin it is a simulated kubelogin for kubeconfigs of AKS: see package kubelogin.
package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure"
	"github.com/ashlar-iac/ashlar/integration/clusters"
	"github.com/ashlar-iac/ashlar/integration/kubelogin"
	"github.com/ashlar-iac/ashlar/integration/variables"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintf(os.Stderr, "simulated azure: %v\n", err)
		os.Exit(1)
	}
}

func run() error {
	if filepath.Base(os.Args[0]) == "kubelogin" {
		return kubelogin.Run(context.Background(), os.Args[1:], os.Getenv, os.Stdout)
	}
	// Source: pulumi-azure-native, "Installation & Configuration".
	settings := azure.Settings{
		SubscriptionID: os.Getenv("ARM_SUBSCRIPTION_ID"), TenantID: os.Getenv("ARM_TENANT_ID"),
		ClientID:    os.Getenv("ARM_CLIENT_ID"),
		Environment: cmp.Or(os.Getenv("ARM_ENVIRONMENT"), os.Getenv("AZURE_ENVIRONMENT")),
	}
	options := []azure.Option{azure.WithSettings(settings)}
	if clusters.Real() {
		options = append(options, azure.WithControlPlanes(clusters.Local()))
	}
	return cloud.Main(azure.New(options...), azure.Version, os.Getenv(variables.Cloud), os.Args[1:], os.Stdout)
}
