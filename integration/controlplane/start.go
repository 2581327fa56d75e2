package controlplane

import (
	"context"
	"fmt"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/ashlar-iac/ashlar/integration/process"
)

// run starts the components and waits until everything is ready. c.processes contains the started processes even if it
// fails.
func (c *ControlPlane) run(ctx context.Context, chosen ports) *failure {
	begin := time.Now()
	limited, release := context.WithTimeoutCause(ctx, c.opts.ReadyTimeout,
		fmt.Errorf("%w (%s)", errTimeout, c.opts.ReadyTimeout))
	defer release()
	start, fail := context.WithCancelCause(limited)
	defer fail(nil)

	if err := c.configure(chosen); err != nil {
		return &failure{component: "configuration", err: err}
	}
	// The API server waits for etcd, so both start in parallel.
	failed := c.launch(start, fail, storeComponent(c.layout, chosen), apiServerComponent(c.layout, chosen, c.opts))
	if failed != nil {
		return failed
	}
	if err := poll(start, accepts(address(chosen.etcd))); err != nil {
		return blame(etcd, err)
	}
	if err := poll(start, responds(c.client, "/livez")); err != nil {
		return blame(apiServer, err)
	}
	c.progress("the API server is live after %s", started(begin))
	if failed := c.launch(start, fail, controllerManagerComponent(c.layout, c.opts),
		schedulerComponent(c.layout, c.opts), kwokComponent(c.layout)); failed != nil {
		return failed
	}
	if failed := c.await(start); failed != nil {
		return failed
	}
	c.progress("%s with %d nodes is ready at %s after %s", c.version, max(0, c.opts.Nodes), c.host, started(begin))
	return nil
}

// configure writes the certificates and kubeconfigs, and creates the client.
func (c *ControlPlane) configure(chosen ports) error {
	credentials, err := newCredentials()
	if err != nil {
		return err
	}
	if err := credentials.files(c.layout, c.opts.ClientCA); err != nil {
		return err
	}
	c.host = "https://" + address(chosen.api)
	if c.kubeconfig, err = credentials.kubeconfigs(c.layout, c.opts.Name, c.host); err != nil {
		return err
	}
	if c.config, err = clientcmd.RESTConfigFromKubeConfig(c.kubeconfig); err != nil {
		return fmt.Errorf("read the kubeconfig: %w", err)
	}
	c.config.QPS = -1
	if c.client, err = kubernetes.NewForConfig(c.config); err != nil {
		return fmt.Errorf("create a client: %w", err)
	}
	return nil
}

// launch starts components. If one of them ends, the start fails.
func (c *ControlPlane) launch(start context.Context, fail context.CancelCauseFunc, components ...component) *failure {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, component := range components {
		// The processes must not all end with the context: Stop ends them in order.
		p, err := process.Start(context.WithoutCancel(start), component.spec(c.layout, c.opts.Tools, c.opts.Owner))
		if err != nil {
			return &failure{component: component.name, err: err}
		}
		c.processes = append(c.processes, p)
		c.components[component.name] = component
		go watch(start, fail, p)
	}
	return nil
}

// await creates the nodes and waits until everything is ready.
func (c *ControlPlane) await(start context.Context) *failure {
	version, err := c.client.Discovery().ServerVersion()
	if err != nil {
		return blame(apiServer, fmt.Errorf("read the version: %w", err))
	}
	c.version = version.GitVersion

	checks := []struct {
		component string
		check     func(context.Context) error
	}{
		{apiServer, responds(c.client, "/readyz")},
		{controllerManager, hasServiceAccount(c.client)},
		{kwok, func(ctx context.Context) error { return nodesReady(ctx, c.client, c.opts.Nodes) }},
	}
	if err := createNodes(start, c.client, c.opts, c.version); err != nil {
		return blame(apiServer, err)
	}
	for _, wanted := range checks {
		if err := poll(start, wanted.check); err != nil {
			return blame(wanted.component, err)
		}
	}
	return nil
}
