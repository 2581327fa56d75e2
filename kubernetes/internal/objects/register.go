package objects

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/kubernetes/crd"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/existing"
)

// Parent is the component whose children the objects are.
type Parent interface {
	component.Resource
	Child(opts ...pulumi.ResourceOption) pulumi.ResourceOption
	AddChildren(resources ...pulumi.Resource)
}

// Options are how objects are registered.
type Options struct {
	// Namespace is the namespace of objects that belong to one and have none. Default: that of the provider.
	Namespace pulumi.StringInput
	// CRDs is the policy for CustomResourceDefinitions. Default: crd.Delete.
	CRDs crd.Policy
	// Adopt manages objects that exist already, and keeps them when they are destroyed.
	Adopt bool
	// SkipAwait does not wait until objects are ready.
	SkipAwait bool
	// After are resources that all objects wait for. Optional.
	After []pulumi.Resource
	// Outputs returns the values of an object that are outputs, by their property path, see [Field]. Optional.
	Outputs func(Object) map[string]pulumi.Input
	// Resource returns additional options of the resource of an object. Optional.
	Resource func(Object) []pulumi.ResourceOption
}

// resource is an object as a resource.
type resource struct{ pulumi.CustomResourceState }

// Register registers objects as children of a component: those of each wave after, and on deletion before, those of the
// earlier ones. See [Waves]. The name of a resource is that of the component and of the object.
func Register(ctx *pulumi.Context, parent Parent, name string, waves [][]Object, o Options) error {
	r := registrar{Options: o, ctx: ctx, parent: parent, name: name}
	if r.CRDs == crd.Skip {
		for i := range waves {
			waves[i] = slices.DeleteFunc(slices.Clone(waves[i]), Object.IsCRD)
		}
	}
	cluster := clusterScoped(slices.Concat(waves...))
	earlier := r.After
	for _, wave := range waves {
		var created []pulumi.Resource
		for _, o := range wave {
			child, err := r.register(o, !cluster[o.GroupVersionKind().GroupKind()], pulumi.DependsOn(earlier))
			if err != nil {
				return fmt.Errorf("%s of %s: %w", o, o.Source, err)
			}
			created = append(created, child)
		}
		parent.AddChildren(created...)
		if len(created) > 0 {
			earlier = created
		}
	}
	return nil
}

type registrar struct {
	Options
	ctx    *pulumi.Context
	parent Parent
	name   string
}

// register registers one object.
func (r *registrar) register(o Object, namespaced bool, after pulumi.ResourceOption) (pulumi.Resource, error) {
	name := r.name + "-" + o.GetName()
	if ns := o.GetNamespace(); ns != "" {
		name = r.name + "-" + ns + "/" + o.GetName()
	}
	outputs := map[string]pulumi.Input{}
	if r.Outputs != nil {
		outputs = r.Outputs(o)
	}
	inputs := inputOf(o.Object, "", outputs).(pulumi.Map)
	adopt := r.Adopt || o.IsCRD() && r.CRDs == crd.Keep
	inputs["metadata"] = r.metadata(o, namespaced, adopt, outputs)
	opts := []pulumi.ResourceOption{after, existing.Options(r.parent, adopt)}
	if o.GetAnnotations()["helm.sh/resource-policy"] == "keep" {
		opts = append(opts, pulumi.RetainOnDelete(true))
	}
	if o.Type() == secretType {
		if data := inputs["data"]; data != nil {
			inputs["data"] = pulumi.ToSecret(data)
		}
		opts = append(opts, pulumi.AdditionalSecretOutputs([]string{"data"}))
	}
	if r.Resource != nil {
		opts = append(opts, r.Resource(o)...)
	}
	out := &resource{}
	return out, r.ctx.RegisterResource(o.Type(), name, inputs, out, r.parent.Child(opts...))
}

// metadata returns the metadata of an object, with labels and annotations of the types to which metadata is added.
func (r *registrar) metadata(o Object, namespaced, adopt bool, outputs map[string]pulumi.Input) pulumi.Map {
	const at = "metadata"
	given, _ := o.Object[at].(map[string]any)
	out := inputOf(given, at, outputs).(pulumi.Map)
	if namespaced && o.GetNamespace() == "" && r.Namespace != nil {
		out["namespace"] = r.Namespace
	}
	labels := textsOf(given["labels"], Field(at, "labels"), outputs)
	annotations := textsOf(given["annotations"], Field(at, "annotations"), outputs)
	if r.SkipAwait {
		annotations["pulumi.com/skipAwait"] = pulumi.String("true")
	}
	maps.Copy(annotations, existing.Annotations(pulumi.StringMap{}, adopt).(pulumi.StringMap))
	for key, pairs := range map[string]pulumi.StringMap{"labels": labels, "annotations": annotations} {
		if delete(out, key); len(pairs) > 0 {
			out[key] = pairs
		}
	}
	return out
}

// Field returns the property path of a value of a map at a path. The path of an object is "".
func Field(at, key string) string {
	if at == "" {
		return key
	}
	return at + `["` + strings.ReplaceAll(key, `"`, `\"`) + `"]`
}

// Element returns the property path of an element of a list at a path.
func Element(at string, i int) string { return at + "[" + strconv.Itoa(i) + "]" }

// inputOf converts a value at a path.
func inputOf(value any, at string, outputs map[string]pulumi.Input) pulumi.Input {
	if output, ok := outputs[at]; ok {
		return output
	}
	switch value := value.(type) {
	case map[string]any:
		out := make(pulumi.Map, len(value))
		for key, v := range value {
			out[key] = inputOf(v, Field(at, key), outputs)
		}
		return out
	case []any:
		out := make(pulumi.Array, len(value))
		for i, v := range value {
			out[i] = inputOf(v, Element(at, i), outputs)
		}
		return out
	case string:
		return pulumi.String(value)
	case bool:
		return pulumi.Bool(value)
	case int64:
		return pulumi.Int(int(value))
	case float64:
		return pulumi.Float64(value)
	}
	// JSON has no other types, and objects have null in lists alone.
	return nil
}

// textsOf converts labels or annotations at a path.
func textsOf(value any, at string, outputs map[string]pulumi.Input) pulumi.StringMap {
	out := pulumi.StringMap{}
	given, _ := value.(map[string]any)
	for key, v := range given {
		out[key] = pulumi.String(fmt.Sprint(v))
		if output, ok := outputs[Field(at, key)]; ok {
			out[key] = pulumi.Sprintf("%v", output)
		}
	}
	return out
}
