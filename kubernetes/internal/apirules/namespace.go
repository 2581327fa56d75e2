package apirules

import (
	"fmt"
	"strings"
)

// IsSystemNamespace reports whether a namespace belongs to Kubernetes: the initial namespaces, and those with the prefix
// kube-, which is reserved. Source: "Namespaces", Kubernetes documentation.
func IsSystemNamespace(name string) bool {
	return name == "default" || strings.HasPrefix(name, "kube-")
}

// SystemNamespace describes a namespace for which [IsSystemNamespace] is true.
func SystemNamespace(name string) string {
	if name == "default" {
		return `the namespace "default" belongs to Kubernetes`
	}
	return fmt.Sprintf("the namespace %q belongs to Kubernetes, which reserves the prefix kube-", name)
}
