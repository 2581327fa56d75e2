// Package variables names the environment variables with which programs use a simulated cloud.
package variables

const (
	// Cloud is the folder of the simulated cloud, which is created if it does not exist.
	Cloud = "ASHLAR_CLOUD"
	// Tools lists the folders of the programs of control planes, as PATH does.
	Tools = "ASHLAR_CLUSTER_TOOLS"
	// Owner is the process with which control planes stop: its number, a colon and its start time.
	Owner = "ASHLAR_CLOUD_OWNER"
	// Clusters is [None] for clusters without control planes. Default: each cluster has one.
	Clusters = "ASHLAR_CLUSTERS"
	// Groups lists the object ids of the groups of Microsoft Entra ID that the caller of a simulated Azure is a member of,
	// separated by commas. Default: none.
	Groups = "ASHLAR_AZURE_GROUPS"
)

// None is the value of [Clusters] for clusters that are a description only: nothing answers at their endpoint, and they
// have no nodes.
const None = "none"
