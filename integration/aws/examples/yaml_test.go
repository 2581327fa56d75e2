package examples_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// program is a program in YAML. The tests run the part of the language that the programs in testdata use, because the
// published releases of its host do not build with the version of the SDK of this module.
type program struct {
	Config map[string]struct {
		Default any  `yaml:"default"`
		Secret  bool `yaml:"secret"`
	} `yaml:"config"`
	Variables map[string]any `yaml:"variables"`
	Resources map[string]struct {
		Type       string         `yaml:"type"`
		Properties map[string]any `yaml:"properties"`
		Options    struct {
			DependsOn []string `yaml:"dependsOn"`
		} `yaml:"options"`
	} `yaml:"resources"`
	Outputs map[string]any `yaml:"outputs"`
}

// made is a resource of any type.
type made struct {
	pulumi.CustomResourceState

	Values pulumi.MapOutput `pulumi:""`
}

// run evaluates a program: each name when it is first needed.
type run struct {
	// used are the resources in the properties that are being evaluated. The SDK does not depend on a resource in an output.
	used []pulumi.Resource

	ctx     *pulumi.Context
	program program
	done    map[string]any
}

func yamlPrograms(t *testing.T) map[string]pulumi.RunFunc {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "*.yaml"))
	require.NoError(t, err)
	out := map[string]pulumi.RunFunc{}
	for _, file := range files {
		source, err := os.ReadFile(file)
		require.NoError(t, err)
		var p program
		require.NoError(t, yaml.Unmarshal(source, &p), file)
		out[strings.TrimSuffix(filepath.Base(file), ".yaml")] = func(ctx *pulumi.Context) error {
			r := &run{ctx: ctx, program: p, done: map[string]any{}}
			for name := range p.Resources {
				if _, err := r.named(name); err != nil {
					return err
				}
			}
			for name, v := range p.Outputs {
				value, err := r.value(v)
				if err != nil {
					return err
				}
				ctx.Export(name, pulumi.ToOutput(value))
			}
			return nil
		}
	}
	return out
}

// named returns the value of a name: a setting, a variable or a resource.
func (r *run) named(name string) (any, error) {
	if v, ok := r.done[name]; ok {
		return v, nil
	}
	var v any
	var err error
	if setting, ok := r.program.Config[name]; ok {
		v = setting.Default
		if setting.Secret {
			v = pulumi.ToSecret(setting.Default)
		}
	} else if variable, ok := r.program.Variables[name]; ok {
		v, err = r.value(variable)
	} else {
		v, err = r.resource(name)
	}
	r.done[name] = v
	return v, err
}

func (r *run) resource(name string) (any, error) {
	declared, ok := r.program.Resources[name]
	if !ok {
		return nil, fmt.Errorf("%q is not declared", name)
	}
	outer := r.used
	r.used = nil
	defer func() { r.used = outer }()
	properties := pulumi.Map{}
	for key, v := range declared.Properties {
		value, err := r.value(v)
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", name, key, err)
		}
		properties[key] = pulumi.ToOutput(value)
	}
	after := slices.Clone(r.used)
	for _, of := range declared.Options.DependsOn {
		other, err := r.named(strings.Trim(of, "${}"))
		if err != nil {
			return nil, err
		}
		after = append(after, other.(*made))
	}
	out := &made{}
	return out, r.ctx.RegisterResource(token(declared.Type), name, properties, out, pulumi.DependsOn(after))
}

// token returns the whole token of a short one, such as aws:s3/bucket:Bucket of aws:s3:Bucket.
func token(short string) string {
	parts := strings.Split(short, ":")
	if len(parts) == 2 {
		parts = []string{parts[0], "index", parts[1]}
	}
	last := parts[2]
	return parts[0] + ":" + parts[1] + "/" + strings.ToLower(last[:1]) + last[1:] + ":" + last
}

var interpolation = regexp.MustCompile(`\$\{([^}]+)\}`)

