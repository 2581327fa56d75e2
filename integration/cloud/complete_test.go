package cloud_test

import (
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// subnets returns the type of the children of networks.
func (r *region) subnets() *cloud.Type { return r.cloud.Services[0].Types[1] }

// TestInputsFromOtherObjects completes the inputs of a child by those of its parent, and by those before a change.
func TestInputsFromOtherObjects(t *testing.T) {
	t.Parallel()
	r := newRegion(t, 0)
	r.subnets().Complete = func(c *cloud.Call, old map[string]any) (map[string]any, error) {
		if zone := cloud.Text(old, "zone"); zone != "" {
			return map[string]any{"zone": zone}, nil
		}
		parent, err := c.Lookup(networkType, cloud.Text(c.Object.Inputs, "networkId"))
		if parent == nil || err != nil {
			return nil, err
		}
		return map[string]any{"zone": parent.Text("location")}, nil
	}
	network := r.must(networkType, "main", map[string]any{"name": "main", "location": "north"})
	zone := func(old, inputs map[string]any) any {
		checked, err := r.p.Check(t.Context(), provider.CheckRequest{Urn: urn(subnetType), State: fromMap(old),
			Inputs: fromMap(inputs)})
		require.NoError(t, err)
		require.Empty(t, checked.Failures)
		return resource.ToResourcePropertyMap(checked.Inputs).Mappable()["zone"]
	}
	require.Equal(t, "north", zone(nil, map[string]any{"networkId": network}))
	require.Equal(t, "south", zone(nil, map[string]any{"networkId": network, "zone": "south"}), "an input is kept")
	require.Equal(t, "east", zone(map[string]any{"zone": "east"}, map[string]any{"networkId": network}))
	require.Nil(t, zone(nil, map[string]any{"networkId": "none"}))
}

// TestResourcesThatExistWithTheirParent can be created though they exist.
func TestResourcesThatExistWithTheirParent(t *testing.T) {
	t.Parallel()
	r := newRegion(t, 0)
	network := r.must(networkType, "main", map[string]any{"name": "main", "location": "north"})
	inputs := map[string]any{"networkId": network, "name": "default"}
	first := r.must(subnetType, "a", inputs)
	_, err := r.create(t.Context(), subnetType, "b", inputs)
	require.ErrorContains(t, err, "cannot create already existing resource")
	r.subnets().Singleton = true
	require.Equal(t, first, r.must(subnetType, "b", inputs))
	require.Len(t, ids(t, r.store, subnetType), 1)
}

// TestChecksOfAllTypes see the token that the program uses.
func TestChecksOfAllTypes(t *testing.T) {
	t.Parallel()
	r := newRegion(t, 0)
	r.cloud.Check = func(c *cloud.Checker) {
		if c.Token != c.Type {
			c.Add("range", "%s is not %s", c.Token, c.Type)
		}
	}
	for typ, want := range map[string]int{networkType: 0, "example:net/v1:Network": 1} {
		checked, err := r.p.Check(t.Context(), provider.CheckRequest{Urn: urn(typ), Inputs: fromMap(map[string]any{"location": "north"})})
		require.NoError(t, err)
		require.Len(t, checked.Failures, want, typ)
	}
}

func TestInputsInTheState(t *testing.T) {
	t.Parallel()
	r := newRegion(t, 0)
	inputs := fromMap(map[string]any{"name": "main", "location": "north"})
	made, err := r.p.Create(t.Context(), provider.CreateRequest{Urn: urn(networkType), Properties: inputs})
	require.NoError(t, err)
	require.NotContains(t, resource.ToResourcePropertyMap(made.Properties), resource.PropertyKey("__inputs"))
	r.cloud.KeepsInputs = true
	read, err := r.p.Read(t.Context(), provider.ReadRequest{Urn: urn(networkType), ID: made.ID, Inputs: inputs})
	require.NoError(t, err)
	kept := resource.ToResourcePropertyMap(read.Properties)["__inputs"]
	require.True(t, kept.IsSecret())
	require.Equal(t, "north", kept.SecretValue().Element.ObjectValue()["location"].StringValue())
	require.NotContains(t, resource.ToResourcePropertyMap(read.Inputs), resource.PropertyKey("__inputs"))
}
