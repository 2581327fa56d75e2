package config_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
)

// scalars has a place for each kind of scalar.
type scalars struct {
	Env    pulumi.StringMapInput   `pulumi:"env"`
	Tags   map[string]string       `pulumi:"tags"`
	IDs    []string                `pulumi:"ids"`
	More   pulumi.StringArrayInput `pulumi:"more"`
	Text   string                  `pulumi:"text"`
	Input  pulumi.StringInput      `pulumi:"input"`
	Count  *int                    `pulumi:"count"`
	Number pulumi.IntInput         `pulumi:"number"`
	Ratio  *float64                `pulumi:"ratio"`
	On     *bool                   `pulumi:"on"`
	Any    map[string]any          `pulumi:"any"`
}

// TestScalarsThatAreNoStrings: what the file has is shown, in both layers, because quoting anything else would be wrong.
func TestScalarsThatAreNoStrings(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ reason, literal, found string }{
		"Date":          {"a date", "2026-11-01", "the date 2026-11-01"},
		"Time":          {"a time", "2026-11-01T10:00:00Z", "the date 2026-11-01T10:00:00Z"},
		"Octal":         {"an account ID with a leading zero", "012345670123", "the number 012345670123"},
		"NotOctal":      {"and one that is not octal", "012345678901", "the number 012345678901"},
		"OctalPrefix":   {"another octal number", "0o17", "the number 0o17"},
		"Version":       {"a version", "1.30", "the number 1.30"},
		"Hexadecimal":   {"a hexadecimal number", "0x1F", "the number 0x1F"},
		"Binary":        {"a binary number", "0b11", "the number 0b11"},
		"Underscores":   {"digits in groups", "1_000", "the number 1_000"},
		"Exponent":      {"a hash with an e", "1e3", "the number 1e3"},
		"Large":         {"more digits than a number keeps", "123456789012345678901234567890", "the number 123456789012345678901234567890"},
		"BeyondFloat":   {"an integer that is not exact", "9007199254740993", "the number 9007199254740993"},
		"Signed":        {"a sign", "+1", "the number +1"},
		"NegativeZero":  {"a negative zero", "-0", "the number -0"},
		"Dot":           {"a number that starts with a dot", ".5", "the number .5"},
		"TrailingDot":   {"a number that ends with a dot", "5.", "the number 5."},
		"True":          {"a boolean", "true", "true"},
		"False":         {"another spelling", "FALSE", "FALSE"},
		"PlainNumber":   {"a plain number", "80", "the number 80"},
		"Infinity":      {"infinity", ".inf", "the unsupported number .inf"},
		"NotANumber":    {"not a number", ".NaN", "the unsupported number .NaN"},
		"TaggedInteger": {"a tag", "!!int 7", "the number 7"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, place := range []string{"env: { A: %s }", "tags: { A: %s }", "ids: [%s]", "more: [%s]", "text: %s", "input: %s"} {
				text := strings.Replace(place, "%s", tc.literal, 1)
				want := ": expected a string, found " + tc.found + ": write it in quotes"
				sections := []config.Section{config.NewSection[scalars]("app", nil)}
				if !strings.HasPrefix(tc.found, "the unsupported") { // The engine cannot read these.
					loadSections(t, "config:\n  ashlar:app: { "+text+" }\n", sections, func(_ *config.Manager, err error) {
						got := findings(t, err)
						require.Len(t, got, 1, "%s: %s", tc.reason, text)
						assert.Regexp(t, `^Pulumi\.dev\.yaml:2:\d+: app\.`, got[0])
						assert.True(t, strings.HasSuffix(got[0], want), "%s: %s: %s", tc.reason, text, got[0])
					})
				}
				loadFilesOf(t, files{"project/ashlar.yaml": "app: { " + text + " }\n"}, sections, func(_ *config.Manager, err error) {
					got := findings(t, err)
					require.Len(t, got, 1, "%s: %s", tc.reason, text)
					assert.Regexp(t, `^ashlar\.yaml:1:\d+ \(project\): app\.`, got[0])
					assert.True(t, strings.HasSuffix(got[0], want), "%s: %s: %s", tc.reason, text, got[0])
				})
			}
		})
	}
}

// TestStringsAreTakenAsTheyStand: in quotes, and as the words that YAML 1.2 has as strings.
func TestStringsAreTakenAsTheyStand(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`"2026-11-01"`, `'0123'`, `"1.30"`, `"0x1F"`, `"1_000"`, `"1e3"`, `"true"`, `"null"`, `"~"`, `""`, `".inf"`, "yes", "no", "on",
		"off", "y", "1.2.3", "10.0.0.0/16", "2026-11", "12:30", "1.30-alpine", `"2026-11-01 00:00:00 +0000 UTC"`,
		"!!str 0123", "nul", "0xyz", "1__a",
	} {
		want := strings.TrimPrefix(strings.Trim(text, `"'`), "!!str ")
		check := func(m *config.Manager, err error) {
			require.NoError(t, err, text)
			s, err := config.Get[*scalars](m, "app")
			require.NoError(t, err)
			assert.Equal(t, want, s.Tags["A"], text)
			assert.Equal(t, pulumi.String(want), s.Env.(pulumi.StringMap)["A"], text)
		}
		content := "{ tags: { A: " + text + " }, env: { A: " + text + " } }\n"
		sections := []config.Section{config.NewSection[scalars]("app", nil)}
		loadSections(t, "config:\n  ashlar:app: "+content, sections, check)
		loadFilesOf(t, files{"project/ashlar.yaml": "app: " + content}, sections, check)
	}
}

