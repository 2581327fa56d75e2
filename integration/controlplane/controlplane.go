package controlplane

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/ashlar-iac/ashlar/integration/process"
)

// ControlPlane is a Kubernetes control plane. Its methods are safe for concurrent use.
type ControlPlane struct {
	opts    Options
	layout  layout
	ownsDir bool

	host       string
	kubeconfig []byte
	config     *rest.Config
	client     *kubernetes.Clientset
	version    string

	mu         sync.Mutex
	processes  []*process.Process   // In the order of their start.
	components map[string]component // The components of the processes, by name.
	unhook     func() bool          // Removes the hook that stops the control plane with the context of Start.
}

// maxStarts is the maximum number of attempts if another program takes a free port first.
const maxStarts = 3

// Start starts a control plane and returns when it is ready: the API server is ready, the namespace default has its
// service account, and every node is Ready and schedulable.
//
// The control plane runs until [ControlPlane.Stop], until ctx ends or until this program ends. After
// [ControlPlane.Keep], it does not end with ctx or this program. Use [Options.ReadyTimeout], not ctx, to limit the
// start.
//
// If the start fails, nothing is left running. The error contains all problems of the options, or the component that
// ended or was not ready in time and the end of its log.
func Start(ctx context.Context, opts Options) (*ControlPlane, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("start control plane %q: %w", opts.Name, err)
	}
	c := &ControlPlane{opts: opts, components: map[string]component{}}
	for attempt := 1; ; attempt++ {
		retry, err := c.try(ctx)
		if err == nil {
			break
		}
		if !retry || attempt == maxStarts {
			return nil, fmt.Errorf("start control plane %q: %w", opts.Name, err)
		}
		c.progress("another program took a port: starting again with other ports")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.unhook = context.AfterFunc(ctx, func() {
		if err := c.Stop(context.WithoutCancel(ctx)); err != nil {
			c.progress("%v", err)
		}
	})
	return c, nil
}

// try makes one attempt to start. If it fails, nothing is left running, and retry reports whether an attempt with other
// ports may succeed.
func (c *ControlPlane) try(ctx context.Context) (retry bool, err error) {
	chosen, err := choosePorts(c.opts.Port)
	if err != nil {
		return false, err
	}
	if err := c.prepareDir(); err != nil {
		return false, err
	}
	failed := c.run(ctx, chosen)
	if failed == nil {
		return false, nil
	}
	err = fmt.Errorf("%w; %s", failed, explain(c.layout, failed.component))
	retry = portTaken(c.layout, failed.component) && (c.opts.Port == 0 || failed.component != apiServer)
	// Wait for the processes even if ctx has ended.
	if stopErr := c.stop(context.WithoutCancel(ctx)); stopErr != nil {
		return false, fmt.Errorf("%w; stop the started components: %w", err, stopErr)
	}
	return retry, err
}

func (c *ControlPlane) prepareDir() error {
	dir := c.opts.Dir
	if dir == "" {
		made, err := os.MkdirTemp("", "ashlar-controlplane-")
		if err != nil {
			return fmt.Errorf("create a temporary folder: %w", err)
		}
		dir, c.ownsDir = made, true
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return fmt.Errorf("find folder %q: %w", c.opts.Dir, err)
	}
	c.layout = layout{dir: dir}
	if err := checkNotKept(c.layout); err != nil {
		return err
	}
	if err := c.layout.create(c.opts.LoadBalancerDomain); err != nil {
		return errors.Join(err, c.removeOwnDir())
	}
	return nil
}

// removeOwnDir removes the folder if it was created for this control plane.
func (c *ControlPlane) removeOwnDir() error {
	if !c.ownsDir {
		return nil
	}
	if err := os.RemoveAll(c.layout.dir); err != nil {
		return fmt.Errorf("remove the folder: %w", err)
	}
	return nil
}

func (c *ControlPlane) progress(format string, args ...any) {
	_, _ = fmt.Fprintf(c.opts.Progress, "control plane %s: %s\n", c.opts.Name, fmt.Sprintf(format, args...))
}

// Name returns the name of the control plane.
func (c *ControlPlane) Name() string { return c.opts.Name }

// Context returns the name of the current context in the kubeconfig.
func (c *ControlPlane) Context() string { return c.opts.Name }

// Host returns the URL of the API server: https, 127.0.0.1 and the port.
func (c *ControlPlane) Host() string { return c.host }

// Kubeconfig returns the administrator's kubeconfig, with a client certificate in the group system:masters. It does not
// change while the control plane runs.
func (c *ControlPlane) Kubeconfig() []byte { return slices.Clone(c.kubeconfig) }

// KubeconfigPath returns the path of the administrator's kubeconfig. Only this user can read the file.
func (c *ControlPlane) KubeconfigPath() string { return c.layout.kubeconfig() }

// Client returns a client with administrator permissions, without a rate limit.
func (c *ControlPlane) Client() kubernetes.Interface { return c.client }

// Config returns a copy of the client configuration, for other clients.
func (c *ControlPlane) Config() *rest.Config { return rest.CopyConfig(c.config) }

// Version returns the version of the API server, such as "v1.37.2".
func (c *ControlPlane) Version() string { return c.version }

// Dir returns the folder of the control plane.
func (c *ControlPlane) Dir() string { return c.layout.dir }

// Logs returns the folder with the logs of the components: etcd.log, kube-apiserver.log and so on.
func (c *ControlPlane) Logs() string { return c.layout.logs() }

// Processes returns the identities of the supervisors of the components by component name. Each component is a child of
// its supervisor. The map is empty after Stop.
func (c *ControlPlane) Processes() map[string]process.Identity {
	c.mu.Lock()
	defer c.mu.Unlock()
	running := make(map[string]process.Identity, len(c.processes))
	for _, p := range c.processes {
		running[p.Name()] = p.Identity()
	}
	return running
}

// started returns the time since a start began, for progress lines.
func started(begin time.Time) string { return time.Since(begin).Round(100 * time.Millisecond).String() }
