// Command demo deploys the quickstart to a control plane of its own. Run it
// with `go tool mage demo`.
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
	end := flag.String("end", "", "end what a demo with KEEP=1 left running in `folder`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	if *end != "" {
		err = demo.End(ctx, *end)
	} else {
		err = demo.Run(ctx, demo.Options{Output: os.Stdout, Keep: os.Getenv("KEEP") == "1"})
	}
	if err != nil {
		stop()
		fmt.Fprintf(os.Stderr, "\ndemo: %v\n", err)
		os.Exit(1)
	}
}
