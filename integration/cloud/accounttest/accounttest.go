package accounttest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// in are the inputs of a step.
type in = map[string]any

// Step creates, updates or deletes a resource.
type Step struct {
	// Name is the name of the resource in later steps. "~NAME" updates it, and "-NAME" deletes it. Required.
	Name string
	// Type is the token of its type. Default: that of the step that created it.
	Type string
	// Inputs are its inputs. In a text, "$NAME" is replaced by the id of a resource.
	Inputs map[string]any
}

// Refusal is a case of [RunRefusals].
type Refusal struct {
	// Steps are the steps. All but the last must succeed. Required.
	Steps []Step
	// Want is part of the error of the last step, in which "$NAME" is replaced by an id. Default: it succeeds.
	Want string
}

// History is an account with the resources of steps, by their names.
type History struct {
	*Account

	// IDs are the ids of the resources.
	IDs map[string]string
	// Inputs are their checked inputs.
	Inputs map[string]property.Map
	// State are their outputs.
	State map[string]property.Map
	// Types are the tokens of their types.
	Types map[string]string
}

// History returns a history without steps.
func (a *Account) History() *History {
	return &History{a, map[string]string{}, map[string]property.Map{}, map[string]property.Map{}, map[string]string{}}
}

// Do does a step, and returns the error of the cloud.
func (h *History) Do(s Step) error {
	h.T.Helper()
	name := strings.TrimLeft(s.Name, "~-")
	typ := s.Type
	if typ == "" {
		typ = h.Types[name]
	}
	if strings.HasPrefix(s.Name, "-") {
		return h.Delete(h.T.Context(), provider.DeleteRequest{Urn: URN(typ), ID: h.IDs[name],
			OldInputs: h.Inputs[name]})
	}
	checked, err := h.Check(h.T.Context(), provider.CheckRequest{
		Urn: named(typ, name), State: h.Inputs[name],
		Inputs: Properties(h.Fill(s.Inputs).(in)),
	})
	require.NoError(h.T, err)
	if len(checked.Failures) > 0 {
		return fmt.Errorf("%v", checked.Failures)
	}
	h.Inputs[name], h.Types[name] = checked.Inputs, typ
	if strings.HasPrefix(s.Name, "~") {
		updated, err := h.Update(h.T.Context(),
			provider.UpdateRequest{Urn: URN(typ), ID: h.IDs[name], Inputs: checked.Inputs})
		if err == nil {
			h.State[name] = updated.Properties
		}
		return err
	}
	made, err := h.Create(h.T.Context(), provider.CreateRequest{Urn: URN(typ), Properties: checked.Inputs})
	if err == nil {
		h.IDs[name], h.State[name] = made.ID, made.Properties
	}
	return err
}

// All does steps that must succeed.
func (h *History) All(steps ...Step) *History {
	h.T.Helper()
	for _, s := range steps {
		require.NoError(h.T, h.Do(s), "%s", s.Name)
	}
	return h
}

// Fill replaces "$NAME" by ids in texts at any depth.
func (h *History) Fill(v any) any {
	switch v := v.(type) {
	case string:
		names := slices.SortedFunc(maps.Keys(h.IDs), func(a, b string) int { return len(b) - len(a) })
		for _, name := range names {
			v = strings.ReplaceAll(v, "$"+name, h.IDs[name])
		}
		return v
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = h.Fill(e)
		}
		return out
	case map[string]any:
		out := in{}
		for key, e := range v {
			out[key] = h.Fill(e)
		}
		return out
	default:
		return v
	}
}

// Output returns an output of a resource.
func (h *History) Output(name, property string) any {
	h.T.Helper()
	return resource.ToResourcePropertyMap(h.State[name]).Mappable()[property]
}

// Call calls a function.
func (h *History) Call(token string, args in) (map[string]any, error) {
	h.T.Helper()
	r, err := h.Invoke(h.T.Context(), provider.InvokeRequest{Token: tokens.Type(token),
		Args: Properties(h.Fill(args).(in))})
	return resource.ToResourcePropertyMap(r.Return).Mappable(), err
}

// RunRefusals runs the steps of each case in an account of its own, after the common steps. account returns an empty
// account.
func RunRefusals(t *testing.T, account func(*testing.T) *History, common []Step, tests map[string]Refusal) {
	t.Helper()
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := account(t).All(common...)
			last := len(tc.Steps) - 1
			h.All(tc.Steps[:last]...)
			err := h.Do(tc.Steps[last])
			if tc.Want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, h.Fill(tc.Want).(string))
		})
	}
}

