package cloud_test

import (
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

func TestInputsOfOtherTypesAreConverted(t *testing.T) {
	t.Parallel()
	c := exampleCloud(cloud.Scope{Place: "here"}, &cloud.Type{
		Token: roleType, Args: roleArgs{}, Resource: &role{}, Create: func(c *cloud.Call) error { return newID(c, "r-") },
	})
	c.Converts = true
	p := c.Provider(open(t))
	unknown := resource.MakeComputed(resource.NewProperty(""))
	text := resource.NewProperty[string]
	list := func(vs ...resource.PropertyValue) resource.PropertyValue { return resource.NewProperty(vs) }
	object := func(key string, v resource.PropertyValue) resource.PropertyValue {
		return resource.NewProperty(resource.PropertyMap{resource.PropertyKey(key): v})
	}
	reference := func(id resource.PropertyValue) resource.PropertyValue {
		return resource.NewProperty(resource.ResourceReference{URN: "urn:pulumi:dev::test::a:b:C::d", ID: id})
	}
	tests := map[string]struct {
		reason   string
		property string
		from     resource.PropertyValue
		want     resource.PropertyValue
	}{
		"document": {"objects are JSON texts with sorted keys", "boundary", object("b", list(resource.NewProperty(1.0), text("<"))),
			text(`{"b":[1,"\u003c"]}`)},
		"list as a document":     {"a document can be a list", "boundary", list(text("a")), text(`["a"]`)},
		"text as a document":     {"texts stay", "boundary", text(`{ "a": 1 }`), text(`{ "a": 1 }`)},
		"unknown in a document":  {"the whole text is unknown", "boundary", object("a", unknown), unknown},
		"secret in a document":   {"the whole text is secret", "boundary", object("a", resource.MakeSecret(text("b"))), resource.MakeSecret(text(`{"a":"b"}`))},
		"secret document":        {"a secret stays one", "boundary", resource.MakeSecret(object("a", text("b"))), resource.MakeSecret(text(`{"a":"b"}`))},
		"number as a text":       {"numbers have no exponent", "description", resource.NewProperty(12345678.0), text("12345678")},
		"boolean as a text":      {"as in YAML", "description", resource.NewProperty(true), text("true")},
		"text as a boolean":      {"as from configuration", "force", text("true"), resource.NewProperty(true)},
		"text in a list":         {"one is a list of one", "policies", text("a"), list(text("a"))},
		"number in a map":        {"values of tags", "tags", object("port", resource.NewProperty(80.0)), object("port", text("80"))},
		"number in a block":      {"properties at any depth", "documents", object("name", resource.NewProperty(1.5)), list(object("name", text("1.5")))},
		"resource":               {"a resource stands for its id", "trust", reference(text("r-1")), text("r-1")},
		"new resource":           {"its id is unknown in a preview", "trust", reference(unknown), unknown},
		"component":              {"it has no id", "trust", reference(resource.NewNullProperty()), text("urn:pulumi:dev::test::a:b:C::d")},
		"resource as a document": {"a union of a text and a resource", "boundary", reference(text("r-1")), text("r-1")},
		"resource in a list":     {"resources at any depth", "policies", list(reference(text("p-1"))), list(text("p-1"))},
		"secret resource":        {"the mark of the secret stays", "trust", resource.MakeSecret(reference(text("r-1"))), resource.MakeSecret(text("r-1"))},
		"resource in a document": {"ids within JSON", "boundary", object("a", reference(text("r-1"))), text(`{"a":"r-1"}`)},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inputs := resource.PropertyMap{"trust": text("x"), resource.PropertyKey(tc.property): tc.from}
			r, err := p.Check(t.Context(), provider.CheckRequest{Urn: urn(roleType), Inputs: resource.FromResourcePropertyMap(inputs)})
			require.NoError(t, err)
			require.Empty(t, r.Failures, tc.reason)
			require.Equal(t, tc.want, resource.ToResourcePropertyMap(r.Inputs)[resource.PropertyKey(tc.property)], tc.reason)
		})
	}
	for property, v := range map[string]resource.PropertyValue{
		"force": text("perhaps"), "description": object("a", text("b")), "tags": text("a"),
	} {
		r, err := p.Check(t.Context(), provider.CheckRequest{Urn: urn(roleType),
			Inputs: resource.FromResourcePropertyMap(resource.PropertyMap{"trust": text("x"), resource.PropertyKey(property): v})})
		require.NoError(t, err)
		require.Len(t, r.Failures, 1, "what cannot be converted is a problem: %s", property)
		require.Equal(t, property, r.Failures[0].Property)
	}
}
