package config

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestRulesAgreeWithTheValidator checks that the fast check accepts only what the validator accepts, and all values that
// are common in programs.
func TestRulesAgreeWithTheValidator(t *testing.T) {
	t.Parallel()
	const schema = `{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"$defs": {"node": {"type": "object", "properties": {"size": {"type": "string", "enum": ["small", "large"]}},
			"additionalProperties": false, "required": ["size"]}},
		"type": "object",
		"description": "text",
		"properties": {
			"text": {"type": "string", "minLength": 2, "maxLength": 4, "pattern": "^a", "default": "aa"},
			"cidr": {"type": "string", "format": "cidr"},
			"count": {"type": "integer", "minimum": 1, "maximum": 5},
			"step": {"type": "integer", "enum": [1, 5]},
			"share": {"type": "number", "minimum": 0.5},
			"on": {"type": "boolean"},
			"list": {"type": "array", "items": {"$ref": "#/$defs/node"}, "minItems": 1, "maxItems": 2},
			"named": {"type": "object", "propertyNames": {"type": "string", "pattern": "^[a-z]+$"},
				"additionalProperties": {"$ref": "#/$defs/node"}, "minProperties": 1, "maxProperties": 2},
			"open": {"type": "object", "additionalProperties": true},
			"any": true,
			"none": false
		},
		"additionalProperties": false
	}`
	checker := newSchemaChecker([]byte(schema))
	require.NotNil(t, checker.rules)
	full, err := checker.validator()
	require.NoError(t, err)
	accepted := 0
	for _, text := range []string{
		`{}`, `[]`, `null`, `{"unknown": 1}`,
		`{"text": "aa"}`, `{"text": "a"}`, `{"text": "aaaaa"}`, `{"text": "äb"}`, `{"text": "aäää"}`, `{"text": "bb"}`, `{"text": 1}`,
		`{"cidr": "10.0.0.0/16"}`, `{"cidr": "10.0.0.1/16"}`, `{"cidr": true}`,
		`{"count": 1}`, `{"count": 5}`, `{"count": 0}`, `{"count": 6}`, `{"count": 1.5}`, `{"count": 1e30}`, `{"count": "1"}`,
		`{"step": 5}`, `{"step": 2}`, `{"step": "5"}`, `{"share": 1}`, `{"share": 0}`, `{"share": 0.25}`, `{"on": true}`, `{"on": "true"}`, `{"on": null}`,
		`{"list": [{"size": "small"}]}`, `{"list": []}`, `{"list": [{"size": "tiny"}]}`, `{"list": [{}]}`, `{"list": {}}`,
		`{"list": [{"size": "small"}, {"size": "large"}, {"size": "large"}]}`, `{"list": [{"size": "small", "x": 1}]}`,
		`{"named": {"a": {"size": "small"}}}`, `{"named": {"A": {"size": "small"}}}`, `{"named": {}}`, `{"named": {"a": {}}}`,
		`{"named": {"a": {"size": "small"}, "b": {"size": "small"}, "c": {"size": "small"}}}`,
		`{"open": {"anything": 1}}`, `{"open": []}`,
		`{"any": {"a": [1.5, null]}}`, `{"any": null}`, `{"none": 1}`,
	} {
		var tree any
		require.NoError(t, decodeNumbers(text, &tree))
		valid := len(full.check(tree, inCode{})) == 0
		require.Equal(t, valid, checker.rules.satisfied(tree), text)
		if valid {
			accepted++
		}
	}
	require.Equal(t, 14, accepted)

	tree := map[string]any{"share": json.Number("0.75")}
	require.Empty(t, full.check(tree, inCode{}))
	require.False(t, checker.rules.satisfied(tree), "fractions are left to the validator")
	require.Nil(t, newSchemaChecker([]byte(`{"type": "object", "anyOf": []}`)).rules, "unknown keywords are left to the validator")
	require.Nil(t, newSchemaChecker([]byte(`{"type": "string", "format": "email"}`)).rules)
	require.Nil(t, newSchemaChecker([]byte(`{"type": "string", "pattern": "("}`)).rules)
}

// TestRulesOfTheModules checks that the schemas of real sections need the validator only for what is wrong.
func TestRulesOfTheModules(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"../../aws/schema.json", "../../kubernetes/schema.json"} {
		schema, err := os.ReadFile(file)
		if os.IsNotExist(err) {
			t.Skip("the other modules are not in the module's own download")
		}
		require.NoError(t, err)
		require.NotNil(t, rulesOf(schema), file)
	}
}

func decodeNumbers(text string, target *any) error {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	return d.Decode(target)
}
