package targets

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/goccy/go-yaml"
)

// Module is a Go module in modules.yaml.
type Module struct {
	// Path is the folder of the module, relative to the root of the workspace, with forward slashes.
	Path string `yaml:"path"`
	// ImportPath is the module path in go.mod.
	ImportPath string `yaml:"importPath"`
	// Released reports whether the module has versions and tags, so that other modules can depend on it.
	Released bool `yaml:"released"`
	// WithoutRace is the reason why the tests of the module run without the race detector. Default: they run with it.
	WithoutRace string `yaml:"withoutRace"`
	// Description is a one-line description of the module.
	Description string `yaml:"description"`
}

// modulesFile is the list of modules at the root of the workspace.
const modulesFile = "modules.yaml"

// ReadModules reads the list of modules of the workspace at root. The error contains all problems of the list.
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
		problems = append(problems, errors.New("no modules: add a module to the key modules"))
	}
	seen := map[string]bool{}
	for i, m := range list.Modules {
		if m.Path == "" || m.ImportPath == "" || m.Description == "" {
			problems = append(problems, fmt.Errorf("modules[%d]: path, importPath and description are required", i))
		}
		if seen[m.Path] {
			problems = append(problems, fmt.Errorf("modules[%d]: duplicate path %q", i, m.Path))
		}
		seen[m.Path] = true
	}
	if err := errors.Join(problems...); err != nil {
		return nil, fmt.Errorf("read the list of modules %s: %w", path, err)
	}
	return list.Modules, nil
}
