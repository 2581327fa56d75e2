// Command controlplane starts and stops a Kubernetes control plane with three nodes, which runs on after the command has
// ended. The kubeconfig is in the control plane's folder.
//
//	controlplane start -dir DIR -tools FOLDERS [-owner PROCESS]
//	controlplane stop -dir DIR
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/ashlar-iac/ashlar/integration/clusters"
	"github.com/ashlar-iac/ashlar/integration/controlplane"
	"github.com/ashlar-iac/ashlar/integration/process"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "controlplane: %v\n", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if len(args) == 0 {
		return errors.New("expected the command start or stop")
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	dir := flags.String("dir", "", "the `folder` of the control plane, which is created")
	folders := flags.String("tools", "", "the `folders` of the programs of the control plane, as in PATH")
	owner := flags.String("owner", "", "the `process` with which the control plane stops: its number, a colon and its start time; default: none")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	if *dir == "" {
		return errors.New("expected -dir with the folder of the control plane")
	}
	switch args[0] {
	case "start":
		return start(ctx, *dir, *folders, *owner)
	case "stop":
		return clusters.Stop(ctx, *dir)
	}
	return fmt.Errorf("unknown command %q: expected start or stop", args[0])
}

func start(ctx context.Context, dir, folders, owner string) (err error) {
	opts := controlplane.Options{Dir: dir}
	if opts.Tools, err = clusters.FindTools(folders); err != nil {
		return err
	}
	if owner != "" {
		if opts.Owner, err = process.ParseIdentity(owner); err != nil {
			return err
		}
	}
	c, err := controlplane.Start(ctx, opts)
	if err != nil {
		return err
	}
	return c.Keep()
}
