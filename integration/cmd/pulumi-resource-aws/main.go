// Command pulumi-resource-aws is a simulated AWS, as a plugin of Pulumi's engine. What exists in it stands in the folder that
// ASHLAR_CLOUD names; the commands that "help" shows look at it and change it.
package main

import (
	"fmt"
	"os"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws"
)

func main() {
	credentials := func() bool { return os.Getenv("AWS_ACCESS_KEY_ID") != "" || os.Getenv("AWS_PROFILE") != "" }
	if err := cloud.Main(aws.New(credentials), aws.Version, os.Getenv("ASHLAR_CLOUD"), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "simulated aws: %v\n", err)
		os.Exit(1)
	}
}
