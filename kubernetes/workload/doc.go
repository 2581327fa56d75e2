// Package workload creates Deployments whose pods meet the restricted Pod
// Security Standard, spread over zones and nodes, and say what they need.
package workload
