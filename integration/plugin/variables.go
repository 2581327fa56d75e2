package plugin

import (
	"maps"
	"os"
	"path/filepath"

	"github.com/ashlar-iac/ashlar/integration/clusters"
	"github.com/ashlar-iac/ashlar/integration/process"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// Clusters says what the control planes of a simulated cloud run with.
type Clusters struct {
	// Tools are the programs of control planes. Required.
	Tools tools.Set
	// Owner is the process with which the control planes end. Default: none, and they run until their clusters are
	// deleted.
	Owner process.Identity
}

// Variables returns the variables with which a program runs in the simulated cloud of a folder. Without control planes
// (nil), a cluster is its description only.
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
