package canonical_test

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ashlar-iac/ashlar/core/canonical"
)

func TestJSONIsTheSameForTheSameValue(t *testing.T) {
	t.Parallel()
	type tagged struct {
		Zebra int    `json:"zebra"`
		Ant   string `json:"ant,omitempty"`
		None  any    `json:"-"`
	}
	tests := map[string]struct {
		reason string
		value  any
		want   string
	}{
		"Nil":        {"nothing is null", nil, `null`},
		"Struct":     {"fields are sorted as keys are", tagged{Zebra: 1, Ant: "a", None: 1}, `{"ant":"a","zebra":1}`},
		"Omitted":    {"tags count", tagged{}, `{"zebra":0}`},
		"Bytewise":   {"keys are in the order of their bytes", map[string]int{"b": 1, "B": 2, "é": 3, "a": 4, "_": 5}, `{"B":2,"_":5,"a":4,"b":1,"é":3}`},
		"IntKeys":    {"keys are text", map[int]bool{10: true, 9: false}, `{"10":true,"9":false}`},
		"HTML":       {"nothing is escaped for HTML", "<a href=\"x\">&</a>", `"<a href=\"x\">&</a>"`},
		"RawHTML":    {"raw HTML is not escaped", json.RawMessage(`"\u003c"`), `"<"`},
		"Numbers":    {"digits stay", json.RawMessage(`[1.50, 1E3, -0, 12345678901234567890, 1e400]`), `[1.50,1E3,-0,12345678901234567890,1e400]`},
		"Large":      {"integers do not become floats", []any{uint64(math.MaxUint64), int64(math.MinInt64)}, `[18446744073709551615,-9223372036854775808]`},
		"Duplicates": {"the last of two counts", json.RawMessage(`{"b":1,"a":2,"b":3}`), `{"a":2,"b":3}`},
		"Text":       {"methods count", time.Unix(0, 0).UTC(), `"1970-01-01T00:00:00Z"`},
		"Empty":      {"empty is not null", map[string]any{"a": []any{}, "b": map[string]any{}, "c": []any(nil)}, `{"a":[],"b":{},"c":null}`},
		"NotUTF8":    {"invalid UTF-8 is marked", "a\xffb", `"a` + "\ufffd" + `b"`},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			compact, err := canonical.CompactJSON(tc.value)
			require.NoError(t, err)
			assert.Equal(t, tc.want, strings.ReplaceAll(string(compact), `\ufffd`, "\ufffd"), tc.reason)

			text, err := canonical.JSON(tc.value)
			require.NoError(t, err)
			var indented bytes.Buffer
			require.NoError(t, json.Indent(&indented, compact, "", "  "))
			if diff := cmp.Diff(indented.String()+"\n", string(text)); diff != "" {
				t.Errorf("both forms are the same but for white space\n-want +got:\n%s", diff)
			}
		})
	}
}

func TestInvalidValuesAreErrors(t *testing.T) {
	t.Parallel()
	type link struct{ Next *link }
	circle := &link{}
	circle.Next = circle
	list := []any{nil}
	list[0] = list
	table := map[string]any{}
	table["self"] = table
	deep := json.RawMessage(strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000))
	tests := map[string]struct {
		reason string
		value  any
		want   string
	}{
		"NaN":        {"it is no number", math.NaN(), "float64"},
		"Infinity":   {"it is no number", map[string]any{"a": math.Inf(-1)}, "map[string]interface {}"},
		"Pointers":   {"there is no end", circle, "*canonical_test.link"},
		"List":       {"there is no end", list, "[]interface {}"},
		"Map":        {"there is no end", table, "map[string]interface {}"},
		"Channel":    {"it is no value", make(chan int), "chan int"},
		"Function":   {"it is no value", func() {}, "func()"},
		"BadNumber":  {"a number has digits", json.Number("1,5"), "json.Number"},
		"BadRaw":     {"a text must be one", json.RawMessage(`{"a":`), "json.RawMessage"},
		"Deep":       {"nesting has a limit", deep, "json.RawMessage"},
		"ComplexKey": {"a key is text", map[[2]int]int{{1, 2}: 3}, "map[[2]int]int"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for format, write := range map[string]func(any) ([]byte, error){
				"JSON": canonical.JSON, "compact": canonical.CompactJSON, "YAML": canonical.YAML,
			} {
				text, err := write(tc.value)
				require.ErrorContains(t, err, "encode "+tc.want+" as ", "%s: %s", format, tc.reason)
				assert.Empty(t, text)
			}
		})
	}
}

// value draws anything that JSON has.
func value() *rapid.Generator[any] {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ \n\t#:\-a"'|>&*!%@]{0,12}`),
		rapid.SampledFrom([]string{"no", "1.33", "0x1f", "~", "<<", "1_000", "12:30:45", "2012-10-17", "=", "a: b", "a #b", "- a"}))
	scalar := rapid.OneOf(
		rapid.Just[any](nil), rapid.Bool().AsAny(), rapid.Int64().AsAny(), rapid.Uint64().AsAny(), text.AsAny(),
		rapid.Float64().Filter(func(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }).AsAny(),
		rapid.Map(rapid.StringMatching(`-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?`),
			func(s string) any { return json.Number(s) }),
	)
	deeper := scalar
	for range 3 {
		inner := deeper
		deeper = rapid.OneOf(scalar, rapid.SliceOfN(inner, 0, 4).AsAny(), rapid.MapOfN(text, inner, 0, 4).AsAny())
	}
	return deeper
}

func decode(t require.TestingT, text []byte) any {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var v any
	require.NoError(t, decoder.Decode(&v))
	return v
}

func TestJSONIsIdempotent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := value().Draw(t, "value")
		for _, write := range []func(any) ([]byte, error){canonical.JSON, canonical.CompactJSON} {
			once, err := write(v)
			require.NoError(t, err)
			again, err := write(decode(t, once))
			require.NoError(t, err)
			require.Equal(t, string(once), string(again))
			raw, err := write(json.RawMessage(once))
			require.NoError(t, err)
			require.Equal(t, string(once), string(raw))
		}
	})
}

// FuzzJSON writes any JSON text again.
func FuzzJSON(f *testing.F) {
	f.Add(`{"b":[1.50,1E3],"a":"<\u2028>","a":null}`)
	f.Add(`"\ud800"`)
	f.Fuzz(func(t *testing.T, text string) {
		once, err := canonical.JSON(json.RawMessage(text))
		if err != nil {
			return
		}
		again, err := canonical.JSON(decode(t, once))
		require.NoError(t, err)
		require.Equal(t, string(once), string(again))
	})
}
