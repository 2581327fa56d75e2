package cloud_test

import (
	"strings"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// accountOf is the place of resources without a region.
func accountOf(s cloud.Scope, _ map[string]any) string {
	account, _, _ := strings.Cut(s.Place, "/")
	return account
}

// serveRoles returns the provider of a cloud with roles.
func serveRoles(t *testing.T, store *cloud.Store, scope cloud.Scope) (*cloud.Cloud, provider.Provider) {
	t.Helper()
	c := exampleCloud(scope, &cloud.Type{
		Token: roleType, Args: roleArgs{}, Resource: &role{}, Place: accountOf, Name: "name",
		Replaces: []string{"path", "documents.name"},
		Same:     map[string]func(before, after string) bool{"trust": strings.EqualFold, "policy": strings.EqualFold},
		Sets:     []string{"policies"},
		ImportID: func(o *cloud.Object) string { return "at:" + o.ID },
		Replacing: func(inputs map[string]any) []string {
			return map[bool][]string{true: {"description"}}[inputs["force"] == true]
		},
		Create: func(c *cloud.Call) error {
			c.Object.ID = c.Text("name")
			return nil
		},
		Delete: func(c *cloud.Call) error {
			if c.Text("description") == "kept" {
				return cloud.ErrKept
			}
			return nil
		},
	})
	p := c.Provider(store)
	require.NoError(t, p.Configure(t.Context(), provider.ConfigureRequest{}))
	return c, p
}

func makeRole(t *testing.T, p provider.Provider, inputs map[string]any) (provider.CheckResponse,
	provider.CreateResponse) {
	t.Helper()
	checked, err := p.Check(t.Context(), provider.CheckRequest{Urn: urn(roleType), Inputs: fromMap(inputs)})
	require.NoError(t, err)
	require.Empty(t, checked.Failures)
	made, err := p.Create(t.Context(), provider.CreateRequest{Urn: urn(roleType), Properties: checked.Inputs})
	require.NoError(t, err)
	return checked, made
}

func TestEquivalentInputsAreNoChange(t *testing.T) {
	t.Parallel()
	_, p := serveRoles(t, open(t), cloud.Scope{Place: "a/b"})
	tests := map[string]struct {
		reason        string
		before, after map[string]any
		want          map[string]provider.DiffKind
	}{
		"same text": {"texts that mean the same are equal", map[string]any{"trust": "A"},
			map[string]any{"trust": "a"}, nil},
		"within": {"also deep inside", map[string]any{"documents": []any{map[string]any{"name": "a", "policy": "B"}}},
			map[string]any{"documents": []any{map[string]any{"name": "a", "policy": "b"}}}, nil},
		"other text": {"texts with another meaning are a change", map[string]any{"trust": "a"},
			map[string]any{"trust": "b"}, map[string]provider.DiffKind{"trust": provider.Update}},
		"text": {"other properties are compared as they are", map[string]any{"description": "a"},
			map[string]any{"description": "A"}, map[string]provider.DiffKind{"description": provider.Update}},
		"a set": {"the order means nothing", map[string]any{"policies": []any{"a", "b", "b", "c"}},
			map[string]any{"policies": []any{"c", "b", "a", "b"}}, nil},
		"a set of more": {"only what is new is a change", map[string]any{"policies": []any{"a", "b"}},
			map[string]any{"policies": []any{"c", "b", "a"}},
			map[string]provider.DiffKind{"policies[2]": provider.Add, "policies[0]": provider.Update}},
		"a list": {"the order of others means something",
			map[string]any{"documents": []any{map[string]any{"policy": "a"}, map[string]any{"policy": "b"}}},
			map[string]any{"documents": []any{map[string]any{"policy": "b"}, map[string]any{"policy": "a"}}},
			map[string]provider.DiffKind{"documents[0].policy": provider.Update,
				"documents[1].policy": provider.Update}},
		"a secret": {"a value that becomes secret is the same", map[string]any{"description": "a"},
			map[string]any{"description": resource.MakeSecret(resource.NewProperty("a"))}, nil},
		"nothing": {"null is not given", map[string]any{"description": nil}, map[string]any{}, nil},
		"replaced within": {"a property within a list replaces",
			map[string]any{"documents": []any{map[string]any{"name": "a"}}},
			map[string]any{"documents": []any{map[string]any{"name": "b"}}},
			map[string]provider.DiffKind{"documents[0].name": provider.UpdateReplace}},
		"it depends": {"the inputs decide what replaces", map[string]any{"description": "a", "force": true},
			map[string]any{"description": "b", "force": true},
			map[string]provider.DiffKind{"description": provider.UpdateReplace}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := p.Diff(t.Context(), provider.DiffRequest{Urn: urn(roleType), OldInputs: fromMap(tc.before),
				Inputs: fromMap(tc.after)})
			require.NoError(t, err)
			var got map[string]provider.DiffKind
			for path, d := range r.DetailedDiff {
				if got == nil {
					got = map[string]provider.DiffKind{}
				}
				got[path] = d.Kind
			}
			require.Equal(t, tc.want, got, tc.reason)
			require.Equal(t, tc.want != nil, r.HasChanges)
		})
	}
}