// Merge returns the inputs of a, replaced and completed by those of b. An input that is nil is removed.
func Merge(a, b in) map[string]any {
	out := maps.Clone(a)
	maps.Copy(out, b)
	maps.DeleteFunc(out, func(_ string, v any) bool { return v == nil })
	return out
}

// Refreshed refreshes a resource, and returns its inputs, or nil if it no longer exists.
func (h *History) Refreshed(name string) map[string]any {
	h.T.Helper()
	r, err := h.Read(h.T.Context(), provider.ReadRequest{Urn: URN(h.Types[name]), ID: h.IDs[name],
		Inputs: h.Inputs[name], Properties: h.State[name]})
	require.NoError(h.T, err)
	if r.ID == "" {
		return nil
	}
	h.State[name] = r.Properties
	return resource.ToResourcePropertyMap(r.Inputs).Mappable()
}

// Elsewhere returns a history in the same cloud, with another configuration of the provider.
func (h *History) Elsewhere(config in) *History {
	h.T.Helper()
	return h.Another().Use(config).History()
}

// Differences compares the inputs of a step that updates a resource with those before.
func (h *History) Differences(s Step) provider.DiffResponse {
	h.T.Helper()
	name := strings.TrimLeft(s.Name, "~")
	urn := named(h.Types[name], name)
	checked, err := h.Check(h.T.Context(), provider.CheckRequest{Urn: urn, State: h.Inputs[name],
		Inputs: Properties(h.Fill(s.Inputs).(in))})
	require.NoError(h.T, err)
	require.Empty(h.T, checked.Failures)
	d, err := h.Diff(h.T.Context(), provider.DiffRequest{Urn: urn, ID: h.IDs[name],
		OldInputs: h.Inputs[name], Inputs: checked.Inputs, State: h.State[name]})
	require.NoError(h.T, err)
	return d
}

// Account is an account of a simulated cloud without an engine.
type Account struct {
	// Provider is its provider.
	provider.Provider

	// T is the test.
	T *testing.T
	// Store holds its objects.
	Store *cloud.Store

	name  string
	cloud func() *cloud.Cloud
}

// New returns an account of a cloud with objects.
func New(t *testing.T, store *cloud.Store, simulated func() *cloud.Cloud) *Account {
	t.Helper()
	c := simulated()
	return &Account{c.Provider(store), t, store, c.Name, simulated}
}

// Another returns another provider of the same cloud.
func (a *Account) Another() *Account {
	a.T.Helper()
	return New(a.T, a.Store, a.cloud)
}

// Properties returns values as the engine passes them.
func Properties(v map[string]any) property.Map {
	return resource.FromResourcePropertyMap(resource.NewPropertyMapFromMap(v))
}

// named returns the URN of a resource of a type with a name.
func named(typ, name string) resource.URN {
	return resource.URN(strings.TrimSuffix(string(URN(typ)), "it") + name)
}

// URN returns the URN of a resource of a type.
func URN(typ string) resource.URN { return resource.URN("urn:pulumi:dev::test::" + typ + "::it") }

// Use configures the provider.
func (a *Account) Use(config map[string]any) *Account {
	a.T.Helper()
	checked, err := a.CheckConfig(a.T.Context(), provider.CheckRequest{Inputs: Properties(config)})
	require.NoError(a.T, err)
	require.Empty(a.T, checked.Failures)
	require.NoError(a.T, a.Configure(a.T.Context(), provider.ConfigureRequest{Args: Properties(config)}))
	return a
}

// TryCreate creates a resource, and returns its id or the error of the cloud.
func (a *Account) TryCreate(typ string, inputs map[string]any) (string, error) {
	a.T.Helper()
	checked, err := a.Check(a.T.Context(), provider.CheckRequest{Urn: URN(typ), Inputs: Properties(inputs)})
	require.NoError(a.T, err)
	if len(checked.Failures) > 0 {
		return "", fmt.Errorf("%v", checked.Failures)
	}
	made, err := a.Create(a.T.Context(), provider.CreateRequest{Urn: URN(typ), Properties: checked.Inputs})
	return made.ID, err
}

// MustCreate creates a resource, which must succeed.
func (a *Account) MustCreate(typ string, inputs map[string]any) string {
	a.T.Helper()
	id, err := a.TryCreate(typ, inputs)
	require.NoError(a.T, err)
	return id
}
