// Package mesh installs the service mesh Istio, and authorizes connections between the pods in it.
//
// [ServiceMesh] installs the mesh from Istio's own charts. Namespaces join it by labels: see [NamespaceLabels]. With the
// default deny, the pods of an application accept the connections that an [Authorization] allows. Network policies of
// pods in a mesh need more peers than those of other pods: see [IngressPeers] and [EgressPeers].
package mesh
