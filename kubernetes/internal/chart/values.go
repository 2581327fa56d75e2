package chart

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"helm.sh/helm/v4/pkg/chart/common/util"
	helm "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"

	"github.com/ashlar-iac/ashlar/core/config"
)

// Problem is a problem with a value.
type Problem struct {
	// Path is the path of the value.
	Path []string
	// Message says what is wrong.
	Message string
}

// ReadValues reads a file of values.
func ReadValues(data []byte) (map[string]any, error) { return loader.LoadValues(bytes.NewReader(data)) }

// MergeValues returns the values of all maps, nested maps merged. Where several have a value, the last one wins. The maps
// are not modified.
func MergeValues(all ...map[string]any) map[string]any {
	out := map[string]any{}
	for _, values := range all {
		out = loader.MergeMaps(out, values)
	}
	return out
}

// CheckValues returns the values that the schemas of the chart and its dependencies reject, together with the values of
// the chart. References to schemas on the network are not read: they accept every value.
func (c *Chart) CheckValues(values map[string]any) ([]Problem, error) {
	loaded, err := c.load()
	if err != nil {
		return nil, err
	}
	values, err = normal(values)
	if err != nil {
		return nil, err
	}
	all, err := util.CoalesceValues(loaded, values)
	if err != nil {
		return nil, err
	}
	return checkSchemas(loaded, all, nil)
}

// checkSchemas checks the values of a chart at a path.
func checkSchemas(c *helm.Chart, values map[string]any, at []string) ([]Problem, error) {
	var out []Problem
	if c.Schema != nil {
		found, err := checkSchema(c.Schema, values)
		if err != nil {
			return nil, fmt.Errorf("schema of the values of chart %s: %w", c.Name(), err)
		}
		for _, p := range found {
			out = append(out, Problem{slices.Concat(at, p.Path), p.Message})
		}
	}
	for _, dependency := range c.Dependencies() {
		own, ok := values[dependency.Name()].(map[string]any)
		if !ok {
			continue
		}
		found, err := checkSchemas(dependency, own, append(slices.Clone(at), dependency.Name()))
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

func checkSchema(schema []byte, values map[string]any) ([]Problem, error) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return nil, err
	}
	const address = "values.schema.json"
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(anything{})
	if err := compiler.AddResource(address, document); err != nil {
		return nil, err
	}
	compiled, err := compiler.Compile(address)
	if err != nil {
		return nil, err
	}
	var invalid *jsonschema.ValidationError
	if err := compiled.Validate(values); !errors.As(err, &invalid) {
		return nil, err
	}
	return slices.CompactFunc(problems(invalid), func(a, b Problem) bool {
		return slices.Equal(a.Path, b.Path) && a.Message == b.Message
	}), nil
}

// anything stands for schemas that are not in the chart.
type anything struct{}

var _ jsonschema.URLLoader = anything{}

// Load implements jsonschema.URLLoader.
func (anything) Load(string) (any, error) { return true, nil }

// problems returns the causes of an error.
func problems(e *jsonschema.ValidationError) []Problem {
	if len(e.Causes) == 0 {
		path := e.InstanceLocation
		if extra, ok := e.ErrorKind.(*kind.AdditionalProperties); ok && len(extra.Properties) == 1 {
			return []Problem{{append(slices.Clone(path), extra.Properties[0]), "unknown value of the chart"}}
		}
		return []Problem{{path, e.ErrorKind.LocalizedString(message.NewPrinter(language.English))}}
	}
	var out []Problem
	for _, cause := range e.Causes {
		out = append(out, problems(cause)...)
	}
	return out
}

// UnknownValues returns values that the values of the chart do not have: templates probably do not use them. Below an
// empty map or another empty value, every value is known.
func (c *Chart) UnknownValues(values map[string]any) ([]Problem, error) {
	loaded, err := c.load()
	if err != nil {
		return nil, err
	}
	return unknownValues(loaded, values, loaded.Values, nil), nil
}

// unknownValues compares values with those that a chart has at a path.
func unknownValues(c *helm.Chart, values, known map[string]any, at []string) []Problem {
	var out []Problem
	own := maps.Clone(known)
	if own == nil {
		own = map[string]any{}
	}
	nested := map[string]*helm.Chart{}
	if c != nil {
		for _, key := range []string{"global", "tags"} {
			if own[key] == nil {
				own[key] = nil
			}
		}
		for _, d := range c.Metadata.Dependencies {
			// Conditions are values as well.
			for condition := range strings.SplitSeq(d.Condition, ",") {
				first, _, _ := strings.Cut(strings.TrimSpace(condition), ".")
				if first != "" && own[first] == nil {
					own[first] = nil
				}
			}
			for _, dependency := range c.Dependencies() {
				if dependency.Name() != d.Name {
					continue
				}
				name := d.Name
				if d.Alias != "" {
					name = d.Alias
				}
				nested[name] = dependency
				mine, _ := own[name].(map[string]any)
				own[name] = MergeValues(dependency.Values, mine, map[string]any{"enabled": nil, "global": nil})
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		path := append(slices.Clone(at), key)
		standard, ok := own[key]
		if !ok {
			out = append(out, Problem{path, fmt.Sprintf("the chart has no value %q, %s", key,
				config.SuggestOr(key, slices.Sorted(maps.Keys(own)), "check its name"))})
			continue
		}
		child, _ := values[key].(map[string]any)
		below, _ := standard.(map[string]any)
		if len(child) > 0 && len(below) > 0 && !isFreeForm(key) {
			out = append(out, unknownValues(nested[key], child, below, path)...)
		}
	}
	return out
}

// freeForm are the ends of the names of values whose keys are chosen by the user, even when the chart has some.
var freeForm = []string{
	"affinity", "annotations", "config", "data", "env", "global", "labels", "resources", "securitycontext", "selector",
}

func isFreeForm(key string) bool {
	return slices.ContainsFunc(freeForm, func(suffix string) bool { return strings.HasSuffix(strings.ToLower(key), suffix) })
}
