package tools

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Name is the file name of a program that Ensure can provide.
type Name string

// The programs that Ensure can provide.
const (
	// Pulumi is the Pulumi CLI, which holds the engine.
	Pulumi Name = "pulumi"
	// LanguageGo is the engine's host for programs written in Go.
	LanguageGo Name = "pulumi-language-go"
	// ProviderKubernetes is the Pulumi provider for Kubernetes.
	ProviderKubernetes Name = "pulumi-resource-kubernetes"
	// Etcd is the key-value store behind the Kubernetes API server.
	Etcd Name = "etcd"
	// APIServer is the Kubernetes API server.
	APIServer Name = "kube-apiserver"
	// ControllerManager is the Kubernetes controller manager.
	ControllerManager Name = "kube-controller-manager"
	// Scheduler is the Kubernetes scheduler.
	Scheduler Name = "kube-scheduler"
	// Kubectl is the Kubernetes command line.
	Kubectl Name = "kubectl"
	// Kwok plays the nodes of a cluster: pods reach Running without a container.
	Kwok Name = "kwok"
	// GolangciLint runs the linters and formatters.
	GolangciLint Name = "golangci-lint"
	// Supervise runs a program and ends it, with everything it started, when its parent ends.
	Supervise Name = "supervise"
)

// All returns the names of every program that Ensure can provide, in the order in which they are built.
func All() []Name {
	var names []Name
	for _, m := range catalog() {
		names = append(names, m.names()...)
	}
	return names
}

// Set maps each ensured program to its absolute path.
type Set map[Name]string

// Path returns the absolute path of the program, or "" if the set does not hold it.
func (s Set) Path(n Name) string { return s[n] }

// SearchPath returns the folders of the set's programs as one PATH value: joined with [os.PathListSeparator], sorted and
// without repeats. An empty set gives "".
func (s Set) SearchPath() string {
	folders := map[string]struct{}{}
	for _, path := range s {
		folders[filepath.Dir(path)] = struct{}{}
	}
	return strings.Join(slices.Sorted(maps.Keys(folders)), string(os.PathListSeparator))
}
