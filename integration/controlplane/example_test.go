package controlplane_test

import (
	"context"
	"fmt"
	"os"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashlar-iac/ashlar/integration/controlplane"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// A control plane that ends with the function.
func Example() {
	ctx := context.Background()
	set, err := tools.Ensure(ctx, tools.Options{Progress: os.Stderr}, tools.ControlPlane()...)
	if err != nil {
		fmt.Println(err)
		return
	}
	cloud, err := controlplane.Start(ctx, controlplane.Options{Tools: set, Progress: os.Stderr})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() {
		if err := cloud.Stop(ctx); err != nil {
			fmt.Println(err)
		}
	}()
	nodes, err := cloud.Client().CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(nodes.Items), "nodes at", cloud.Host())
}

// A control plane that runs until it is stopped, by any program.
func ExampleStopKept() {
	ctx := context.Background()
	start := func(set tools.Set, dir string) error {
		cloud, err := controlplane.Start(ctx, controlplane.Options{Tools: set, Dir: dir, Name: "demo", Port: 6443})
		if err != nil {
			return err
		}
		return cloud.Keep()
	}
	stop := func(dir string) error { return controlplane.StopKept(ctx, dir) }
	_, _ = start, stop
}