func TestChangedDefaultTags(t *testing.T) {
	t.Parallel()
	store := open(t)
	scope := cloud.Scope{Place: "a/b", Tags: map[string]string{"owner": "platform"},
		IgnoreTags: func(key string) bool { return key == "seen" }}
	_, p := serveRoles(t, store, scope)
	checked, made := makeRole(t, p, map[string]any{"trust": "{}", "tags": map[string]any{"a": "b", "seen": "today"}})
	diff := func(p provider.Provider) provider.DiffResponse {
		r, err := p.Diff(t.Context(), provider.DiffRequest{Urn: urn(roleType), State: made.Properties,
			OldInputs: checked.Inputs, Inputs: checked.Inputs})
		require.NoError(t, err)
		return r
	}
	require.Equal(t, map[string]any{"a": "b", "owner": "platform"},
		resource.ToResourcePropertyMap(made.Properties)["allTags"].Mappable(), "an ignored tag is not seen")
	require.False(t, diff(p).HasChanges)
	scope.Tags = map[string]string{"owner": "somebody"}
	_, other := serveRoles(t, store, scope)
	require.Equal(t, map[string]provider.PropertyDiff{"allTags": {Kind: provider.Update}}, diff(other).DetailedDiff)
	planned, err := other.Update(t.Context(),
		provider.UpdateRequest{Urn: urn(roleType), ID: made.ID, State: made.Properties, Inputs: checked.Inputs,
			DryRun: true})
	require.NoError(t, err)
	require.Equal(t, map[string]any{"a": "b", "owner": "somebody"},
		resource.ToResourcePropertyMap(planned.Properties)["allTags"].Mappable())
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	store := open(t)
	_, p := serveRoles(t, store, cloud.Scope{Place: "a/b"})
	secret := func(text string) resource.PropertyValue { return resource.MakeSecret(resource.NewProperty(text)) }
	checked, made := makeRole(t, p, map[string]any{
		"trust": "{}", "description": secret("hush"),
		"documents": []any{map[string]any{"name": "a", "policy": secret("{}")}},
	})
	all, err := store.List(roleType)
	require.NoError(t, err)
	require.Equal(t, "hush", all[0].Outputs["description"])
	outputs := resource.ToResourcePropertyMap(made.Properties)
	require.True(t, outputs["description"].IsSecret())
	require.False(t, outputs["trust"].IsSecret())
	require.True(t, outputs["documents"].ArrayValue()[0].ObjectValue()["policy"].IsSecret())
	read, err := p.Read(t.Context(), provider.ReadRequest{Urn: urn(roleType), ID: made.ID, Inputs: checked.Inputs,
		Properties: made.Properties})
	require.NoError(t, err)
	require.True(t, resource.ToResourcePropertyMap(read.Inputs)["description"].IsSecret())
	require.True(t, resource.ToResourcePropertyMap(read.Properties)["description"].IsSecret())
}

// TestResourcesWithoutRegionAndImports checks that providers of all regions see the same resource, and its id for
// imports.
func TestResourcesWithoutRegionAndImports(t *testing.T) {
	t.Parallel()
	store := open(t)
	_, here := serveRoles(t, store, cloud.Scope{Place: "a/here"})
	_, there := serveRoles(t, store, cloud.Scope{Place: "a/there"})
	inputs := map[string]any{"name": "web", "trust": "{}"}
	checked, made := makeRole(t, here, inputs)
	for _, id := range []string{made.ID, "at:web"} {
		read, err := there.Read(t.Context(), provider.ReadRequest{Urn: urn(roleType), ID: id})
		require.NoError(t, err)
		require.Equal(t, "web", read.ID)
		same, err := there.Diff(t.Context(),
			provider.DiffRequest{Urn: urn(roleType), State: read.Properties, OldInputs: read.Inputs,
				Inputs: checked.Inputs})
		require.NoError(t, err)
		require.False(t, same.HasChanges, "what is imported is as the program says")
	}
}

func TestKeptResources(t *testing.T) {
	t.Parallel()
	store := open(t)
	_, p := serveRoles(t, store, cloud.Scope{Place: "here"})
	_, kept := makeRole(t, p, map[string]any{"name": "kept", "trust": "{}", "description": "kept"})
	_, gone := makeRole(t, p, map[string]any{"name": "gone", "trust": "{}"})
	for _, id := range []string{kept.ID, gone.ID} {
		require.NoError(t, p.Delete(t.Context(), provider.DeleteRequest{Urn: urn(roleType), ID: id}))
	}
	require.Equal(t, []string{"kept"}, ids(t, store, roleType))
}

func TestNamePrefix(t *testing.T) {
	t.Parallel()
	_, p := serveRoles(t, open(t), cloud.Scope{Place: "here"})
	_, made := makeRole(t, p, map[string]any{"namePrefix": "web-", "trust": "{}"})
	require.Regexp(t, `^web-[0-9a-f]{26}$`, made.ID)
	r, err := p.Check(t.Context(), provider.CheckRequest{Urn: urn(roleType),
		Inputs: fromMap(map[string]any{"name": "a", "namePrefix": "b", "trust": "{}"})})
	require.NoError(t, err)
	require.Equal(t, []provider.CheckFailure{{Property: "name", Reason: `"name": conflicts with namePrefix`}},
		r.Failures)
}
