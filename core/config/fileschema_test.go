package config_test

import (
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/ashlar-iac/ashlar/core/config"
)

func TestFileSchema(t *testing.T) {
	t.Parallel()
	text, err := config.FileSchema([]config.Section{
		config.NewSection[shop]("shop", nil), config.NewSection[formatted]("formatted", nil),
	}, nil)
	require.NoError(t, err)
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("mem:///schema.json", document))
	schema, err := compiler.Compile("mem:///schema.json")
	require.NoError(t, err)

	tests := map[string]struct {
		reason, text string
		valid        bool
	}{
		"Stack":        {"a stack's file", "config: { ashlar:shop: { mode: fast }, other:key: 1 }\nencryptionsalt: x", true},
		"Partial":      {"other layers may hold what is required", "config: { ashlar:shop: { apps: { web: { replicas: 2 } } } }", true},
		"Encrypted":    {"an encrypted value in an input", "config: { ashlar:shop: { apps: { web: { image: { secure: x } } }, tokens: { a: { secure: x } } } }", true},
		"NoValue":      {"a map without a value", "config: { ashlar:shop: { apps: { web: } } }", true},
		"Project":      {"a project's file", "files: { organization: x }\nshop: { mode: fast }", true},
		"Empty":        {"an empty file", "", true},
		"Format":       {"a format", "formatted: { cidr: 10.0.0.0/16, image: web:1, timeout: 30s }", true},
		"WrongFormat":  {"editors see formats as patterns", "formatted: { cidr: 10.0.0.0 }", false},
		"UnknownKey":   {"a slip in a key", "config: { ashlar:shop: { moed: fast } }", false},
		"UnknownValue": {"a slip in a value", "shop: { mode: quick }", false},
		"Section":      {"a slip in a section", "config: { ashlar:shp: {} }", false},
		"FileSection":  {"a slip in a section of a file", "shp: {}", false},
		"PlainSecure":  {"a setting that does not keep secrets", "config: { ashlar:shop: { mode: { secure: x } } }", false},
		"Name":         {"a name", "shop: { apps: { Web_1: {} } }", false},
	}
	for name, tc := range tests {
		var value any
		require.NoError(t, yaml.Unmarshal([]byte(tc.text), &value), name)
		err := schema.Validate(value)
		if tc.valid {
			require.NoError(t, err, "%s: %s", name, tc.reason)
		} else {
			require.Error(t, err, "%s: %s", name, tc.reason)
		}
	}
}
