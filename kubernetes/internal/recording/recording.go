package recording

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Resource is one registration, as the engine would receive it.
type Resource struct {
	Type, Name string
	// Parent is the URN of the parent, Provider the URN and the id of the provider, as URN::id.
	Parent, Provider string
	// Dependencies are the URNs of what the resource waits for.
	Dependencies []string
	// Inputs keep secrets marked.
	Inputs resource.PropertyMap
}

// Recording is what one program registered, in order.
type Recording struct {
	mu        sync.Mutex
	resources []Resource
}

var _ pulumi.MockResourceMonitor = (*Recording)(nil)

// Run runs a program and returns what it registered, also when it fails.
func Run(program pulumi.RunFunc, opts ...pulumi.RunOption) (*Recording, error) {
	r := &Recording{}
	err := pulumi.RunErr(program, append([]pulumi.RunOption{pulumi.WithMocks("project", "dev", r)}, opts...)...)
	return r, err
}

// Preview is the option of a run that makes nothing.
func Preview(info *pulumi.RunInfo) { info.DryRun = true }

// NewResource implements pulumi.MockResourceMonitor: it answers the way the
// Kubernetes provider does, which returns the object with the name that it was
// given, or made up from the name of the resource.
func (r *Recording) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	recorded := Resource{Type: args.TypeToken, Name: args.Name, Provider: args.Provider, Inputs: args.Inputs}
	if args.RegisterRPC != nil {
		recorded.Parent = args.RegisterRPC.GetParent()
		recorded.Dependencies = args.RegisterRPC.GetDependencies()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.resources = append(r.resources, recorded)

	state := args.Inputs.Copy()
	if metadata, ok := state["metadata"]; ok && metadata.IsObject() {
		object := metadata.ObjectValue().Copy()
		if _, named := object["name"]; !named {
			object["name"] = resource.NewProperty(args.Name + "-1a2b3c4d")
		}
		state["metadata"] = resource.NewProperty(object)
		if args.TypeToken == "kubernetes:core/v1:Secret" {
			// What the SDK makes of the outputs of an object with secret inputs.
			state["metadata"] = resource.MakeSecret(state["metadata"])
		}
	}
	return args.Name + "-id", state, nil
}

// Call implements pulumi.MockResourceMonitor.
func (*Recording) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) {
	return resource.PropertyMap{}, nil
}

// All returns everything that was registered, in order.
func (r *Recording) All() []Resource {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Resource(nil), r.resources...)
}

// OfType returns the resources whose type ends with the given text, such as
// ":Deployment" or "apps/v1:Deployment".
func (r *Recording) OfType(suffix string) []Resource {
	var out []Resource
	for _, res := range r.All() {
		if strings.HasSuffix(res.Type, suffix) {
			out = append(out, res)
		}
	}
	return out
}

// One returns the only resource whose type ends with the given text.
func (r *Recording) One(tb testing.TB, suffix string) Resource {
	tb.Helper()
	found := r.OfType(suffix)
	require.Len(tb, found, 1, "resources of type %s", suffix)
	return found[0]
}

// Types returns the type and the name of everything that was registered, in
// order, with a space between them.
func (r *Recording) Types() []string {
	var out []string
	for _, res := range r.All() {
		out = append(out, res.Type+" "+res.Name)
	}
	return out
}

// JSON returns the inputs as JSON, with secret values in the clear.
func (res Resource) JSON() ([]byte, error) {
	plain := res.Inputs.MapRepl(nil, func(v resource.PropertyValue) (any, bool) {
		if v.IsSecret() {
			return plainOf(v), true
		}
		return nil, false
	})
	return json.Marshal(plain)
}

func plainOf(v resource.PropertyValue) any {
	return v.SecretValue().Element.MapRepl(nil, func(v resource.PropertyValue) (any, bool) {
		if v.IsSecret() {
			return plainOf(v), true
		}
		return nil, false
	})
}

// Clear returns the text of all inputs that are not secret.
func (res Resource) Clear() string {
	return fmt.Sprint(res.Inputs.MapRepl(nil, func(v resource.PropertyValue) (any, bool) {
		return "[secret]", v.IsSecret()
	}))
}

// Decode returns the inputs as an object of Kubernetes' own API. Fields that it
// does not know are an error.
func Decode[T any](tb testing.TB, res Resource) *T {
	tb.Helper()
	text, err := res.JSON()
	require.NoError(tb, err)
	out := new(T)
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.DisallowUnknownFields()
	require.NoError(tb, decoder.Decode(out), "decode %s %s", res.Type, res.Name)
	return out
}

// Metadata returns the metadata of an object of any type.
func Metadata(tb testing.TB, res Resource) *metav1.ObjectMeta {
	tb.Helper()
	res.Inputs = res.Inputs["metadata"].ObjectValue()
	return Decode[metav1.ObjectMeta](tb, res)
}

// Value waits for the value of an output. It is for use within a program.
func Value[T any](tb testing.TB, output pulumi.Output) T {
	tb.Helper()
	values := make(chan T, 1)
	output.ApplyT(func(v T) T {
		values <- v
		return v
	})
	select {
	case v := <-values:
		return v
	case <-time.After(10 * time.Second):
		require.FailNow(tb, "the output was not resolved")
		panic("unreachable")
	}
}

// Unknown returns a text that a preview does not know.
func Unknown() pulumi.StringOutput {
	return pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) string { return "" }).(pulumi.StringOutput)
}

// RequireChildren checks that everything but the component itself, of the given
// type, descends from it.
func (r *Recording) RequireChildren(tb testing.TB, component string) {
	tb.Helper()
	root := r.One(tb, component)
	for _, res := range r.All() {
		if res.Type == root.Type && res.Name == root.Name {
			continue
		}
		// The type of a parent, of its parent and so on are in the URN.
		require.Contains(tb, res.Parent, component, "parent of %s %s", res.Type, res.Name)
	}
}

// RequireSame checks that nothing has changed arguments since before was made.
func RequireSame(tb testing.TB, before, after any, opts ...cmp.Option) {
	tb.Helper()
	if diff := cmp.Diff(before, after, opts...); diff != "" {
		tb.Errorf("the caller's arguments were modified (-want +got):\n%s", diff)
	}
}
