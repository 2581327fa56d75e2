// Package kubeconfig reads a context of a kubeconfig for a provider, without
// references to files of this machine.
//
// Only [Ambient] reads the ambient kubeconfig (the KUBECONFIG variable, or
// ~/.kube/config).
package kubeconfig
