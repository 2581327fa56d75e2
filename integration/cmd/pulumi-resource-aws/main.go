// Command pulumi-resource-aws is a simulated AWS as a plugin of the Pulumi engine. The environment variable ASHLAR_CLOUD
// is the folder of its resources. The command "help" lists the commands to show and change them.
//
// Under the name aws it is a simulated AWS CLI for kubeconfigs of EKS: see package awscli.
package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ashlar-iac/ashlar/integration/awscli"
	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws"
	"github.com/ashlar-iac/ashlar/integration/clusters"
	"github.com/ashlar-iac/ashlar/integration/variables"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintf(os.Stderr, "simulated aws: %v\n", err)
		os.Exit(1)
	}
}

func run() error {
	if filepath.Base(os.Args[0]) == "aws" {
		return awscli.Run(context.Background(), os.Args[1:], os.Getenv, os.Stdout)
	}
	credentials := func() bool { return os.Getenv("AWS_ACCESS_KEY_ID") != "" || os.Getenv("AWS_PROFILE") != "" }
	// Source: pulumi-aws, "Installation & Configuration", region.
	options := []aws.Option{aws.WithRegion(cmp.Or(os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION")))}
	if clusters.Real() {
		options = append(options, aws.WithControlPlanes(clusters.Local()))
	}
	return cloud.Main(aws.New(credentials, options...), aws.Version, os.Getenv(variables.Cloud), os.Args[1:], os.Stdout)
}
