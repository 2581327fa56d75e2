package controlplane

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/gofrs/flock"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/ashlar-iac/ashlar/integration/process"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// Kept is a kept control plane, opened by any program.
type Kept struct {
	layout layout
	state  state
	config *rest.Config
	client *kubernetes.Clientset
}

// OpenKept opens the control plane that was kept in a folder. The error is fs.ErrNotExist if there is none. OpenKept
// does not check whether it is running.
func OpenKept(dir string) (*Kept, error) {
	k := &Kept{layout: layout{dir: dir}}
	fail := func(err error) (*Kept, error) {
		return nil, fmt.Errorf("open the control plane kept in %s: %w", dir, err)
	}
	var err error
	if k.state, err = readState(k.layout); err != nil {
		return fail(err)
	}
	kubeconfig, err := os.ReadFile(k.layout.kubeconfig())
	if err != nil {
		return fail(err)
	}
	if k.config, err = clientcmd.RESTConfigFromKubeConfig(kubeconfig); err != nil {
		return fail(err)
	}
	k.config.QPS = -1
	if k.client, err = kubernetes.NewForConfig(k.config); err != nil {
		return fail(err)
	}
	return k, nil
}

// Name returns the control plane's name.
func (k *Kept) Name() string { return k.state.Name }

// Host returns the URL of the API server.
func (k *Kept) Host() string { return k.state.Host }

// CA returns the certificate authority of the API server, as PEM.
func (k *Kept) CA() []byte { return slices.Clone(k.config.CAData) }

// Client returns a client with administrator permissions, without a rate limit.
func (k *Kept) Client() kubernetes.Interface { return k.client }

// Processes returns the identities of the supervisors by component name, running or not.
func (k *Kept) Processes() map[string]process.Identity {
	out := make(map[string]process.Identity, len(k.state.Processes))
	for _, p := range k.state.Processes {
		out[p.Component] = p.Identity
	}
	return out
}

// Credential is a client certificate of a control plane and its private key, both as PEM.
type Credential struct {
	Certificate, Key []byte
	// Expires is the expiration time of the certificate.
	Expires time.Time
}

// Credential returns a new credential of a user in groups, which is valid for a duration.
func (k *Kept) Credential(user string, groups []string, valid time.Duration) (Credential, error) {
	cluster, err := readAuthority(k.layout.pki(), "ca")
	if err != nil {
		return Credential{}, err
	}
	return cluster.credential(user, groups, valid)
}

// Kubeconfig returns the administrator's kubeconfig, like [ControlPlane.Kubeconfig].
func (k *Kept) Kubeconfig() ([]byte, error) { return os.ReadFile(k.layout.kubeconfig()) }

// APIServer returns the path of the API server's program.
func (k *Kept) APIServer() string {
	for _, p := range k.state.Processes {
		if p.Component == apiServer {
			return p.Path
		}
	}
	return ""
}

// Emulate restarts the API server at the same address. It then emulates a minor version of Kubernetes, such as "1.35",
// or none for "". Emulate returns when the API server is ready.
func (k *Kept) Emulate(ctx context.Context, version string) error {
	if err := k.emulate(ctx, version); err != nil {
		return fmt.Errorf("emulate Kubernetes %[2]q with control plane %[1]q: %[3]w", k.state.Name, version, err)
	}
	return nil
}

func (k *Kept) emulate(ctx context.Context, version string) error {
	i := slices.IndexFunc(k.state.Processes, func(p keptProcess) bool { return p.Component == apiServer })
	if i < 0 {
		return errors.New("the state file contains no API server")
	}
	kept := &k.state.Processes[i]
	if err := process.Terminate(ctx, kept.Identity); err != nil {
		return err
	}
	kept.Args = emulate(kept.Args, version)
	p, err := k.restart(ctx, kept)
	if err != nil {
		return err
	}
	return k.await(ctx, p)
}

// Revive starts the components again that have ended, such as an API server that was killed, at the same addresses and
// with the same data. It returns when the API server is ready. Nothing happens while all components are running. Calls
// of several processes are serialized.
func (k *Kept) Revive(ctx context.Context) error {
	if ended, err := k.ended(); err != nil || len(ended) == 0 {
		return err
	}
	lock := flock.New(k.layout.reviveLock())
	if err := lock.Lock(); err != nil {
		return fmt.Errorf("lock control plane %q: %w", k.state.Name, err)
	}
	defer func() { _ = lock.Unlock() }()
	if err := k.revive(ctx); err != nil {
		return fmt.Errorf("restart control plane %q: %w", k.state.Name, err)
	}
	return nil
}

func (k *Kept) revive(ctx context.Context) error {
	// Another process may have restarted them in the meantime.
	var err error
	if k.state, err = readState(k.layout); err != nil {
		return err
	}
	ended, err := k.ended()
	if err != nil {
		return err
	}
	var started []*process.Process
	for _, kept := range ended {
		p, err := k.restart(ctx, kept)
		if err != nil {
			return fmt.Errorf("%s: %w", kept.Component, err)
		}
		started = append(started, p)
	}
	return k.await(ctx, started...)
}

// ended returns the components that have ended, in the order of their start.
func (k *Kept) ended() ([]*keptProcess, error) {
	var out []*keptProcess
	for i := range slices.Backward(k.state.Processes) {
		running, err := k.state.Processes[i].Running()
		if err != nil {
			return nil, err
		}
		if !running {
			out = append(out, &k.state.Processes[i])
		}
	}
	return out, nil
}

// restart starts a component that has ended, and keeps it.
func (k *Kept) restart(ctx context.Context, kept *keptProcess) (*process.Process, error) {
	runs := component{name: kept.Component, tool: tools.Name(kept.Component), args: kept.Args}
	set := tools.Set{tools.Supervise: k.state.Supervise, runs.tool: kept.Path}
	// A kept process does not end with ctx.
	p, err := process.Start(context.WithoutCancel(ctx), runs.spec(k.layout, set, k.state.Owner))
	if err != nil {
		return nil, err
	}
	kept.Identity = p.Identity()
	if err := errors.Join(k.state.write(k.layout), p.Keep()); err != nil {
		return nil, errors.Join(err, p.Stop(ctx))
	}
	return p, nil
}

// await waits until the API server is ready. It fails early when one of the processes ends.
func (k *Kept) await(ctx context.Context, started ...*process.Process) error {
	limited, release := context.WithTimeoutCause(ctx, DefaultReadyTimeout, errTimeout)
	defer release()
	start, fail := context.WithCancelCause(limited)
	defer fail(nil)
	for _, p := range started {
		go watch(start, fail, p)
	}
	if err := poll(start, responds(k.client, "/readyz")); err != nil {
		return fmt.Errorf("%w; %s", blame(apiServer, err), explain(k.layout, apiServer))
	}
	return nil
}
