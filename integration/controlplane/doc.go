// Package controlplane runs real Kubernetes control planes on this computer: etcd, API server, controller manager and
// scheduler, with kwok instead of kubelets. A control plane starts in seconds, without a container engine or an
// account. Any number can run in parallel, each with its own ports, certificates and data.
//
// The API is real, with validation, admission (including Pod Security Admission), RBAC, controllers, garbage collection
// and scheduling. Containers do not run: pods become Running and Ready, but Services have no working endpoints, there
// are no container logs and no exec, and admission webhooks in the cluster are not reachable. A Service of type
// LoadBalancer gets a host name.
//
// All processes end with the program that started them, even if it is killed; see package process.
// [ControlPlane.Keep] keeps a control plane running, [OpenKept] opens it in another program, and [StopKept] stops it.
package controlplane