// value evaluates a node of the program.
func (r *run) value(node any) (any, error) {
	switch node := node.(type) {
	case string:
		return r.text(node)
	case []any:
		out := make([]any, len(node))
		for i, e := range node {
			v, err := r.value(e)
			if err != nil {
				return nil, err
			}
			out[i] = v
		}
		return out, nil
	case map[string]any:
		for key, arg := range node {
			if name, ok := strings.CutPrefix(key, "fn::"); ok {
				return r.call(name, arg)
			}
		}
		out := map[string]any{}
		for key, e := range node {
			v, err := r.value(e)
			if err != nil {
				return nil, err
			}
			out[key] = v
		}
		return out, nil
	}
	return node, nil
}

// text evaluates a text: the value of a name alone keeps its type.
func (r *run) text(text string) (any, error) {
	found := interpolation.FindAllStringSubmatchIndex(text, -1)
	if len(found) == 1 && found[0][0] == 0 && found[0][1] == len(text) {
		return r.path(text[found[0][2]:found[0][3]])
	}
	var parts []any
	at := 0
	for _, f := range found {
		v, err := r.path(text[f[2]:f[3]])
		if err != nil {
			return nil, err
		}
		parts, at = append(parts, text[at:f[0]], v), f[1]
	}
	if len(parts) == 0 {
		return text, nil
	}
	return pulumi.All(append(parts, text[at:])...).ApplyT(func(parts []any) string { return fmt.Sprint(parts...) }), nil
}

// path evaluates a name and the properties that follow it.
func (r *run) path(path string) (any, error) {
	steps := strings.FieldsFunc(path, func(c rune) bool { return strings.ContainsRune(".[]", c) })
	name := steps[0]
	for _, declared := range []string{path, name} { // Names can have dots.
		if _, ok := r.program.Resources[declared]; ok {
			name = declared
			break
		}
	}
	v, err := r.named(name)
	if of, ok := v.(*made); ok && name == path {
		r.used = append(r.used, of)
	}
	if err != nil || name == path {
		return v, err
	}
	if of, ok := v.(*made); ok {
		if steps[1] == "id" {
			return of.ID(), nil
		}
		v = of.Values
	}
	return pulumi.ToOutput(v).ApplyT(func(v any) (any, error) {
		for _, step := range steps[1:] {
			switch of := v.(type) {
			case map[string]any:
				v = of[step]
			case []any:
				i, err := strconv.Atoi(step)
				if err != nil || i >= len(of) {
					return nil, fmt.Errorf("%s has no %s", path, step)
				}
				v = of[i]
			default: // It is unknown in a preview.
				return nil, nil
			}
		}
		return v, nil
	}), nil
}

// call evaluates a function of the language.
func (r *run) call(name string, node any) (any, error) {
	switch name {
	case "stringAsset":
		return pulumi.NewStringAsset(node.(string)), nil
	case "assetArchive":
		files := map[string]any{}
		for file, e := range node.(map[string]any) {
			v, err := r.value(e)
			if err != nil {
				return nil, err
			}
			files[file] = v
		}
		return pulumi.NewAssetArchive(files), nil
	case "invoke":
		return r.invoke(node.(map[string]any))
	}
	v, err := r.value(node)
	if err != nil {
		return nil, err
	}
	switch name {
	case "secret":
		return pulumi.ToSecret(v), nil
	case "toJSON":
		return pulumi.ToOutput(v).ApplyT(func(v any) (string, error) {
			text, err := json.Marshal(v)
			return string(text), err
		}), nil
	}
	return nil, fmt.Errorf("fn::%s is not supported", name)
}

func (r *run) invoke(node map[string]any) (any, error) {
	args, err := r.value(node["arguments"])
	if err != nil {
		return nil, err
	}
	if args == nil {
		args = map[string]any{}
	}
	property, _ := node["return"].(string)
	short := node["function"].(string)
	return pulumi.ToOutput(args).ApplyT(func(args any) (any, error) {
		var result map[string]any
		if err := r.ctx.Invoke(token(short), args, &result); err != nil {
			return nil, err
		}
		if property != "" {
			return result[property], nil
		}
		return result, nil
	}), nil
}
