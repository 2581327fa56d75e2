// Command aws stands in for the command line of AWS in programs that run in a simulated cloud: it answers `aws eks get-token`, which
// kubeconfigs of EKS run. Everything else is an error.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/ashlar-iac/ashlar/integration/awscli"
)

func main() {
	if err := awscli.Run(context.Background(), os.Args[1:], os.Getenv, os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "simulated aws: %v\n", err)
		os.Exit(1)
	}
}
