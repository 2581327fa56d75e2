package cloud_test

import (
	"bytes"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

func fromMap(pairs map[string]any) property.Map {
	return resource.FromResourcePropertyMap(resource.NewPropertyMapFromMap(pairs))
}

func TestDrift(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store, err := cloud.Open(dir)
	require.NoError(t, err)
	c, p := serveRoles(t, store, cloud.Scope{Place: "here", Tags: map[string]string{"owner": "platform"}})
	checked, made := makeRole(t, p, map[string]any{"name": "web", "trust": "{}", "description": "a",
		"tags": map[string]any{"a": "b"}})
	run := func(args ...string) error {
		return cloud.Main(c, "1.0.0", dir, append([]string{"drift", roleType}, args...), &bytes.Buffer{})
	}
	changes := func() []string {
		read, err := p.Read(t.Context(), provider.ReadRequest{Urn: urn(roleType), ID: made.ID, Inputs: checked.Inputs,
			Properties: made.Properties})
		require.NoError(t, err)
		if read.ID == "" {
			return []string{"gone"}
		}
		r, err := p.Diff(t.Context(), provider.DiffRequest{Urn: urn(roleType), State: read.Properties,
			OldInputs: read.Inputs, Inputs: checked.Inputs})
		require.NoError(t, err)
		var out []string
		for path := range r.DetailedDiff {
			out = append(out, path)
		}
		return out
	}
	require.Empty(t, changes())
	require.NoError(t, run("web", `{"description": "b", "uniqueId": "unique"}`))
	require.Equal(t, []string{"description"}, changes(), "an output that is no input cannot be put right")
	require.NoError(t, run("web", `{"description": "a", "tags": {"a": null, "c": "d"}}`))
	require.ElementsMatch(t, []string{"tags.a", "tags.c"}, changes())
	all, err := store.List(roleType)
	require.NoError(t, err)
	require.Equal(t, map[string]any{"owner": "platform", "c": "d"}, all[0].Outputs["allTags"])
	require.NoError(t, run("web", "null"))
	require.Equal(t, []string{"gone"}, changes())

	require.ErrorContains(t, run("web", "null"), `there is no example:id:Role "web"`)
	require.ErrorContains(t, run("web", "["), "expected JSON such as")
	require.ErrorContains(t, cloud.Main(c, "1.0.0", dir, []string{"drift", "example:id:User", "web", "{}"},
		&bytes.Buffer{}), "does not cover the type")
}
