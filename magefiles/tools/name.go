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
	// Kwok simulates the nodes of a cluster: pods become Running without containers.
	Kwok Name = "kwok"
	// GolangciLint runs the linters and formatters.
	GolangciLint Name = "golangci-lint"
	// Supervise runs a program and ends it with all its descendants when its parent ends.
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

// Engine returns the programs of an installation of the Pulumi CLI that deploys to Kubernetes.
func Engine() []Name { return []Name{Supervise, Pulumi, LanguageGo, ProviderKubernetes} }

// ControlPlane returns the programs of a Kubernetes control plane on the local computer.
func ControlPlane() []Name {
	return []Name{Supervise, Etcd, APIServer, ControllerManager, Scheduler, Kwok}
}

// Demo returns the programs of the quickstart and the demo, which deploy to control planes on the local computer.
func Demo() []Name {
	out := Engine()
	for _, n := range ControlPlane() {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// Set maps programs to their absolute paths.
type Set map[Name]string

// Path returns the absolute path of a program, or "" if it is not in the set.
func (s Set) Path(n Name) string { return s[n] }

// SearchPath returns the folders of the programs as a PATH value, sorted and without duplicates.
func (s Set) SearchPath() string {
	folders := map[string]struct{}{}
	for _, path := range s {
		folders[filepath.Dir(path)] = struct{}{}
	}
	return strings.Join(slices.Sorted(maps.Keys(folders)), string(os.PathListSeparator))
}
