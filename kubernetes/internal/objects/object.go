package objects

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// Object is a Kubernetes object.
type Object struct {
	unstructured.Unstructured
	// Source is the file or the template that the object is from.
	Source string
}

// String describes an object in messages: Deployment "web" in namespace "shop".
func (o Object) String() string {
	text := fmt.Sprintf("%s %q", o.GetKind(), o.GetName())
	if ns := o.GetNamespace(); ns != "" {
		text += fmt.Sprintf(" in namespace %q", ns)
	}
	return text
}

// Type returns the type of the object's resource, such as kubernetes:apps/v1:Deployment.
func (o Object) Type() string {
	version := o.GetAPIVersion()
	if !strings.Contains(version, "/") {
		version = "core/" + version
	}
	return "kubernetes:" + version + ":" + o.GetKind()
}

// IsCRD reports whether the object is a CustomResourceDefinition.
func (o Object) IsCRD() bool {
	return o.GroupVersionKind().GroupKind() == schema.GroupKind{Group: "apiextensions.k8s.io", Kind: "CustomResourceDefinition"}
}

// definedKind returns the kind that a CustomResourceDefinition defines.
func (o Object) definedKind() schema.GroupKind {
	group, _, _ := unstructured.NestedString(o.Object, "spec", "group")
	kind, _, _ := unstructured.NestedString(o.Object, "spec", "names", "kind")
	return schema.GroupKind{Group: group, Kind: kind}
}

// Parse returns the objects of a text with YAML or JSON documents, with the elements of lists as separate objects. It
// omits null values, which the API server drops. Objects without an apiVersion, kind or name are an error.
func Parse(source, text string) ([]Object, error) {
	var out []Object
	reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader([]byte(text + "\n"))))
	for number := 1; ; number++ {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", source, err)
		}
		found, err := parseDocument(source, document)
		if err != nil {
			return nil, fmt.Errorf("read %s, document %d: %w", source, number, err)
		}
		out = append(out, found...)
	}
}

// parseDocument returns the objects of one document.
func parseDocument(source string, document []byte) ([]Object, error) {
	data, err := yaml.YAMLToJSON(document)
	if err != nil {
		return nil, err
	}
	var value any
	// Whole numbers become integers, as in unstructured objects.
	if err := utiljson.Unmarshal(data, &value); err != nil {
		return nil, err
	}
	switch value := value.(type) {
	case nil:
		return nil, nil
	case map[string]any:
		return expand(source, value)
	}
	return nil, errors.New("expected an object with apiVersion and kind")
}

// New returns the object with a content, or the elements of a list.
func New(source string, content map[string]any) ([]Object, error) {
	data, err := json.Marshal(content)
	if err != nil {
		return nil, err
	}
	return parseDocument(source, data)
}

// expand returns an object, or the elements of a list.
func expand(source string, content map[string]any) ([]Object, error) {
	o := Object{Source: source}
	o.Object = withoutNull(content).(map[string]any)
	switch {
	case o.GetAPIVersion() == "" || o.GetKind() == "":
		return nil, errors.New("an object has no apiVersion or no kind: set both")
	case strings.HasSuffix(o.GetKind(), "List") && o.Object["items"] != nil:
		return elements(source, o)
	case o.GetName() == "":
		return nil, fmt.Errorf("a %s has no name: set metadata.name", o.GetKind())
	}
	// Only controllers write it.
	delete(o.Object, "status")
	encodeSecret(o)
	return []Object{o}, nil
}

// encodeSecret moves the texts of a Secret to its data, as the API server does: their paths are then those of the provider.
func encodeSecret(o Object) {
	texts, ok := o.Object["stringData"].(map[string]any)
	if !ok || o.Type() != secretType {
		return
	}
	data, _ := o.Object["data"].(map[string]any)
	if data == nil {
		data = map[string]any{}
	}
	for key, text := range texts {
		data[key] = base64.StdEncoding.EncodeToString([]byte(fmt.Sprint(text)))
	}
	o.Object["data"] = data
	delete(o.Object, "stringData")
}

// secretType is the type of Secrets.
const secretType = "kubernetes:core/v1:Secret"

// elements returns the elements of a list.
func elements(source string, list Object) ([]Object, error) {
	items, ok := list.Object["items"].([]any)
	if !ok {
		return nil, fmt.Errorf("the items of a %s are no list", list.GetKind())
	}
	var out []Object
	for i, item := range items {
		content, ok := item.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("items[%d] of a %s is no object", i, list.GetKind())
		}
		found, err := expand(source, content)
		if err != nil {
			return nil, fmt.Errorf("items[%d] of a %s: %w", i, list.GetKind(), err)
		}
		out = append(out, found...)
	}
	return out, nil
}

// withoutNull returns a value without the null values of its maps.
func withoutNull(value any) any {
	switch value := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(value))
		for key, v := range value {
			if v != nil {
				out[key] = withoutNull(v)
			}
		}
		return out
	case []any:
		out := slices.Clone(value)
		for i := range out {
			out[i] = withoutNull(out[i])
		}
		return out
	}
	return value
}

// RemoveAnnotations removes the annotations with matching keys.
func (o Object) RemoveAnnotations(matches func(key string) bool) {
	annotations := o.GetAnnotations()
	maps.DeleteFunc(annotations, func(key, _ string) bool { return matches(key) })
	if len(annotations) == 0 {
		annotations = nil
	}
	o.SetAnnotations(annotations)
}

// CheckDistinct reports objects of one kind and name.
func CheckDistinct(all []Object) error {
	type identity struct{ kind, namespace, name string }
	first := map[identity]string{}
	var failed []error
	for _, o := range all {
		id := identity{o.GroupVersionKind().GroupKind().String(), o.GetNamespace(), o.GetName()}
		if source, taken := first[id]; taken {
			failed = append(failed, fmt.Errorf("%s is in %s and in %s: remove one of them", o, source, o.Source))
			continue
		}
		first[id] = o.Source
	}
	return errors.Join(failed...)
}

// podPaths are the paths of the pod in an object, by its kind.
var podPaths = map[string][]string{
	"CronJob":               {"spec", "jobTemplate", "spec", "template"},
	"DaemonSet":             {"spec", "template"},
	"Deployment":            {"spec", "template"},
	"Job":                   {"spec", "template"},
	"Pod":                   {},
	"ReplicaSet":            {"spec", "template"},
	"ReplicationController": {"spec", "template"},
	"StatefulSet":           {"spec", "template"},
}

// PodPath returns the path of the pod or of its template in the object. It is not ok for objects without one.
func (o Object) PodPath() (path []string, ok bool) {
	if !isBuiltIn(o.GroupVersionKind().Group) {
		return nil, false
	}
	path, ok = podPaths[o.GetKind()]
	return path, ok
}

// isBuiltIn reports whether a group belongs to Kubernetes: those are one word, or end with k8s.io.
func isBuiltIn(group string) bool {
	return !strings.Contains(group, ".") || strings.HasSuffix(group, ".k8s.io")
}
