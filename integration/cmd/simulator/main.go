// Command simulator builds the simulated clouds with the programs that they need, and prints the environment variables to
// use them in a shell. Run it with `eval "$(go tool mage simulator)"`.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/ashlar-iac/ashlar/integration/plugin"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintf(os.Stderr, "simulator: %v\n", err)
		os.Exit(1)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	set, err := tools.Ensure(ctx, tools.Options{Progress: os.Stderr}, append(tools.Demo(), tools.Kubectl)...)
	if err != nil {
		return err
	}
	aws, err := plugin.AWS(ctx)
	if err != nil {
		return err
	}
	azure, err := plugin.Azure(ctx)
	if err != nil {
		return err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return err
	}
	fmt.Print(plugin.Clouds{aws, azure}.Shell(filepath.Join(cache, "ashlar", "cloud"), set))
	return nil
}
