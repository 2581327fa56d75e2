// Package clusters runs the control planes behind the clusters of simulated clouds. They outlive the plugin that starts
// them: the engine starts one for each operation.
//
// A control plane ends when its cluster is deleted ([Stop]), when its store is emptied ([StopAll]), and with the process that ASHLAR_CLOUD_OWNER
// names, such as a test.
package clusters
