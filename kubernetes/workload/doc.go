// Package workload creates Deployments whose pods meet the restricted Pod
// Security Standard and are spread over zones and nodes.
package workload
