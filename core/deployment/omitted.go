package deployment

import (
	"errors"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// A module without a section is disabled, and its resources are deleted. A misspelled section, an empty stack file and the
// file of another project look the same, so a module whose resources exist is only disabled by name, and a program with
// modules has to enable or disable one of them.

// omitted finds modules that the configuration neither enables nor disables.
type omitted struct {
	registry *Registry
	// deployed returns the modules that have resources in the state of the stack. It is called when a module is omitted, once.
	deployed func() (map[string]bool, error)
}

func newOmitted(ctx *pulumi.Context, registry *Registry) omitted {
	return omitted{registry, sync.OnceValues(func() (map[string]bool, error) { return deployedModules(ctx, registry.Names()) })}
}

// of returns the check of one module.
func (o omitted) of(module string) config.Validator { return omittedModule{o, module} }

type omittedModule struct {
	omitted
	module string
}

var _ config.Validator = omittedModule{}

// Validate implements config.Validator.
func (o omittedModule) Validate(report *config.Report) {
	said := func(module string) bool {
		_, ok := report.Value(module, "enabled")
		return ok
	}
	if said(o.module) {
		return
	}
	deployed, err := o.deployed()
	at := []string{"enabled"}
	switch {
	case err != nil:
		report.Add(at, "not set, and the resources of the stack cannot be read (%v): set it to true or false", err)
		return
	case deployed[o.module]:
		report.Add(at, "not set, but the stack has resources of module %s, which would be deleted: set it to true to keep "+
			"them, or to false to delete them", o.module)
		return
	}
	names := o.registry.Names()
	if o.module != names[0] || len(deployed) > 0 {
		return
	}
	for _, name := range names {
		if said(name) {
			return
		}
	}
	report.Add(at, "not set for any module (%s): set it to true for each module to deploy, or to false to deploy nothing",
		config.List(names))
}

// stackResources is the builtin function of the engine that returns the resources of a stack in its backend: those of the
// last update.
//
// Source: readStackResourceOutputs in github.com/pulumi/pulumi/pkg/v3/resource/deploy/builtins.go.
const stackResources = "pulumi:pulumi:readStackResourceOutputs"

// stateEntry is a resource of the state.
type stateEntry struct {
	Type    string `pulumi:"type"`
	Outputs struct {
		// Modules is the output [ModulesOutput] of the stack itself.
		Modules any `pulumi:"modules"`
	} `pulumi:"outputs"`
}

// deployedModules returns the modules that have resources in the state of this stack: components with types of the module,
// ashlar-<module>:..., or a status in the stack output [ModulesOutput].
func deployedModules(ctx *pulumi.Context, modules []string) (map[string]bool, error) {
	var result struct {
		Outputs map[string]stateEntry `pulumi:"outputs"`
	}
	var failed []error
	for _, name := range []string{
		strings.Join([]string{ctx.Organization(), ctx.Project(), ctx.Stack()}, "/"),
		ctx.Stack(), // A backend of files without projects.
	} {
		// Outputs of the resources may be secrets, which this function does not mind.
		_, err := ctx.InvokePackageRaw(stackResources, pulumi.Map{"stackName": pulumi.String(name)}, &result, "")
		if err == nil {
			failed = nil
			break
		}
		failed = append(failed, err)
	}
	if err := errors.Join(failed...); err != nil {
		return nil, err
	}
	out := map[string]bool{}
	statuses := map[string]any{}
	for _, r := range result.Outputs {
		if r.Type == "pulumi:pulumi:Stack" {
			statuses, _ = r.Outputs.Modules.(map[string]any)
		}
		for _, m := range modules {
			if strings.HasPrefix(r.Type, config.Namespace+"-"+m+":") {
				out[m] = true
			}
		}
	}
	for _, m := range modules {
		if status, ok := statuses[m]; ok && status != StatusDisabled {
			out[m] = true
		}
	}
	return out, nil
}
