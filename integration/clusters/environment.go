package clusters

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/variables"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// Real reports whether clusters have control planes.
func Real() bool { return os.Getenv(variables.Clusters) != variables.None }

// FindTools returns the programs of control planes from a list of folders. It builds nothing. The error lists the
// missing ones.
func FindTools(folders string) (tools.Set, error) {
	set := tools.Set{}
	var missing []string
	for _, name := range tools.ControlPlane() {
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
			"set it with eval \"$(go tool mage simulator)\"; "+
			"%s=%s creates clusters without control planes", variables.Tools, folders, strings.Join(missing, ", "), variables.Clusters, variables.None)
	}
	return set, nil
}
