// Package kubeconfig reads a context of a kubeconfig for a provider, without references to files of this machine. It merges
// several kubeconfigs, and splits one into its contexts.
//
// Only [Ambient] reads the ambient kubeconfig (the KUBECONFIG variable, or ~/.kube/config), and only [InCluster] the
// service account of a pod.
package kubeconfig
