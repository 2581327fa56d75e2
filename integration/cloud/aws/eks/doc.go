// Package eks simulates EKS: clusters, node groups, Fargate profiles, add-ons and access. A control plane of package
// clusters may run behind each cluster.
package eks