func TestOtherScalarsThatAreConverted(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ reason, text, want string }{
		"OctalInteger":   {"not the number that it seems to be", "count: 010", "app.count: found the number 010: write 8"},
		"HexInteger":     {"the input too", "number: 0x10", "app.number: found the number 0x10: write 16"},
		"Groups":         {"groups of digits", "count: 1_000", "app.count: found the number 1_000: write 1000"},
		"Exponent":       {"a whole number", "count: 1e3", "app.count: found the number 1e3: write 1000"},
		"Fraction":       {"without a fraction", "count: 5.0", "app.count: found the number 5.0: write 5"},
		"NotWhole":       {"not an integer", "count: 1.5", "app.count: expected an integer, found the number 1.5"},
		"Date":           {"a date as a number", "count: 2026-11-01", "app.count: expected an integer, found the date 2026-11-01"},
		"String":         {"a string as a number", `count: "5"`, `app.count: expected an integer, found the string "5": write it without quotes`},
		"Word":           {"a word as a boolean", "on: yes", `app.on: expected a boolean, found the string "yes": write true`},
		"QuotedWord":     {"in quotes", `on: "yes"`, `app.on: expected a boolean, found the string "yes": write true, without quotes`},
		"One":            {"a number as a boolean", "on: 1", "app.on: expected a boolean, found the number 1"},
		"Ratio":          {"another form", "ratio: 0x1F", "app.ratio: found 0x1F, which YAML reads as the number 31: write 31"},
		"AnyDate":        {"JSON has no dates", "any: { Version: 2012-10-17 }", "app.any.Version: expected a string, found the date 2012-10-17: write it in quotes"},
		"AnyOctal":       {"a string or a number", "any: { a: [{ id: 0123 }] }", `app.any.a[0].id: found 0123, which YAML reads as the number 83: write 83, or "0123" in quotes for a string`},
		"AnyLarge":       {"numbers of the engine have 64 bits", "any: { id: 12345678901234567 }", "app.any.id: the number 12345678901234567 has too many digits to be exact: write it in quotes"},
		"Null":           {"null in a map of strings", "tags: { A: null }", `app.tags.A: expected a string, found null: write it in quotes, "null", or remove the key`},
		"Tilde":          {"another null", "env: { HOME: ~ }", `app.env.HOME: expected a string, found ~: write it in quotes, "~", or remove the key`},
		"NoValue":        {"no value", "env: { DEBUG: }", `app.env.DEBUG: no value: write "" for an empty string, or remove the key`},
		"ListNull":       {"null in a list", "ids: [null]", "app.ids[0]: expected a string, found nothing"},
		"UnquotedFormat": {"where text is right as it stands", "text: yes, count: 5, ratio: 1.50, on: true, any: { a: 1.5, b: true, c: x, d: null }, ids: [], env:", ""},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sections := []config.Section{config.NewSection[scalars]("app", nil)}
			check := func(_ *config.Manager, err error) {
				got := findings(t, err)
				if tc.want == "" {
					assert.Empty(t, got, tc.reason)
					return
				}
				require.Len(t, got, 1, tc.reason)
				_, message, _ := strings.Cut(got[0], ": ")
				assert.Equal(t, tc.want, message, tc.reason)
			}
			loadSections(t, "config:\n  ashlar:app: { "+tc.text+" }\n", sections, check)
			loadFilesOf(t, files{"project/ashlar.yaml": "app: { " + tc.text + " }\n"}, sections, check)
		})
	}
}

// TestScalarsOfTheEngineAlone: without a file, the text is not known.
func TestScalarsOfTheEngineAlone(t *testing.T) {
	t.Parallel()
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		_, err := config.Load(ctx, []config.Section{config.NewSection[scalars]("app", nil)},
			config.WithStackFile(filepath.Join(t.TempDir(), "Pulumi.dev.yaml")))
		assert.Equal(t, []string{
			`app.env.A: expected a string, found a number, which the engine passes as 83: put quotes around it in the file`,
			`app.env.B: found "2026-11-01 00:00:00 +0000 UTC", which is how the engine passes a date that is not in quotes: write the date in quotes`,
			`app.tags.C: expected a string, found true: put quotes around it in the file`,
			`app.tags.D: no value: write "" for an empty string, or remove the key`,
		}, findings(t, err))
		return nil
	}, pulumi.WithMocks("project", "dev", noMocks{}), func(info *pulumi.RunInfo) {
		info.Config = map[string]string{
			"ashlar:app": `{"env":{"A":83,"B":"2026-11-01 00:00:00 +0000 UTC"},"tags":{"C":true,"D":null}}`,
		}
	})
	require.NoError(t, err)
}

func TestKeysThatAreNoStrings(t *testing.T) {
	t.Parallel()
	loadFilesOf(t, files{"project/ashlar.yaml": "app:\n  tags: { 012345678901: a, 2026-11-01: b, true: c, ok: d, \"1\": e }\n"},
		[]config.Section{config.NewSection[scalars]("app", nil)}, func(_ *config.Manager, err error) {
			assert.Equal(t, []string{
				"ashlar.yaml:2:11 (project): the key 012345678901 is not a string: write it in quotes",
				"ashlar.yaml:2:28 (project): the key 2026-11-01 is not a string: write it in quotes",
				"ashlar.yaml:2:43 (project): the key true is not a string: write it in quotes",
			}, findings(t, err))
		})
}
