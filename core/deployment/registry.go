package deployment

import (
	"fmt"
	"slices"

	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/logging"
	"github.com/ashlar-iac/ashlar/core/metadata"
	"github.com/ashlar-iac/ashlar/core/versions"
)

// Registry holds the modules of a program by their names, in the order in
// which they were added.
type Registry struct {
	modules []Module
	byName  map[string]Module
}

// NewRegistry returns a registry of the given modules. The error is that of
// [Registry.Add].
func NewRegistry(modules ...Module) (*Registry, error) {
	r := &Registry{byName: map[string]Module{}}
	var failed []error
	for _, m := range modules {
		failed = append(failed, r.Add(m))
	}
	return r, failure.Join(failed...)
}

// Add adds a module. A name that is taken, by another module, a section of core
// or an output of the deployment, is an error of the class failure.Deployment.
func (r *Registry) Add(m Module) error {
	if r.byName[m.Name()] != nil || slices.Contains(reserved(), m.Name()) {
		return failure.New(failure.Deployment, "add", fmt.Sprintf("module %q", m.Name()),
			"the name is taken: give each module once, and a name of its own")
	}
	r.byName[m.Name()] = m
	r.modules = append(r.modules, m)
	return nil
}

// Names returns the names of the modules, in the order in which they were added.
func (r *Registry) Names() []string {
	names := make([]string, len(r.modules))
	for i, m := range r.modules {
		names[i] = m.Name()
	}
	return names
}

// Module returns the module of the given name. An unknown name is an error of
// the class failure.Deployment that lists the known ones.
func (r *Registry) Module(name string) (Module, error) {
	if m := r.byName[name]; m != nil {
		return m, nil
	}
	return nil, failure.New(failure.Deployment, "find", fmt.Sprintf("module %q", name),
		"unknown module, %s", config.Suggest(name, r.Names()))
}

// reserved returns the names that modules cannot have: those of core's sections
// and of the deployment's outputs.
func reserved() []string {
	names := []string{config.FilesSection, ModulesOutput, MetadataOutput}
	for _, s := range Sections() {
		names = append(names, s.Name())
	}
	return names
}

// Sections returns the sections of a stack's configuration that a deployment of
// the given modules reads, those of core first: for the JSON Schema that
// editors check the file with, see config.FileSchema.
func Sections(modules ...Module) []config.Section {
	all := []config.Section{logging.Section(), versions.Section(), metadata.Section(), compliance.Section()}
	for _, m := range modules {
		all = append(all, m.Section())
	}
	return all
}
