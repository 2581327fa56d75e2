package plugin

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/process"
	"github.com/ashlar-iac/ashlar/integration/variables"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// Clusters are the settings of the control planes of a simulated cloud.
type Clusters struct {
	// Tools are the programs of control planes. Required.
	Tools tools.Set
	// Owner is the process with which the control planes end. Default: they run until their clusters are deleted.
	Owner process.Identity
}

// Clouds are simulated clouds in one folder.
type Clouds []Cloud

// Variables returns the environment variables with which a program uses the clouds in a folder. If planes is nil, clusters
// have no control planes.
func (all Clouds) Variables(dir string, planes *Clusters) map[string]string {
	out := map[string]string{variables.Cloud: dir}
	var path []string
	for _, c := range all {
		maps.Copy(out, c.Credentials)
		if c.CLI != "" {
			path = append(path, filepath.Dir(c.CLI))
		}
	}
	if planes == nil {
		out[variables.Clusters] = variables.None
		return out
	}
	out[variables.Tools] = planes.Tools.SearchPath()
	if len(path) > 0 {
		out["PATH"] = strings.Join(append(path, os.Getenv("PATH")), string(os.PathListSeparator))
	}
	if planes.Owner != (process.Identity{}) {
		out[variables.Owner] = planes.Owner.String()
	}
	return out
}

// Shell returns commands of a POSIX shell that set the variables for the clouds, and put the programs on PATH: those of the
// set, the providers and the command lines of the clouds. ASHLAR_CLOUD is dir, unless it is set already.
func (all Clouds) Shell(dir string, set tools.Set) string {
	values := all.Variables(dir, &Clusters{Tools: set})
	delete(values, "PATH")
	delete(values, variables.Cloud)
	unless := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`").Replace(dir)
	var folders []string
	for _, c := range all {
		folders = append(folders, filepath.Dir(c.CLI), filepath.Dir(c.Provider))
	}
	return fmt.Sprintf("export %[1]s=\"${%[1]s:-%[2]s}\"\n", variables.Cloud, unless) +
		Exports(values, append(folders, set.SearchPath())...)
}

// Exports returns commands of a POSIX shell that set variables, and put folders on PATH.
func Exports(values map[string]string, folders ...string) string {
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(values)) {
		fmt.Fprintf(&out, "export %s=%s\n", name, quoted(values[name]))
	}
	if len(folders) > 0 {
		fmt.Fprintf(&out, "export PATH=%s:\"$PATH\"\n", quoted(strings.Join(folders, string(os.PathListSeparator))))
	}
	return out.String()
}

// quoted returns text as a word of a POSIX shell.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
