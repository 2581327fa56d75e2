package clusters

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/controlplane"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// The environment variables that configure the clusters of a simulated cloud.
const (
	// EnvTools lists the folders of the programs of control planes, as PATH does.
	EnvTools = "ASHLAR_CLUSTER_TOOLS"
	// EnvOwner is the process with which control planes stop: its number, a colon and its start time.
	EnvOwner = "ASHLAR_CLOUD_OWNER"
	// EnvClusters is [None] for clusters without control planes. Default: each cluster has one.
	EnvClusters = "ASHLAR_CLUSTERS"
)

// None is the value of [EnvClusters] for clusters that are a description only: nothing answers at their endpoint, and
// they have no nodes.
const None = "none"

// Real reports whether clusters have control planes.
func Real() bool { return os.Getenv(EnvClusters) != None }

// FindTools returns the programs of control planes from a list of folders. It builds nothing. The error lists the
// missing ones.
func FindTools(folders string) (tools.Set, error) {
	set := tools.Set{}
	var missing []string
	for _, name := range controlplane.Programs() {
		for _, folder := range filepath.SplitList(folders) {
			path := filepath.Join(folder, string(name))
			if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && set[name] == "" {
				set[name] = path
			}
		}
		if set[name] == "" {
			missing = append(missing, string(name))
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("the folders in %s (%q) lack %s: "+
			"build them with `go tool mage tools`, and list the folders that it prints; "+
			"%s=%s creates clusters without control planes", EnvTools, folders, strings.Join(missing, ", "), EnvClusters, None)
	}
	return set, nil
}
