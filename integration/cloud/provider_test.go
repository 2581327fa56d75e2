package cloud_test

import (
	"context"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// serve returns the provider of a cloud with subnets, whose range is their name.
func serve(t *testing.T) (provider.Provider, *cloud.Store) {
	t.Helper()
	store := open(t)
	c := exampleCloud(cloud.Scope{Place: "here", Retries: 2,
		Tags: map[string]string{"owner": "platform", "env": "dev"}}, &cloud.Type{
		Token: subnetType, Args: subnetArgs{}, Resource: &subnet{},
		Name: "range", Replaces: []string{"networkId"}, Defaults: map[string]any{"public": false},
		Required: []string{"tags"},
		Check: func(c *cloud.Checker) {
			c.Conflict("zone", "zoneId")
			c.OneOf("networkId", "one", "two")
		},
		Create: func(c *cloud.Call) error {
			if c.Text("networkId") == "two" {
				return refuse("InvalidNetworkID.NotFound", "The network ID '%s' does not exist", "two")
			}
			c.Set("address", "at:"+c.Text("range"))
			return newID(c, "subnet-")
		},
	})
	p := c.Provider(store)
	require.NoError(t, p.Configure(t.Context(), provider.ConfigureRequest{}))
	return p, store
}

func urn(typ string) resource.URN {
	return resource.URN("urn:pulumi:dev::test::" + typ + "::a")
}

func given(pairs map[string]any) resource.PropertyMap {
	m := resource.NewPropertyMapFromMap(pairs)
	if _, ok := m["tags"]; !ok {
		m["tags"] = resource.NewProperty(resource.PropertyMap{})
	}
	return m
}

func check(t *testing.T, p provider.Provider, old, inputs resource.PropertyMap, seed string) (resource.PropertyMap,
	[]provider.CheckFailure) {
	t.Helper()
	r, err := p.Check(context.Background(), provider.CheckRequest{
		Urn: urn(subnetType), State: resource.FromResourcePropertyMap(old),
		Inputs: resource.FromResourcePropertyMap(inputs), RandomSeed: []byte(seed),
	})
	require.NoError(t, err)
	return resource.ToResourcePropertyMap(r.Inputs), r.Failures
}

func TestInputsAreChecked(t *testing.T) {
	t.Parallel()
	p, _ := serve(t)
	unknown := resource.MakeComputed(resource.NewProperty(""))
	tests := map[string]struct {
		reason string
		inputs map[string]any
		want   []provider.CheckFailure
	}{
		"right":   {"nothing is wrong", map[string]any{"networkId": "one", "tags": map[string]any{"a": "b"}}, nil},
		"unknown": {"what is unknown has any shape", map[string]any{"networkId": unknown, "public": unknown}, nil},
		"misspelt": {"properties that do not exist", map[string]any{"networkId": "one", "networkID": "one"},
			[]provider.CheckFailure{{Property: "networkID", Reason: `unknown property, did you mean "networkId"?`}}},
		"missing": {"the SDK knows what is required", map[string]any{},
			[]provider.CheckFailure{{Property: "networkId", Reason: "missing required property"}}},
		"types": {"each value has its type",
			map[string]any{"networkId": true, "public": "yes", "tags": map[string]any{"a": 1.0}},
			[]provider.CheckFailure{
				{Property: "networkId", Reason: "expected a string, found bool"},
				{Property: "public", Reason: "expected a boolean, found string"},
				{Property: "tags.a", Reason: "expected a string, found number"},
			}},
		"conflict": {"inputs that exclude each other", map[string]any{"networkId": "one", "zone": "a", "zoneId": "b"},
			[]provider.CheckFailure{{Property: "zone", Reason: `"zone": conflicts with zoneId`}}},
		"choice": {"one of several values", map[string]any{"networkId": "three"},
			[]provider.CheckFailure{{Property: "networkId",
				Reason: `expected networkId to be one of ["one" "two"], got three`}}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, failures := check(t, p, nil, given(tc.inputs), "seed")
			require.Equal(t, tc.want, failures, tc.reason)
		})
	}
	without, failures := check(t, p, nil, resource.NewPropertyMapFromMap(map[string]any{"networkId": "one"}), "seed")
	require.NotContains(t, without, resource.PropertyKey("tags"))
	require.Equal(t, []provider.CheckFailure{{Property: "tags", Reason: "missing required property"}}, failures,
		"what the cloud asks for")
}

func TestAutomaticNamesAreStable(t *testing.T) {
	t.Parallel()
	p, _ := serve(t)
	first, _ := check(t, p, nil, given(map[string]any{"networkId": "one"}), "one")
	require.Regexp(t, `^a-[0-9a-f]{7}$`, first["range"].StringValue())
	require.False(t, first["public"].BoolValue(), "defaults are filled in")
	again, _ := check(t, p, first, given(map[string]any{"networkId": "one"}), "two")
	require.Equal(t, first, again)
	other, _ := check(t, p, nil, given(map[string]any{"networkId": "one"}), "two")
	require.NotEqual(t, first["range"], other["range"])
	named, _ := check(t, p, nil, given(map[string]any{"networkId": "one", "range": "mine"}), "one")
	unnamed, _ := check(t, p, named, given(map[string]any{"networkId": "one"}), "one")
	require.NotEqual(t, "mine", unnamed["range"].StringValue(), "a name that was given is not kept once it is not")
}

