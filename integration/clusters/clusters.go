package clusters

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ashlar-iac/ashlar/integration/controlplane"
	"github.com/ashlar-iac/ashlar/integration/process"
	"github.com/ashlar-iac/ashlar/integration/variables"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// Spec describes a control plane.
type Spec struct {
	// Name is the cluster's name. Required.
	Name string
	// Region is the region of its nodes, such as "eu-west-1". Default: "local".
	Region string
	// Version is the Kubernetes minor version of the cluster, such as "1.35". The control plane emulates it, or the
	// nearest of the last three minor versions before its own. Default: its own.
	Version string
	// Issuer is the issuer of service account tokens, an https URL. Default: the cluster's own address.
	Issuer string
	// LoadBalancerDomain is the domain of the host names of load balancers. Default: "load-balancers.local".
	LoadBalancerDomain string
	// ClientCA are certificates of other authorities whose client certificates the cluster accepts, as PEM. Default: none.
	ClientCA []byte
	// Tools are the programs of the control plane. Default: those in the folders of ASHLAR_CLUSTER_TOOLS, see
	// [FindTools].
	Tools tools.Set
	// Owner is the process with which the control plane stops. Default: the one of ASHLAR_CLOUD_OWNER; without it the
	// control plane runs until it is stopped.
	Owner process.Identity
}

// Endpoint is the endpoint of a control plane.
type Endpoint struct {
	// Server is a URL: https, 127.0.0.1 and a port.
	Server string
	// CA is the certificate of the certificate authority, as PEM.
	CA []byte
}

// Dir returns the folder of a cluster's control plane below the folder of a store. place is the place of the cluster in
// the store, such as "account-1/north".
func Dir(root, place, name string) string {
	return filepath.Join(all(root), strings.ReplaceAll(place, "/", "-")+"-"+name)
}

// all is the folder of the control planes of a store.
func all(root string) string { return filepath.Join(root, "clusters") }

// Start starts a control plane without nodes in a folder. It stops one that runs there already.
func Start(ctx context.Context, dir string, s Spec) (Endpoint, error) {
	fail := func(err error) (Endpoint, error) {
		return Endpoint{}, fmt.Errorf("start the control plane of cluster %q: %w", s.Name, err)
	}
	if err := s.complete(); err != nil {
		return fail(err)
	}
	if err := Stop(ctx, dir); err != nil {
		return fail(err)
	}
	version, err := emulated(ctx, s.Tools.Path(tools.APIServer), s.Version)
	if err != nil {
		return fail(err)
	}
	c, err := controlplane.Start(ctx, controlplane.Options{
		Name: planeName(s.Name), Dir: dir, Nodes: -1, Region: s.Region, Issuer: s.Issuer, EmulatedVersion: version,
		LoadBalancerDomain: s.LoadBalancerDomain, ClientCA: s.ClientCA, Tools: s.Tools, Owner: s.Owner,
	})
	if err != nil {
		return fail(err)
	}
	if err := c.Keep(); err != nil {
		return fail(err)
	}
	return Endpoint{Server: c.Host(), CA: c.Config().CAData}, nil
}

// planeName returns the name of a control plane, which is a label of at most 63 characters: the cluster's name, or the
// beginning of a longer one with a hash.
func planeName(name string) string {
	if len(name) <= 63 {
		return name
	}
	return fmt.Sprintf("%s-%.8x", name[:54], sha256.Sum256([]byte(name)))
}

// complete sets the defaults.
func (s *Spec) complete() error {
	var err error
	if s.Region == "" {
		s.Region = "local"
	}
	if s.Tools == nil {
		if s.Tools, err = FindTools(os.Getenv(variables.Tools)); err != nil {
			return err
		}
	}
	if owner := os.Getenv(variables.Owner); s.Owner == (process.Identity{}) && owner != "" {
		if s.Owner, err = process.ParseIdentity(owner); err != nil {
			return fmt.Errorf("read %s: %w", variables.Owner, err)
		}
	}
	return nil
}

// Upgrade changes the Kubernetes minor version of the control plane in a folder, such as to "1.36". Its API server is
// unavailable for some seconds.
func Upgrade(ctx context.Context, dir, version string) error {
	k, err := open(ctx, dir)
	if err != nil {
		return err
	}
	to, err := emulated(ctx, k.APIServer(), version)
	if err != nil {
		return err
	}
	return k.Emulate(ctx, to)
}

// Stop stops the control plane in a folder and removes the folder. It does nothing if there is none.
func Stop(ctx context.Context, dir string) error {
	err := controlplane.StopKept(ctx, dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.RemoveAll(dir)
}

// StopAll stops all control planes of the store in a folder.
func StopAll(ctx context.Context, root string) error {
	dirs, err := Dirs(root)
	problems := []error{err}
	for _, dir := range dirs {
		problems = append(problems, Stop(ctx, dir))
	}
	return errors.Join(problems...)
}

// Dirs returns the folders of all control planes of the store in a folder.
func Dirs(root string) ([]string, error) {
	entries, err := os.ReadDir(all(root))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		out = append(out, filepath.Join(all(root), e.Name()))
	}
	return out, nil
}

// Credential creates a client certificate for a user in groups, signed by the cluster's certificate authority.
func Credential(dir, user string, groups []string, valid time.Duration) (cert, key []byte, notAfter time.Time,
	err error) {
	k, err := controlplane.OpenKept(dir)
	if err != nil {
		return nil, nil, time.Time{}, err
	}
	c, err := k.Credential(user, groups, valid)
	return c.Certificate, c.Key, c.Expires, err
}

// Kubeconfig returns the kubeconfig of the administrator of the control plane in a folder, in the group system:masters. It
// is always the same.
func Kubeconfig(dir string) ([]byte, error) {
	k, err := controlplane.OpenKept(dir)
	if err != nil {
		return nil, err
	}
	return k.Kubeconfig()
}

// IgnoreMissing ignores that a control plane was stopped: what a cloud manages next to a cluster, such as its nodes, does
// not depend on the API of the cluster.
func IgnoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// open opens the control plane in a folder, and starts components again that have ended. The control planes of a cloud
// restart such components within a minute or so.
func open(ctx context.Context, dir string) (*controlplane.Kept, error) {
	k, err := controlplane.OpenKept(dir)
	if err != nil {
		return nil, err
	}
	err = k.Revive(ctx)
	return k, err
}
