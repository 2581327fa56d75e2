package plugin

import (
	"maps"
	"os"
	"path/filepath"

	"github.com/ashlar-iac/ashlar/integration/clusters"
	"github.com/ashlar-iac/ashlar/integration/process"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// Clusters are the settings of the control planes of a simulated cloud.
type Clusters struct {
	// Tools are the programs of control planes. Required.
	Tools tools.Set
	// Owner is the process with which the control planes end. Default: they run until their clusters are deleted.
	Owner process.Identity
}

// Variables returns the environment variables with which a program uses the simulated cloud in a folder. If planes is
// nil, clusters have no control planes.
func (c Cloud) Variables(dir string, planes *Clusters) map[string]string {
	out := map[string]string{"ASHLAR_CLOUD": dir}
	maps.Copy(out, c.Credentials)
	if planes == nil {
		out[clusters.EnvClusters] = clusters.None
		return out
	}
	out[clusters.EnvTools] = planes.Tools.SearchPath()
	out["PATH"] = filepath.Dir(c.CLI) + string(os.PathListSeparator) + os.Getenv("PATH")
	if planes.Owner != (process.Identity{}) {
		out[clusters.EnvOwner] = planes.Owner.String()
	}
	return out
}
