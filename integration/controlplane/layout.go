package controlplane

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// layout contains the paths in the folder of a control plane.
type layout struct{ dir string }

func (l layout) pki() string        { return filepath.Join(l.dir, "pki") }
func (l layout) logs() string       { return filepath.Join(l.dir, "logs") }
func (l layout) etcd() string       { return filepath.Join(l.dir, "etcd") }
func (l layout) home() string       { return filepath.Join(l.dir, "home") }
func (l layout) kubeconfig() string { return filepath.Join(l.dir, "kubeconfig") }
func (l layout) stages() string     { return filepath.Join(l.dir, stagesFile) }
func (l layout) state() string      { return filepath.Join(l.dir, "controlplane.json") }
func (l layout) reviveLock() string { return filepath.Join(l.dir, "revive.lock") }

func (l layout) log(component string) string { return filepath.Join(l.logs(), component+".log") }
func (l layout) clientConfig(component string) string {
	return filepath.Join(l.pki(), component+".kubeconfig")
}
func (l layout) cert(name string) string { return filepath.Join(l.pki(), name+".crt") }
func (l layout) key(name string) string  { return filepath.Join(l.pki(), name+".key") }

// create creates empty folders and the stages of kwok, which set host names in the domain for load balancers.
func (l layout) create(domain string) error {
	if err := l.clear(); err != nil {
		return err
	}
	for _, dir := range []string{l.pki(), l.logs(), l.etcd(), l.home()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("create the folder of the control plane: %w", err)
		}
	}
	named := strings.ReplaceAll(stages, "LOAD_BALANCER_DOMAIN", domain)
	if err := os.WriteFile(l.stages(), []byte(named), 0o600); err != nil {
		return fmt.Errorf("write the stages of kwok: %w", err)
	}
	return nil
}

// clear removes the files of a control plane, and no other files in the folder.
func (l layout) clear() error {
	for _, path := range []string{l.pki(), l.logs(), l.etcd(), l.home(), l.kubeconfig(), l.stages(), l.state(),
		l.reviveLock()} {
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("remove the files of an earlier control plane: %w", err)
		}
	}
	return nil
}
