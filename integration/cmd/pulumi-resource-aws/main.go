// Command pulumi-resource-aws is a simulated AWS, as a plugin of Pulumi's engine. Its objects are in the folder that
// ASHLAR_CLOUD names; the commands that "help" lists show and change them.
//
// Under the name aws it stands in for the AWS CLI, as far as kubeconfigs of EKS use it: see package awscli.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ashlar-iac/ashlar/integration/awscli"
	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws"
	"github.com/ashlar-iac/ashlar/integration/clusters"
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
	var options []aws.Option
	if clusters.Real() {
		options = append(options, aws.WithControlPlanes(clusters.Local()))
	}
	return cloud.Main(aws.New(credentials, options...), aws.Version, os.Getenv("ASHLAR_CLOUD"), os.Args[1:], os.Stdout)
}
