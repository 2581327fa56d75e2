// Package controlplane runs real Kubernetes control planes on this machine: etcd, API server, controller manager and
// scheduler, with kwok in the place of the nodes. One starts in seconds, needs no container engine and no account, and
// any number run side by side, each with its own ports, certificates and data.
//
// What is real: the API with its validation, admission (Pod Security Admission among it), RBAC, the controllers, garbage
// collection and scheduling. What is not: pods reach Running and Ready, but no container runs in them, so nothing answers
// behind a Service, logs and exec have no source, and an admission webhook that points into the cluster cannot be reached. A
// Service of type LoadBalancer gets a host name.
//
// Every process ends with the program that started it, even when that program is killed; see package process. A control
// plane can also be kept on purpose, with [ControlPlane.Keep], used by any program, with [OpenKept], and ended later, with [StopKept].
package controlplane
