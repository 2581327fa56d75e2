package cloud_test

import (
	"context"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

const subnetType = "aws:ec2/subnet:Subnet"

// serve returns the provider of a cloud with one type, the SDK's subnet, whose name is made up.
func serve(t *testing.T) (provider.Provider, *cloud.Store) {
	t.Helper()
	store := open(t)
	c := &cloud.Cloud{
		Name: "aws", Tags: "tags", AllTags: "tagsAll",
		Services: []cloud.Service{{Types: []*cloud.Type{{
			Token: subnetType, Args: ec2.SubnetArgs{}, Resource: &ec2.Subnet{},
			Name: "cidrBlock", Replaces: []string{"vpcId"}, Defaults: map[string]any{"mapPublicIpOnLaunch": false}, Required: []string{"tags"},
			Check: func(c *cloud.Checker) {
				c.Conflict("availabilityZone", "availabilityZoneId")
				c.OneOf("vpcId", "one", "two")
			},
			Create: func(c *cloud.Call) error {
				if c.Text("vpcId") == "two" {
					return cloud.Refuse("InvalidVpcID.NotFound", "The vpc ID '%s' does not exist", "two")
				}
				c.Set("arn", "arn:"+c.Text("cidrBlock"))
				return c.NewID("subnet-")
			},
		}}}},
		Configure: func(resource.PropertyMap) (cloud.Scope, map[string]string) {
			return cloud.Scope{Place: "here", Retries: 2, Tags: map[string]string{"owner": "platform", "env": "dev"}}, nil
		},
	}
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

func check(t *testing.T, p provider.Provider, old, inputs resource.PropertyMap, seed string) (resource.PropertyMap, []provider.CheckFailure) {
	t.Helper()
	r, err := p.Check(context.Background(), provider.CheckRequest{
		Urn: urn(subnetType), State: resource.FromResourcePropertyMap(old), Inputs: resource.FromResourcePropertyMap(inputs), RandomSeed: []byte(seed),
	})
	require.NoError(t, err)
	return resource.ToResourcePropertyMap(r.Inputs), r.Failures
}

func TestInputsAreCheckedAgainstTheSDK(t *testing.T) {
	t.Parallel()
	p, _ := serve(t)
	unknown := resource.MakeComputed(resource.NewProperty(""))
	tests := map[string]struct {
		reason string
		inputs map[string]any
		want   []provider.CheckFailure
	}{
		"right":   {"nothing is wrong", map[string]any{"vpcId": "one", "tags": map[string]any{"a": "b"}}, nil},
		"unknown": {"what is unknown has any shape", map[string]any{"vpcId": unknown, "mapPublicIpOnLaunch": unknown}, nil},
		"misspelt": {"properties that do not exist", map[string]any{"vpcId": "one", "vpcID": "one"},
			[]provider.CheckFailure{{Property: "vpcID", Reason: `unknown property, did you mean "vpcId"?`}}},
		"missing": {"the SDK knows what is required", map[string]any{},
			[]provider.CheckFailure{{Property: "vpcId", Reason: "missing required property"}}},
		"types": {"each value has its type", map[string]any{"vpcId": true, "mapPublicIpOnLaunch": "yes", "tags": map[string]any{"a": 1.0}},
			[]provider.CheckFailure{
				{Property: "mapPublicIpOnLaunch", Reason: "expected a boolean, found string"},
				{Property: "tags.a", Reason: "expected a string, found number"},
				{Property: "vpcId", Reason: "expected a string, found bool"},
			}},
		"conflict": {"inputs that exclude each other", map[string]any{"vpcId": "one", "availabilityZone": "a", "availabilityZoneId": "b"},
			[]provider.CheckFailure{{Property: "availabilityZone", Reason: `"availabilityZone": conflicts with availabilityZoneId`}}},
		"choice": {"one of several values", map[string]any{"vpcId": "three"},
			[]provider.CheckFailure{{Property: "vpcId", Reason: `expected vpcId to be one of ["one" "two"], got three`}}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, failures := check(t, p, nil, given(tc.inputs), "seed")
			require.Equal(t, tc.want, failures, tc.reason)
		})
	}
	without, failures := check(t, p, nil, resource.NewPropertyMapFromMap(map[string]any{"vpcId": "one"}), "seed")
	require.NotContains(t, without, resource.PropertyKey("tags"))
	require.Equal(t, []provider.CheckFailure{{Property: "tags", Reason: "missing required property"}}, failures, "what the cloud asks for")
}

func TestNamesStayOnceTheyAreMade(t *testing.T) {
	t.Parallel()
	p, _ := serve(t)
	first, _ := check(t, p, nil, given(map[string]any{"vpcId": "one"}), "one")
	require.Regexp(t, `^a-[0-9a-f]{7}$`, first["cidrBlock"].StringValue())
	require.False(t, first["mapPublicIpOnLaunch"].BoolValue(), "defaults are filled in")
	again, _ := check(t, p, first, given(map[string]any{"vpcId": "one"}), "two")
	require.Equal(t, first, again)
	other, _ := check(t, p, nil, given(map[string]any{"vpcId": "one"}), "two")
	require.NotEqual(t, first["cidrBlock"], other["cidrBlock"])
	named, _ := check(t, p, nil, given(map[string]any{"vpcId": "one", "cidrBlock": "mine"}), "one")
	unnamed, _ := check(t, p, named, given(map[string]any{"vpcId": "one"}), "one")
	require.NotEqual(t, "mine", unnamed["cidrBlock"].StringValue(), "a name that was given is not kept once it is not")
}

func TestChangesAreUpdatesUnlessTheTypeSaysOtherwise(t *testing.T) {
	t.Parallel()
	p, _ := serve(t)
	diff := func(before, after map[string]any) provider.DiffResponse {
		r, err := p.Diff(t.Context(), provider.DiffRequest{
			Urn: urn(subnetType), OldInputs: resource.FromResourcePropertyMap(given(before)), Inputs: resource.FromResourcePropertyMap(given(after)),
		})
		require.NoError(t, err)
		return r
	}
	same := diff(map[string]any{"vpcId": "one", "__defaults": []any{"x"}}, map[string]any{"vpcId": "one", "__defaults": []any{}})
	require.False(t, same.HasChanges)
	changed := diff(map[string]any{"vpcId": "one", "tags": map[string]any{"a": "1", "b": "1"}},
		map[string]any{"vpcId": resource.MakeComputed(resource.NewProperty("")), "tags": map[string]any{"a": "2", "c": "1"}})
	require.True(t, changed.HasChanges)
	kinds := map[string]provider.DiffKind{}
	for path, d := range changed.DetailedDiff {
		kinds[path] = d.Kind
	}
	require.Equal(t, map[string]provider.DiffKind{
		"vpcId": provider.UpdateReplace, "tags.a": provider.Update, "tags.b": provider.Delete, "tags.c": provider.Add,
	}, kinds)
}

func TestLifeOfAnObject(t *testing.T) {
	t.Parallel()
	p, store := serve(t)
	inputs, failures := check(t, p, nil, given(map[string]any{"vpcId": "one", "tags": map[string]any{"env": "prod"}}), "seed")
	require.Empty(t, failures)
	properties := resource.FromResourcePropertyMap(inputs)
	planned, err := p.Create(t.Context(), provider.CreateRequest{Urn: urn(subnetType), Properties: properties, DryRun: true})
	require.NoError(t, err)
	plan := resource.ToResourcePropertyMap(planned.Properties)
	require.True(t, plan["arn"].IsComputed())
	require.Equal(t, "one", plan["vpcId"].StringValue())
	require.Empty(t, ids(t, store, ""))

	made, err := p.Create(t.Context(), provider.CreateRequest{Urn: urn(subnetType), Properties: properties})
	require.NoError(t, err)
	outputs := resource.ToResourcePropertyMap(made.Properties).Mappable()
	require.Equal(t, map[string]any{"env": "prod", "owner": "platform"}, outputs["tagsAll"])
	require.Equal(t, []string{made.ID}, ids(t, store, subnetType))

	read, err := p.Read(t.Context(), provider.ReadRequest{ID: made.ID, Urn: urn(subnetType), Inputs: properties})
	require.NoError(t, err)
	require.Equal(t, inputs, resource.ToResourcePropertyMap(read.Inputs))
	require.Equal(t, made.Properties, read.Properties)
	missing, err := p.Read(t.Context(), provider.ReadRequest{ID: "subnet-0", Urn: urn(subnetType)})
	require.NoError(t, err)
	require.Empty(t, missing.ID)

	inputs["tags"] = resource.NewProperty(resource.PropertyMap{})
	changed, err := p.Update(t.Context(), provider.UpdateRequest{ID: made.ID, Urn: urn(subnetType), Inputs: resource.FromResourcePropertyMap(inputs)})
	require.NoError(t, err)
	outputs = resource.ToResourcePropertyMap(changed.Properties).Mappable()
	require.Equal(t, map[string]any{"env": "dev", "owner": "platform"}, outputs["tagsAll"])
	_, err = p.Update(t.Context(), provider.UpdateRequest{ID: "subnet-0", Urn: urn(subnetType), Inputs: properties})
	require.ErrorContains(t, err, "there is no aws:ec2/subnet:Subnet subnet-0")

	for range 2 { // What is gone is deleted.
		require.NoError(t, p.Delete(t.Context(), provider.DeleteRequest{ID: made.ID, Urn: urn(subnetType)}))
	}
	require.Empty(t, ids(t, store, ""))
}

func TestRefusalsLeaveNothing(t *testing.T) {
	t.Parallel()
	p, store := serve(t)
	inputs, _ := check(t, p, nil, given(map[string]any{"vpcId": "two"}), "seed")
	_, err := p.Create(t.Context(), provider.CreateRequest{Urn: urn(subnetType), Properties: resource.FromResourcePropertyMap(inputs)})
	require.EqualError(t, err, "creating aws:ec2/subnet:Subnet (a): api error InvalidVpcID.NotFound: The vpc ID 'two' does not exist")
	var refusal *cloud.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Empty(t, ids(t, store, ""))
}

func TestWhatIsNotCoveredIsSaid(t *testing.T) {
	t.Parallel()
	p, _ := serve(t)
	_, err := p.Check(t.Context(), provider.CheckRequest{Urn: urn("aws:ec2/subnets:Subnets")})
	require.ErrorContains(t, err, `the simulated cloud "aws" does not cover the type "aws:ec2/subnets:Subnets"`)
	_, err = p.Invoke(t.Context(), provider.InvokeRequest{Token: "aws:ec2/getVpc:getVpc"})
	require.ErrorContains(t, err, `the simulated cloud "aws" does not cover the function "aws:ec2/getVpc:getVpc"`)
}
