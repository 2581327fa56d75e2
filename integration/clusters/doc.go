// Package clusters runs the control planes behind the clusters of simulated clouds. It knows no cloud: a cloud decides
// which nodes and which access a cluster gets. Control planes outlive the plugin that starts them, since the engine
// starts one for each operation.
//
// A control plane stops when its cluster is deleted ([Stop]), when its store is reset ([StopAll]), and with the process
// in ASHLAR_CLOUD_OWNER, such as a test.
package clusters
