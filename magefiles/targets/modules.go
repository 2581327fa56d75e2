package targets

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/goccy/go-yaml"
)

// Module is one Go module of the workspace, as modules.yaml describes it.
type Module struct {
	// Path is the module's folder, relative to the workspace's root, with forward slashes.
	Path string `yaml:"path"`
	// ImportPath is the module's path in its go.mod.
	ImportPath string `yaml:"importPath"`
	// Released says whether the module gets versions and tags, so that others may depend on it.
	Released bool `yaml:"released"`
	// WithoutRace says why the module's tests run without the race detector. Default: they run with it.
	WithoutRace string `yaml:"withoutRace"`
	// Description says in one line what the module is for.
	Description string `yaml:"description"`
}

// modulesFile is the list of modules, at the workspace's root.
const modulesFile = "modules.yaml"

// ReadModules reads the list of modules of the workspace at root. All problems of the list are reported at once.
func ReadModules(root string) ([]Module, error) {
	path := filepath.Join(root, modulesFile)
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the list of modules: %w", err)
	}
	var list struct {
		Modules []Module `yaml:"modules"`
	}
	if err := yaml.UnmarshalWithOptions(data, &list, yaml.DisallowUnknownField()); err != nil {
		return nil, fmt.Errorf("read the list of modules %s: %w", path, err)
	}
	var problems []error
	if len(list.Modules) == 0 {
		problems = append(problems, errors.New("it lists no module; add one below the key modules"))
	}
	seen := map[string]bool{}
	for i, m := range list.Modules {
		if m.Path == "" || m.ImportPath == "" || m.Description == "" {
			problems = append(problems, fmt.Errorf("modules[%d] lacks path, importPath or description; give all three", i))
		}
		if seen[m.Path] {
			problems = append(problems, fmt.Errorf("modules[%d] repeats the path %q; list each module once", i, m.Path))
		}
		seen[m.Path] = true
	}
	if err := errors.Join(problems...); err != nil {
		return nil, fmt.Errorf("read the list of modules %s: %w", path, err)
	}
	return list.Modules, nil
}
