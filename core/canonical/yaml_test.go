package canonical_test

import (
	"encoding/json"
	"strings"
	"testing"

	goccy "github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"github.com/ashlar-iac/ashlar/core/canonical"
)

func TestYAMLIsUnambiguous(t *testing.T) {
	t.Parallel()
	type tagged struct {
		Second string `json:"second"`
		First  []int  `json:"first,omitempty"`
	}
	tests := map[string]struct {
		reason string
		value  any
		want   string
	}{
		"Nil":            {"nothing is null", nil, "null\n"},
		"Struct":         {"the tags of JSON count", tagged{"b", []int{1, 2}}, "first:\n  - 1\n  - 2\nsecond: b\n"},
		"Nested":         {"lists of maps", []any{map[string]any{"b": 1, "a": nil}, []any{}}, "- a: null\n  b: 1\n- []\n"},
		"Words":          {"words that are values elsewhere are quoted", []any{"yes", "Off", "null", "~", "y", ".inf", "NaN"}, "- \"yes\"\n- \"Off\"\n- \"null\"\n- \"~\"\n- \"y\"\n- \".inf\"\n- \"NaN\"\n"},
		"Digits":         {"and what begins like a number", []any{"1.33", "0o7", "1e3", "12:30", "2012-10-17", "10.0.0.0/16"}, "- \"1.33\"\n- \"0o7\"\n- \"1e3\"\n- \"12:30\"\n- \"2012-10-17\"\n- \"10.0.0.0/16\"\n"},
		"Plain":          {"an evident string has no quotes", []any{"eu-west-1", "https://x.example.com:6443", "/etc/a b", "Zürich", "s3:GetObject"}, "- eu-west-1\n- https://x.example.com:6443\n- /etc/a b\n- Zürich\n- s3:GetObject\n"},
		"Signs":          {"signs are quoted", []any{"a: b", "a #b", "- a", "*a", "{a}", "a:", " a", "a ", ""}, "- \"a: b\"\n- \"a #b\"\n- \"- a\"\n- \"*a\"\n- \"{a}\"\n- \"a:\"\n- \" a\"\n- \"a \"\n- \"\"\n"},
		"Block":          {"lines are lines", map[string]any{"a": "x\n\n  y: #z\n"}, "a: |\n  x\n\n    y: #z\n"},
		"BlockNoBreak":   {"a missing break at the end stays so", map[string]any{"a": "x\ny"}, "a: |-\n  x\n  y\n"},
		"BlockMore":      {"and so do further ones", map[string]any{"a": "x\n\n\n", "b": 1}, "a: |+\n  x\n\n\nb: 1\n"},
		"BlockIndented":  {"what a block may not hold exactly is quoted", []any{" x\ny", "\nx", "x\n \ny", "x\r\ny", "a\tb\n"}, "- \" x\\ny\"\n- \"\\nx\"\n- \"x\\n \\ny\"\n- \"x\\r\\ny\"\n- \"a\\tb\\n\"\n"},
		"Keys":           {"keys are as careful as values", map[string]any{"no": 1, "1": 2, "<<": 3, "a\nb": 4}, "\"1\": 2\n\"<<\": 3\n? \"a\\nb\"\n: 4\n\"no\": 1\n"},
		"Numbers":        {"digits stay", json.RawMessage(`[1.50, 1E3, -0, 123456789012345678901234567890]`), "- 1.50\n- 1E3\n- -0\n- 123456789012345678901234567890\n"},
		"LongLine":       {"long lines are not broken", strings.Repeat("word ", 60) + "end", strings.Repeat("word ", 60) + "end\n"},
		"LongQuotedLine": {"long lines are not broken", strings.Repeat("word, ", 60), "\"" + strings.Repeat("word, ", 60) + "\"\n"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := canonical.YAML(tc.value)
			require.NoError(t, err)
			if diff := cmp.Diff(tc.want, string(got)); diff != "" {
				t.Errorf("%s\n-want +got:\n%s", tc.reason, diff)
			}
			roundTrip(t, tc.value, got)
		})
	}
}

func TestYAMLRejectsNumbersThatReadersTreatAsStrings(t *testing.T) {
	t.Parallel()
	_, err := canonical.YAML([]any{json.Number("1e400")})
	require.EqualError(t, err, "encode []interface {} as YAML: number 1e400 is too large")
	text, err := canonical.JSON(json.Number("1e400"))
	require.NoError(t, err)
	assert.Equal(t, "1e400\n", string(text))
}

// roundTrip checks that YAML says what JSON says, to the digit, and that another
// reader agrees on what is a string.
func roundTrip(t require.TestingT, v any, text []byte) {
	want, err := canonical.JSON(v)
	require.NoError(t, err)
	var document yaml.Node
	require.NoError(t, yaml.Unmarshal(text, &document), "%s", text)
	got, err := canonical.JSON(plain(t, document.Content[0]))
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "%s", text)

	again, err := canonical.YAML(plain(t, document.Content[0]))
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
}

// plain returns what a reader makes of a node, with the digits of numbers.
func plain(t require.TestingT, node *yaml.Node) any {
	switch node.ShortTag() {
	case "!!map":
		out := map[string]any{}
		for i := 0; i < len(node.Content); i += 2 {
			require.Equal(t, "!!str", node.Content[i].ShortTag(), "a key is a string")
			out[node.Content[i].Value] = plain(t, node.Content[i+1])
		}
		return out
	case "!!seq":
		out := []any{}
		for _, item := range node.Content {
			out = append(out, plain(t, item))
		}
		return out
	case "!!int", "!!float":
		return json.Number(node.Value)
	case "!!bool":
		return node.Value == "true"
	case "!!null":
		return nil
	}
	require.Equal(t, "!!str", node.ShortTag())
	return node.Value
}

func TestYAMLEqualsJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := value().Draw(t, "value")
		text, err := canonical.YAML(v)
		require.NoError(t, err)
		roundTrip(t, v, text)
	})
}

func TestOtherReadersAgreeOnStrings(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.StringMatching(`[ #:\-a1"'|>&*!%@{},.yn]{0,8}`), 1, 4).Draw(t, "lines")
		want := strings.Join(lines, "\n")
		text, err := canonical.YAML(map[string]any{"a": want, "b": []any{want}})
		require.NoError(t, err)
		var got map[string]any
		require.NoError(t, goccy.Unmarshal(text, &got), "%s", text)
		require.Equal(t, map[string]any{"a": want, "b": []any{want}}, got, "%s", text)
	})
}

// FuzzYAML writes any JSON text as YAML and reads it.
func FuzzYAML(f *testing.F) {
	f.Add(`{"b":[1.50,1E3],"a":"x\n y\n","no":"no"}`)
	f.Add(`["\n", " \n", "a\n\n", "\t", "a\u2028b\n", "\ufeff", "#", "?\n"]`)
	f.Fuzz(func(t *testing.T, text string) {
		v := json.RawMessage(text)
		written, err := canonical.YAML(v)
		if err != nil {
			return
		}
		roundTrip(t, v, written)
	})
}
