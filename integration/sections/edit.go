package sections

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/ashlar-iac/ashlar/core/config"
)

// Attempt deploys a section. While it has findings, it removes the values that have them, and tries again. It returns what
// has been deployed, or nil if nothing remained, whether values have been removed, and the error of the deployment.
func Attempt(section map[string]any, deploy func(section map[string]any) error) (deployed map[string]any, removed bool, err error) {
	section = Clone(section)
	for {
		err = deploy(section)
		var invalid *config.Error
		if !errors.As(err, &invalid) {
			return section, removed, err
		}
		if !removeFindings(section, invalid) {
			return nil, removed, nil
		}
		removed = true
	}
}

// removeFindings removes the values with findings from a section. A finding about a value that is missing removes what
// it is missing in. It reports false if there is nothing to remove.
func removeFindings(section map[string]any, invalid *config.Error) bool {
	removed := false
	for _, f := range invalid.Findings {
		path, err := resource.ParsePropertyPath(f.Path)
		if err == nil && len(path) > 1 && mark(section, path[1:]) {
			removed = true
		}
	}
	compact(section)
	return removed
}

// gone is a value that is to be removed.
type gone struct{}

// mark marks the value at a path, or the innermost one that exists, as gone.
func mark(v any, path resource.PropertyPath) bool {
	if len(path) == 0 {
		return false
	}
	switch v := v.(type) {
	case object:
		key := fmt.Sprint(path[0])
		inner, ok := v[key]
		if ok && !mark(inner, path[1:]) {
			v[key] = gone{}
		}
		return ok
	case []any:
		i, ok := path[0].(int)
		if ok = ok && i < len(v); ok && !mark(v[i], path[1:]) {
			v[i] = gone{}
		}
		return ok
	}
	return false
}

// compact removes what is gone.
func compact(v any) any {
	switch v := v.(type) {
	case object:
		for key, inner := range v {
			if inner == (gone{}) {
				delete(v, key)
			} else {
				v[key] = compact(inner)
			}
		}
	case []any:
		out := []any{}
		for _, inner := range v {
			if inner != (gone{}) {
				out = append(out, compact(inner))
			}
		}
		return out
	}
	return v
}

// Shrink returns the smallest part of a section that fails: what can be removed is removed, outer values first.
func Shrink(section map[string]any, fails func(section map[string]any) bool) map[string]any {
	for again := true; again; {
		again = false
		for _, path := range paths(section, nil) {
			smaller := Clone(section)
			if !mark(smaller, path) {
				continue
			}
			compact(smaller)
			if fails(smaller) {
				section, again = smaller, true
				break
			}
		}
	}
	return section
}

// paths returns the paths of all values, outer ones first.
func paths(v any, path resource.PropertyPath) []resource.PropertyPath {
	var out []resource.PropertyPath
	below := func(key, inner any) {
		path := append(slices.Clone(path), key)
		out = append(append(out, path), paths(inner, path)...)
	}
	switch v := v.(type) {
	case object:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			below(key, v[key])
		}
	case []any:
		for i, inner := range v {
			below(i, inner)
		}
	}
	return out
}

// Clone returns a deep copy of a section, with the types of JSON.
func Clone(section map[string]any) map[string]any {
	var out map[string]any
	text, err := json.Marshal(section)
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		panic(fmt.Sprintf("a section is JSON: %v", err))
	}
	return out
}
