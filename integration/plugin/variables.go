package plugin

import (
	"os"
	"path/filepath"

	"github.com/ashlar-iac/ashlar/integration/clusters"
	"github.com/ashlar-iac/ashlar/integration/process"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// Clusters says what the clusters of a simulated cloud run with.
type Clusters struct {
	// Tools are the programs of control planes. Required.
	Tools tools.Set
	// AWSCLI is the one of [Executables]. It comes first on PATH. Required.
	AWSCLI string
	// Owner is the process with whose end the control planes end. Default: none, and they run until their clusters are deleted.
	Owner process.Identity
}

// Variables are those with which a program runs in the simulated cloud of a folder. Without c its clusters have no control planes.
// The real provider asks for credentials, and so does the simulated one; any will do.
func Variables(dir string, c *Clusters) map[string]string {
	out := map[string]string{"ASHLAR_CLOUD": dir, "AWS_ACCESS_KEY_ID": "simulated", "AWS_SECRET_ACCESS_KEY": "simulated"}
	if c == nil {
		out[clusters.EnvClusters] = clusters.None
		return out
	}
	out[clusters.EnvTools] = c.Tools.SearchPath()
	out["PATH"] = filepath.Dir(c.AWSCLI) + string(os.PathListSeparator) + os.Getenv("PATH")
	if c.Owner != (process.Identity{}) {
		out[clusters.EnvOwner] = c.Owner.String()
	}
	return out
}
