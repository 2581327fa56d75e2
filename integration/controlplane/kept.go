package controlplane

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/ashlar-iac/ashlar/integration/process"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// Kept is a control plane that was kept in a folder, as any program finds it.
type Kept struct {
	layout layout
	state  state
	config *rest.Config
	client *kubernetes.Clientset
}

// OpenKept returns the control plane that was kept in a folder. It is fs.ErrNotExist if none was. Whether it runs is not looked at.
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

// CA returns the certificate of the authority that signed the API server's, as PEM.
func (k *Kept) CA() []byte { return slices.Clone(k.config.CAData) }

// Client returns a client with the administrator's rights and no limit on its rate of calls.
func (k *Kept) Client() kubernetes.Interface { return k.client }

// Processes returns the identities of the supervising processes by component, whether they run or not.
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
	// Expires is when the certificate is no longer valid.
	Expires time.Time
}

// Credential makes the credential of a user in groups, which is valid for a while.
func (k *Kept) Credential(user string, groups []string, valid time.Duration) (Credential, error) {
	cluster, err := readAuthority(k.layout.pki(), "ca")
	if err != nil {
		return Credential{}, err
	}
	template := clientTemplate(user, groups)
	template.NotAfter = time.Now().Add(valid)
	made, err := cluster.issue(template)
	return Credential{Certificate: made.cert, Key: made.key, Expires: template.NotAfter}, err
}

// APIServer returns the path of the API server's program.
func (k *Kept) APIServer() string {
	for _, p := range k.state.Processes {
		if p.Component == apiServer {
			return p.Path
		}
	}
	return ""
}

// Emulate restarts the API server, at the same address, so that it emulates a minor version of Kubernetes, such as "1.35", or its own for "". It
// returns when the API server is ready again.
func (k *Kept) Emulate(ctx context.Context, version string) error {
	if err := k.emulate(ctx, version); err != nil {
		return fmt.Errorf("let control plane %q emulate Kubernetes %q: %w", k.state.Name, version, err)
	}
	return nil
}

func (k *Kept) emulate(ctx context.Context, version string) error {
	i := slices.IndexFunc(k.state.Processes, func(p keptProcess) bool { return p.Component == apiServer })
	if i < 0 {
		return errors.New("its folder does not say which process is the API server")
	}
	kept := &k.state.Processes[i]
	if err := process.Terminate(ctx, kept.Identity); err != nil {
		return err
	}
	kept.Args = emulate(kept.Args, version)
	server := component{name: apiServer, tool: tools.APIServer, args: kept.Args}
	set := tools.Set{tools.Supervise: k.state.Supervise, tools.APIServer: kept.Path}
	// It is kept, and does not end with the context of this call.
	p, err := process.Start(context.WithoutCancel(ctx), server.spec(k.layout, set, k.state.Owner))
	if err != nil {
		return err
	}
	kept.Identity = p.Identity()
	if err := errors.Join(k.state.write(k.layout), p.Keep()); err != nil {
		return errors.Join(err, p.Stop(ctx))
	}
	limited, release := context.WithTimeoutCause(ctx, DefaultReadyTimeout, errTimeout)
	defer release()
	start, fail := context.WithCancelCause(limited)
	defer fail(nil)
	go watch(start, fail, p)
	if err := poll(start, responds(k.client, "/readyz")); err != nil {
		return fmt.Errorf("%w; %s", blame(apiServer, err), explain(k.layout, apiServer))
	}
	return nil
}