func TestInputsThatWereReadAreAccepted(t *testing.T) {
	t.Parallel()
	p, _ := serve(t)
	read, _ := check(t, p, nil, given(map[string]any{"networkId": "one"}), "one")
	require.True(t, read["__defaults"].IsArray())
	_, failures := check(t, p, nil, read, "one")
	require.Empty(t, failures, "the engine checks them when it imports a resource")
}

func TestUpdatesAndReplacements(t *testing.T) {
	t.Parallel()
	p, _ := serve(t)
	diff := func(before, after map[string]any) provider.DiffResponse {
		r, err := p.Diff(t.Context(), provider.DiffRequest{
			Urn: urn(subnetType), OldInputs: resource.FromResourcePropertyMap(given(before)),
			Inputs: resource.FromResourcePropertyMap(given(after)),
		})
		require.NoError(t, err)
		return r
	}
	same := diff(map[string]any{"networkId": "one", "__defaults": []any{"x"}},
		map[string]any{"networkId": "one", "__defaults": []any{}})
	require.False(t, same.HasChanges)
	changed := diff(map[string]any{"networkId": "one", "tags": map[string]any{"a": "1", "b": "1"}},
		map[string]any{"networkId": resource.MakeComputed(resource.NewProperty("")),
			"tags": map[string]any{"a": "2", "c": "1"}})
	require.True(t, changed.HasChanges)
	kinds := map[string]provider.DiffKind{}
	for path, d := range changed.DetailedDiff {
		kinds[path] = d.Kind
	}
	require.Equal(t, map[string]provider.DiffKind{
		"networkId": provider.UpdateReplace, "tags.a": provider.Update, "tags.b": provider.Delete,
		"tags.c": provider.Add,
	}, kinds)
}

func TestLifecycle(t *testing.T) {
	t.Parallel()
	p, store := serve(t)
	inputs, failures := check(t, p, nil,
		given(map[string]any{"networkId": "one", "tags": map[string]any{"env": "prod"}}), "seed")
	require.Empty(t, failures)
	properties := resource.FromResourcePropertyMap(inputs)
	planned, err := p.Create(t.Context(),
		provider.CreateRequest{Urn: urn(subnetType), Properties: properties, DryRun: true})
	require.NoError(t, err)
	plan := resource.ToResourcePropertyMap(planned.Properties)
	require.True(t, plan["address"].IsComputed())
	require.Equal(t, "one", plan["networkId"].StringValue())
	require.Empty(t, ids(t, store, ""))

	made, err := p.Create(t.Context(), provider.CreateRequest{Urn: urn(subnetType), Properties: properties})
	require.NoError(t, err)
	outputs := resource.ToResourcePropertyMap(made.Properties).Mappable()
	require.Equal(t, map[string]any{"env": "prod", "owner": "platform"}, outputs["allTags"])
	require.Equal(t, []string{made.ID}, ids(t, store, subnetType))

	read, err := p.Read(t.Context(), provider.ReadRequest{ID: made.ID, Urn: urn(subnetType), Inputs: properties})
	require.NoError(t, err)
	require.Equal(t, inputs, resource.ToResourcePropertyMap(read.Inputs))
	require.Equal(t, made.Properties, read.Properties)
	missing, err := p.Read(t.Context(), provider.ReadRequest{ID: "subnet-0", Urn: urn(subnetType)})
	require.NoError(t, err)
	require.Empty(t, missing.ID)

	inputs["tags"] = resource.NewProperty(resource.PropertyMap{})
	changed, err := p.Update(t.Context(),
		provider.UpdateRequest{ID: made.ID, Urn: urn(subnetType), Inputs: resource.FromResourcePropertyMap(inputs)})
	require.NoError(t, err)
	outputs = resource.ToResourcePropertyMap(changed.Properties).Mappable()
	require.Equal(t, map[string]any{"env": "dev", "owner": "platform"}, outputs["allTags"])
	_, err = p.Update(t.Context(), provider.UpdateRequest{ID: "subnet-0", Urn: urn(subnetType), Inputs: properties})
	require.ErrorContains(t, err, "there is no example:net:Subnet subnet-0")

	for range 2 { // A second delete succeeds.
		require.NoError(t, p.Delete(t.Context(), provider.DeleteRequest{ID: made.ID, Urn: urn(subnetType)}))
	}
	require.Empty(t, ids(t, store, ""))
}

func TestRefusedCreateLeavesNothing(t *testing.T) {
	t.Parallel()
	p, store := serve(t)
	inputs, _ := check(t, p, nil, given(map[string]any{"networkId": "two"}), "seed")
	_, err := p.Create(t.Context(), provider.CreateRequest{Urn: urn(subnetType),
		Properties: resource.FromResourcePropertyMap(inputs)})
	require.EqualError(t, err,
		"creating example:net:Subnet (a): example says InvalidNetworkID.NotFound: The network ID 'two' does not exist")
	var refusal *cloud.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Empty(t, ids(t, store, ""))
}

func TestUncoveredTypesAndFunctions(t *testing.T) {
	t.Parallel()
	p, _ := serve(t)
	_, err := p.Check(t.Context(), provider.CheckRequest{Urn: urn("example:net:Subnets")})
	require.ErrorContains(t, err, `the simulated cloud "example" does not cover the type "example:net:Subnets"`)
	_, err = p.Invoke(t.Context(), provider.InvokeRequest{Token: "example:net:getNetwork"})
	require.ErrorContains(t, err, `the simulated cloud "example" does not cover the function "example:net:getNetwork"`)
}
