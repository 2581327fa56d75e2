// Package workload creates Deployments, StatefulSets, DaemonSets, Jobs and CronJobs. Their pods have the same options, meet
// the restricted Pod Security Standard, and are spread over zones and nodes.
package workload
