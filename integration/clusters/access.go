package clusters

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gofrs/flock"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/ashlar-iac/ashlar/integration/controlplane"
)

// Access grants the permissions of a role to a group or a user.
type Access struct {
	// Group is the name of a Kubernetes group. Required without User.
	Group string
	// User is the name of a Kubernetes user. Mutually exclusive with Group.
	User string
	// ClusterRole is the role's name, such as "view". Required.
	ClusterRole string
	// Namespace is the name of a namespace, or a pattern with "*". Default: the whole cluster.
	Namespace string
}

// subject returns the user or the group.
func (a Access) subject() rbacv1.Subject {
	if a.User != "" {
		return rbacv1.Subject{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: a.User}
	}
	return rbacv1.Subject{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: a.Group}
}

// bindingName returns the name of the binding, which is also different for a user and a group of one name. It cannot have
// slashes.
func (a Access) bindingName() string {
	name := a.Group
	if a.User != "" {
		name = "user:" + a.User
	}
	return strings.ReplaceAll(name+":"+a.ClusterRole, "/", "~")
}

// accessLabel marks the bindings that the simulation manages.
const accessLabel = "simulated-cloud/access"

// SetAccess grants groups and users exactly what read returns, in addition to other bindings in the cluster. Calls for the same
// cluster are serialized, including their read, so that the last one decides. A namespace that does not exist yet gets
// its bindings with the next [RefreshAccess].
func SetAccess(ctx context.Context, dir string, read func() ([]Access, error)) error {
	return withAccess(ctx, dir, func(k *controlplane.Kept) error {
		all, err := read()
		if err != nil {
			return err
		}
		text, err := json.Marshal(all)
		if err != nil {
			return err
		}
		if err := os.WriteFile(accessFile(dir), text, 0o600); err != nil {
			return err
		}
		return setAccess(ctx, k.Client(), all)
	})
}

// RefreshAccess creates the bindings of [SetAccess] in namespaces that were created since.
func RefreshAccess(ctx context.Context, dir string) error {
	return withAccess(ctx, dir, func(k *controlplane.Kept) error {
		text, err := os.ReadFile(accessFile(dir))
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		var all []Access
		if err := errors.Join(err, json.Unmarshal(text, &all)); err != nil {
			return err
		}
		if !slices.ContainsFunc(all, func(a Access) bool { return a.Namespace != "" }) {
			return nil
		}
		return setAccess(ctx, k.Client(), all)
	})
}

func accessFile(dir string) string { return filepath.Join(dir, "access.json") }

// withAccess calls f while no other process changes the access.
func withAccess(ctx context.Context, dir string, f func(*controlplane.Kept) error) error {
	k, err := open(ctx, dir)
	if err != nil {
		return err
	}
	lock := flock.New(filepath.Join(dir, "access.lock"))
	if err := lock.Lock(); err != nil {
		return fmt.Errorf("lock the access to cluster %q: %w", k.Name(), err)
	}
	defer func() { _ = lock.Unlock() }()
	if err := f(k); err != nil {
		return fmt.Errorf("set the access to cluster %q: %w", k.Name(), err)
	}
	return nil
}

// binding is a role binding in a namespace, or a cluster role binding for "".
type binding struct{ namespace, name string }

func setAccess(ctx context.Context, client kubernetes.Interface, all []Access) error {
	namespaces, err := client.CoreV1().Namespaces().List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	wanted := map[binding]Access{}
	for _, a := range all {
		name := a.bindingName()
		if a.Namespace == "" {
			wanted[binding{"", name}] = a
			continue
		}
		for _, ns := range namespaces.Items {
			match, err := path.Match(a.Namespace, ns.Name)
			if err != nil {
				return fmt.Errorf("namespace %q: %w", a.Namespace, err)
			}
			if match {
				wanted[binding{ns.Name, name}] = a
			}
		}
	}
	there, err := bindings(ctx, client)
	if err != nil {
		return err
	}
	var problems []error
	for b, a := range wanted {
		if !there[b] {
			problems = append(problems, b.create(ctx, client, a))
		}
	}
	for b := range there {
		if _, ok := wanted[b]; !ok {
			problems = append(problems, gone(b.remove(ctx, client)))
		}
	}
	return errors.Join(problems...)
}

// bindings returns the bindings that the simulation manages.
func bindings(ctx context.Context, client kubernetes.Interface) (map[binding]bool, error) {
	ours := metav1.ListOptions{LabelSelector: accessLabel}
	wide, err := client.RbacV1().ClusterRoleBindings().List(ctx, ours)
	if err != nil {
		return nil, err
	}
	narrow, err := client.RbacV1().RoleBindings(metav1.NamespaceAll).List(ctx, ours)
	if err != nil {
		return nil, err
	}
	out := map[binding]bool{}
	for _, b := range wide.Items {
		out[binding{"", b.Name}] = true
	}
	for _, b := range narrow.Items {
		out[binding{b.Namespace, b.Name}] = true
	}
	return out, nil
}

func (b binding) create(ctx context.Context, client kubernetes.Interface, a Access) error {
	meta := metav1.ObjectMeta{Namespace: b.namespace, Name: b.name, Labels: map[string]string{accessLabel: "true"}}
	role := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: a.ClusterRole}
	subjects := []rbacv1.Subject{a.subject()}
	var err error
	if b.namespace == "" {
		_, err = client.RbacV1().ClusterRoleBindings().Create(ctx,
			&rbacv1.ClusterRoleBinding{ObjectMeta: meta, RoleRef: role, Subjects: subjects}, metav1.CreateOptions{})
	} else {
		_, err = client.RbacV1().RoleBindings(b.namespace).Create(ctx,
			&rbacv1.RoleBinding{ObjectMeta: meta, RoleRef: role, Subjects: subjects}, metav1.CreateOptions{})
	}
	return err
}

func (b binding) remove(ctx context.Context, client kubernetes.Interface) error {
	if b.namespace == "" {
		return client.RbacV1().ClusterRoleBindings().Delete(ctx, b.name, metav1.DeleteOptions{})
	}
	return client.RbacV1().RoleBindings(b.namespace).Delete(ctx, b.name, metav1.DeleteOptions{})
}
