package release

import (
	"context"
	"errors"
	"fmt"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/exp/apidiff"
	"golang.org/x/tools/go/packages"
)

// API is the exported declarations of a module.
type API struct{ module *apidiff.Module }

// LoadAPI reads the packages of the module in a folder that other modules can import. env is the environment of the go
// command.
func LoadAPI(ctx context.Context, importPath, dir string, env []string) (*API, error) {
	loaded, err := packages.Load(&packages.Config{
		Context: ctx, Dir: dir, Env: env, Mode: packages.NeedName | packages.NeedTypes,
	}, "./...")
	if err != nil {
		return nil, fmt.Errorf("load the API of %s: %w", importPath, err)
	}
	module := &apidiff.Module{Path: importPath}
	var errs []error
	for _, p := range loaded {
		for _, e := range p.Errors {
			errs = append(errs, e)
		}
		if Public(p.PkgPath, p.Name) {
			module.Packages = append(module.Packages, p.Types)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("load the API of %s: %w", importPath, err)
	}
	slices.SortFunc(module.Packages, func(a, b *types.Package) int { return strings.Compare(a.Path(), b.Path()) })
	return &API{module}, nil
}

// Public reports whether other modules can import a package.
func Public(importPath, name string) bool {
	return name != "main" && !slices.Contains(strings.Split(importPath, "/"), "internal")
}

// Compare returns how the API changed, and the effect of the change. Comparisons are those of apidiff, which gorelease
// uses as well; gorelease itself accepts every change below v1.0.0.
func Compare(before, after *API) (Effect, []string) {
	effect, messages := None, []string(nil)
	for _, c := range apidiff.ModuleChanges(before.module, after.module).Changes {
		if c.Compatible {
			effect = max(effect, Feature)
			continue
		}
		effect = Break
		messages = append(messages, c.Message)
	}
	return effect, messages
}
