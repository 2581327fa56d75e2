// Package eks makes Kubernetes clusters on Amazon EKS: the control plane, its identities and add-ons, and the nodes.
package eks
