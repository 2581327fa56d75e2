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

// ControlPlane is a Kubernetes control plane that was ready when [Start] returned it. Its methods may be called from
// several goroutines at once.
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
	components map[string]component // What the processes run, by name.
	unhook     func() bool          // Takes the end of Start's context off the control plane.
}

// maxStarts is how often a start is tried when another program takes a port that was just found free.
const maxStarts = 3

// Start starts a control plane and returns when it is ready: the API server reports ready, the namespace default has its
// service account, and every node is Ready and takes pods.
//
// The control plane lives until [ControlPlane.Stop], until ctx ends or until this program ends, whichever is first;
// [ControlPlane.Keep] takes the last two away. So a limit for the start belongs into [Options.ReadyTimeout], not into ctx.
//
// A start that fails leaves nothing running. Its error says everything that is wrong with the options, or names the
// component that ended or was not ready in time, with the end of its log.
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
		c.progress("a port was taken by another program; starting again with other ports")
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

// try makes one attempt at a start. When it fails nothing is left of it, and retry says whether another attempt, with
// other ports, may succeed.
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
	// ctx may have ended, and that must not keep the processes from being waited for.
	if stopErr := c.stop(context.WithoutCancel(ctx)); stopErr != nil {
		return false, fmt.Errorf("%w; and what was started could not be stopped: %w", err, stopErr)
	}
	return retry, err
}

func (c *ControlPlane) prepareDir() error {
	dir := c.opts.Dir
	if dir == "" {
		made, err := os.MkdirTemp("", "ashlar-controlplane-")
		if err != nil {
			return fmt.Errorf("make a temporary folder: %w", err)
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

// removeOwnDir removes the folder if it was made for this control plane.
func (c *ControlPlane) removeOwnDir() error {
	if !c.ownsDir {
		return nil
	}
	if err := os.RemoveAll(c.layout.dir); err != nil {
		return fmt.Errorf("remove its folder: %w", err)
	}
	return nil
}

func (c *ControlPlane) progress(format string, args ...any) {
	_, _ = fmt.Fprintf(c.opts.Progress, "control plane %s: %s\n", c.opts.Name, fmt.Sprintf(format, args...))
}

// Name returns the control plane's name, which is the name of the context in its kubeconfig.
func (c *ControlPlane) Name() string { return c.opts.Name }

// Context returns the name of the context in the kubeconfig; it is the current one.
func (c *ControlPlane) Context() string { return c.opts.Name }

// Host returns the URL of the API server: https, 127.0.0.1 and the port.
func (c *ControlPlane) Host() string { return c.host }

// Kubeconfig returns the administrator's kubeconfig: a client certificate in the group system:masters. It is the same
// text for as long as the control plane lives.
func (c *ControlPlane) Kubeconfig() []byte { return slices.Clone(c.kubeconfig) }

// KubeconfigPath returns the path of the file with the administrator's kubeconfig, readable by this user only.
func (c *ControlPlane) KubeconfigPath() string { return c.layout.kubeconfig() }

// Client returns a client with the administrator's rights and no limit on its rate of calls.
func (c *ControlPlane) Client() kubernetes.Interface { return c.client }

// Config returns a copy of the configuration of the client, for clients of other kinds.
func (c *ControlPlane) Config() *rest.Config { return rest.CopyConfig(c.config) }

// Version returns the version of the API server, such as "v1.37.2".
func (c *ControlPlane) Version() string { return c.version }

// Dir returns the folder with everything the control plane writes.
func (c *ControlPlane) Dir() string { return c.layout.dir }

// Logs returns the folder with one log for each component: etcd.log, kube-apiserver.log and so on.
func (c *ControlPlane) Logs() string { return c.layout.logs() }

// Processes returns the identities of the running supervising processes by component; each has the component as its
// child. It is empty after Stop.
func (c *ControlPlane) Processes() map[string]process.Identity {
	c.mu.Lock()
	defer c.mu.Unlock()
	running := make(map[string]process.Identity, len(c.processes))
	for _, p := range c.processes {
		running[p.Name()] = p.Identity()
	}
	return running
}

// started is how long ago a start began, for progress lines.
func started(begin time.Time) string { return time.Since(begin).Round(100 * time.Millisecond).String() }
