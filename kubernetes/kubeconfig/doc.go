// Package kubeconfig reads kubeconfig files into what a provider needs: one
// context, complete in itself, without reference to files of this machine.
//
// The ambient kubeconfig (the KUBECONFIG variable, ~/.kube/config) is read by
// [Ambient] alone, and only when a program calls it.
package kubeconfig
