package kubernetes

import (
	"fmt"
	"maps"
	"reflect"
	"strings"

	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/metadata"
)

// TaggableTypes returns the resource types of Kubernetes that get metadata, as labels and annotations: all objects,
// including custom resources. Lists, patches of existing objects, charts and manifest files are not taggable.
//
// The pods of Deployments, StatefulSets, DaemonSets, ReplicaSets and CronJobs get it as well, for tools that allocate costs
// to pods. They do not get what can change with each commit or report, because a change of the pods is a rollout: the
// repository, the commit, and the frameworks and controls of compliance. Selectors do not get metadata, and neither do the
// pods of Jobs and the volume claims of StatefulSets, which cannot be changed: a Job would run again.
func TaggableTypes() metadata.TaggableTypes { return kinds{} }

type kinds struct{}

var _ metadata.TaggableTypes = kinds{}

// Check implements metadata.TaggableTypes.
func (kinds) Check(m metadata.Metadata) error {
	_, _, err := metadata.AddToObject(nil, nil, m)
	return err
}

// Tagger implements metadata.TaggableTypes.
func (kinds) Tagger(token string) metadata.Tagger {
	name, ok := strings.CutPrefix(token, "kubernetes:")
	pkg, kind, _ := strings.Cut(name, ":")
	group, _, versioned := strings.Cut(pkg, "/")
	if !ok || !versioned || kind == "" || strings.Contains(kind, ":") {
		// SDK packages without an API version are not part of the API: yaml, kustomize, helm.
		return nil
	}
	switch group {
	case "helm.sh", "yaml", "kustomize", "meta":
		return nil
	}
	// Kinds of custom resources can end with List; built-in groups are one word, or end with k8s.io.
	builtIn := !strings.Contains(group, ".") || strings.HasSuffix(group, ".k8s.io")
	if strings.HasSuffix(kind, "Patch") || builtIn && strings.HasSuffix(kind, "List") {
		return nil
	}
	return object{templates[name]}
}

// templates has the path of the pod template by type.
var templates = map[string][]string{
	"apps/v1:DaemonSet":   {"spec", "template"},
	"apps/v1:Deployment":  {"spec", "template"},
	"apps/v1:ReplicaSet":  {"spec", "template"},
	"apps/v1:StatefulSet": {"spec", "template"},
	"batch/v1:CronJob":    {"spec", "jobTemplate", "spec", "template"},
}

// object is a Kubernetes object with its metadata.
type object struct {
	// template is the path of the pod template, or nil.
	template []string
}

var _ metadata.Tagger = object{}

// Add implements metadata.Tagger.
func (o object) Add(inputs pulumi.Input, m metadata.Metadata) (pulumi.Input, error) {
	added, err := addTo(inputs, m)
	if err != nil || o.template == nil {
		return added, err
	}
	return addToTemplate(added, o.template, stable(m))
}

// addTo adds to the metadata of an object or a pod template.
func addTo(inputs pulumi.Input, m metadata.Metadata) (pulumi.Input, error) {
	return metadata.Overlay(inputs, "metadata", func(existing pulumi.Input) (pulumi.Input, error) {
		switch existing := existing.(type) {
		case nil:
			if _, typed := inputs.(pulumi.Map); typed || inputs == nil {
				return addToMap(nil, m)
			}
			return addToArgs(metav1.ObjectMetaArgs{}, m)
		case *metav1.ObjectMetaArgs:
			return addToArgs(*existing, m)
		case metav1.ObjectMetaArgs:
			return addToArgs(existing, m)
		case pulumi.Map:
			return addToMap(existing, m)
		case pulumi.Output:
			return addToOutput(existing, m)
		}
		// metav1.ObjectMetaPtr returns an unexported type.
		args := reflect.TypeFor[*metav1.ObjectMetaArgs]()
		if v := reflect.ValueOf(existing); v.CanConvert(args) {
			return addToArgs(*v.Convert(args).Interface().(*metav1.ObjectMetaArgs), m)
		}
		return nil, fmt.Errorf("the object's metadata is a %T, expected a *metav1.ObjectMetaArgs", existing)
	})
}

func addToArgs(args metav1.ObjectMetaArgs, m metadata.Metadata) (pulumi.Input, error) {
	var err error
	args.Labels, args.Annotations, err = metadata.AddToObject(args.Labels, args.Annotations, m)
	return &args, err
}

func addToMap(existing pulumi.Map, m metadata.Metadata) (pulumi.Input, error) {
	labels, annotations, err := metadata.AddToObject(existing["labels"], existing["annotations"], m)
	if err != nil {
		return nil, err
	}
	out := pulumi.Map{}
	for key, value := range existing {
		out[key] = value
	}
	for key, pairs := range map[string]pulumi.StringMapInput{"labels": labels, "annotations": annotations} {
		if pairs != nil {
			out[key] = pairs
		}
	}
	return out, nil
}

// addToOutput adds to metadata that is an output.
func addToOutput(existing pulumi.Output, m metadata.Metadata) (pulumi.Input, error) {
	add, err := adder(m)
	if err != nil {
		return nil, err
	}
	switch existing := existing.(type) {
	case metav1.ObjectMetaOutput:
		return existing.ApplyT(func(o metav1.ObjectMeta) metav1.ObjectMeta { return add(o) }).(metav1.ObjectMetaOutput), nil
	case metav1.ObjectMetaPtrOutput:
		return existing.ApplyT(func(o *metav1.ObjectMeta) *metav1.ObjectMeta {
			if o == nil {
				o = &metav1.ObjectMeta{}
			}
			added := add(*o)
			return &added
		}).(metav1.ObjectMetaPtrOutput), nil
	}
	return nil, fmt.Errorf("the object's metadata is a %T, expected a metav1.ObjectMetaOutput", existing)
}

// adder returns a function that adds to metadata that has resolved.
func adder(m metadata.Metadata) (func(metav1.ObjectMeta) metav1.ObjectMeta, error) {
	labels, err := metadata.KubernetesLabels().Render(m)
	if err != nil {
		return nil, err
	}
	annotations, err := metadata.KubernetesAnnotations().Render(m)
	if err != nil {
		return nil, err
	}
	return func(o metav1.ObjectMeta) metav1.ObjectMeta {
		whole := maps.Clone(annotations)
		for key := range o.Labels {
			if _, ok := labels[key]; ok {
				// The annotation has the complete value of the label of the deployment, not of this one.
				delete(whole, key)
			}
		}
		o.Labels, o.Annotations = with(o.Labels, labels), with(o.Annotations, whole)
		return o
	}, nil
}

// with returns the existing pairs with the added ones.
func with(existing, added map[string]string) map[string]string {
	out := maps.Clone(added)
	maps.Copy(out, existing)
	if len(out) == 0 {
		return existing
	}
	return out
}

// Read implements metadata.Tagger: it returns the labels, and the annotations that have other keys.
func (object) Read(inputs resource.PropertyMap) map[string]string {
	meta := inputs["metadata"]
	for meta.IsSecret() {
		meta = meta.SecretValue().Element
	}
	if !meta.IsObject() {
		return map[string]string{}
	}
	out := metadata.Read(meta.ObjectValue()["annotations"])
	for key, value := range metadata.Read(meta.ObjectValue()["labels"]) {
		out[key] = value
	}
	return out
}
