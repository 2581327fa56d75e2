// Command demo deploys the program clouds to a simulated AWS and a simulated Azure, or the quickstart to a local Kubernetes
// control plane.
// Run it with `go tool mage demo` and `go tool mage quickstart`.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/ashlar-iac/ashlar/integration/demo"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintf(os.Stderr, "\ndemo: %v\n", err)
		os.Exit(1)
	}
}

func run() error {
	end := flag.String("end", "", "delete everything that a demo with KEEP=1 left in `folder`, and stop its processes")
	quickstart := flag.Bool("quickstart", false, "deploy an application to a local control plane, without a cloud")
	verbose := flag.Bool("v", false, "print the output of the engine")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if *end != "" {
		return demo.End(ctx, *end)
	}
	return demo.Run(ctx, demo.Options{
		Output: os.Stdout, Quickstart: *quickstart, Keep: os.Getenv("KEEP") == "1", Verbose: *verbose,
	})
}
