// Package policytest judges network policies in tests: which connections they allow, without a network plugin.
//
//	r := pulumitest.Run(t, program)
//	policies := policytest.OfRecording(t, r)
//	require.True(t, policies.Allowed(client, server, 5432, corev1.ProtocolTCP))
//
// The evaluator is the matcher of Cyclonus, github.com/mattfenwick/cyclonus, which implements the semantics of the API. A
// network plugin may differ where the API leaves it open: whether a CIDR block matches pods, and whether the kubelet of a
// node can connect to its pods in any case. Source: "Network Policies", Kubernetes documentation.
//
// The package is part of the kubernetes module because the tests of the module use it, so that its go.mod has the
// requirements of Cyclonus in any case. A program that does not import the package does not compile them.
package policytest
