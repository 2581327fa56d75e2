package config_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	resourceconfig "github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/ashlar-iac/ashlar/core/config"
)

// shop is a section with fields of all kinds.
type shop struct {
	Enabled bool                  `pulumi:"enabled"`
	Mode    string                `pulumi:"mode" jsonschema:"enum=fast,enum=thorough,default=fast"`
	Apps    config.Named[app]     `pulumi:"apps"`
	Owners  []string              `pulumi:"owners"`
	Extra   *extra                `pulumi:"extra"`
	Limits  limits                `pulumi:"limits"`
	Tokens  pulumi.StringMapInput `pulumi:"tokens"`
}

type app struct {
	common
	Image    pulumi.StringInput `pulumi:"image" jsonschema:"required,minLength=1"`
	Replicas *int               `pulumi:"replicas" jsonschema:"default=2,minimum=0,maximum=100"`
	Peer     string             `pulumi:"peer"`
	Version  string             `pulumi:"version"`
}

type common struct {
	Labels map[string]string `pulumi:"labels"`
}

type extra struct {
	Note  string `pulumi:"note" jsonschema:"default=none"`
	Debug *bool  `pulumi:"debug" jsonschema:"default=true"`
}

type limits struct {
	Ratio *float64 `pulumi:"ratio" jsonschema:"default=0.5"`
}

// Validate checks a reference from one entry to another.
func (s *shop) Validate(report *config.Report) {
	for name, a := range s.Apps {
		if _, ok := s.Apps[a.Peer]; a.Peer != "" && !ok {
			var known []string
			for k := range s.Apps {
				known = append(known, k)
			}
			report.Add([]string{"apps", name, "peer"}, "unknown app %q, %s", a.Peer, config.Suggest(a.Peer, known))
		}
	}
}

type noMocks struct{}

func (noMocks) NewResource(a pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	return a.Name, a.Inputs, nil
}

func (noMocks) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) { return nil, nil }

// load writes a stack file and reads it the way a program does: the engine
// hands over the same values, decrypted.
func load(t *testing.T, text string, check func(*config.Manager, error)) {
	t.Helper()
	loadSections(t, text, []config.Section{config.NewSection[shop]("shop", nil)}, check)
}

func loadSections(t *testing.T, text string, sections []config.Section, check func(*config.Manager, error)) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "Pulumi.dev.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	values, secrets := engineValues(t, text)
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		check(config.Load(ctx, sections, config.WithStackFile(path)))
		return nil
	}, pulumi.WithMocks("project", "dev", noMocks{}), func(info *pulumi.RunInfo) {
		info.Config, info.ConfigSecretKeys = values, secrets
	})
	require.NoError(t, err)
}

// engineValues reads and decrypts like the engine: {secure: x} becomes "plain-x".
func engineValues(t *testing.T, text string) (values map[string]string, secrets []string) {
	t.Helper()
	var file struct {
		Config map[string]resourceconfig.Value `yaml:"config"`
	}
	if err := yaml.Unmarshal([]byte(text), &file); err != nil {
		return nil, nil
	}
	values = map[string]string{}
	for key, value := range file.Config {
		text, err := value.Value(decrypter{})
		require.NoError(t, err)
		if !strings.Contains(key, ":") {
			key = "project:" + key
		}
		if parsed, err := resourceconfig.ParseKey(key); err == nil {
			key = parsed.String()
		}
		values[key] = text
		if value.Secure() {
			secrets = append(secrets, key)
		}
	}
	return values, secrets
}

type decrypter struct{}

func (decrypter) DecryptValue(_ context.Context, text string) (string, error) {
	return "plain-" + text, nil
}

func (d decrypter) BatchDecrypt(_ context.Context, texts []string) ([]string, error) {
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = "plain-" + text
	}
	return out, nil
}

func findings(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	var invalid *config.Error
	require.ErrorAs(t, err, &invalid)
	var out []string
	for _, f := range invalid.Findings {
		out = append(out, f.String())
	}
	return out
}

func TestLoadDecodesWithDefaults(t *testing.T) {
	t.Parallel()
	load(t, `
config:
  ashlar:shop:
    enabled: true
    owners: [a, b]
    extra: { note: hi }
    apps:
      web: { image: "web:1", labels: { tier: front } }
      api: { image: "api:1", replicas: 0, peer: web }
`, func(m *config.Manager, err error) {
		require.NoError(t, err)
		s, err := config.Get[*shop](m, "shop")
		require.NoError(t, err)
		assert.True(t, s.Enabled)
		assert.Equal(t, "fast", s.Mode, "a default")
		assert.Equal(t, []string{"a", "b"}, s.Owners)
		assert.True(t, *s.Extra.Debug, "a default in a nested struct")
		assert.InDelta(t, 0.5, *s.Limits.Ratio, 0, "a default in a section that is not there")
		assert.Equal(t, pulumi.String("web:1"), s.Apps["web"].Image)
		assert.Equal(t, 2, *s.Apps["web"].Replicas)
		assert.Equal(t, 0, *s.Apps["api"].Replicas, "an explicit zero is not replaced by the default")
		assert.Equal(t, map[string]string{"tier": "front"}, s.Apps["web"].Labels, "a field of an embedded struct")
	})
}

func TestLoadWithoutSettingsReturnsDefaults(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"EmptyFile":    "",
		"CommentsOnly": "# nothing\n",
		"EmptySection": "config:\n  ashlar:shop:\n",
		"OtherKeys":    "config:\n  other:key: value\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			load(t, text, func(m *config.Manager, err error) {
				require.NoError(t, err)
				s, err := config.Get[*shop](m, "shop")
				require.NoError(t, err)
				assert.Equal(t, "fast", s.Mode)
			})
		})
	}
}

func TestKeysWithoutAValue(t *testing.T) {
	t.Parallel()
	load(t, `config:
  ashlar:shop:
    mode:
    owners:
    extra:
    tokens:
    apps:
      web: { image: "web:1", replicas: , labels: }
`, func(m *config.Manager, err error) {
		require.NoError(t, err)
		s, err := config.Get[*shop](m, "shop")
		require.NoError(t, err)
		assert.Equal(t, "fast", s.Mode, "a scalar without a value has its default")
		assert.Empty(t, s.Owners)
		assert.Equal(t, "none", s.Extra.Note, "a map without a value is an empty map")
		assert.Equal(t, 2, *s.Apps["web"].Replicas)
	})
	load(t, `config:
  ashlar:shop:
    apps:
      web:
`, func(_ *config.Manager, err error) {
		assert.Equal(t, []string{"Pulumi.dev.yaml:4:7: shop.apps.web.image: required, but missing"}, findings(t, err))
	})
}

// TestLoadReportsEverythingAtOnce loads a file with many mistakes.
func TestLoadReportsEverythingAtOnce(t *testing.T) {
	t.Parallel()
	const text = `config:
  ashlar:shop:
    enabled: "yes"
    mode: fats
    apps:
      web:
        image: web:1
        replica: 3
      Bad_Name: { image: x:1 }
      api:
        replicas: two
        version: 1.30
      db: { image: db:1, replicas: 101 }
    owners: one
    colour: red
  ashlar:shopp:
    enabled: true
`
	want := []string{
		`Pulumi.dev.yaml:3:14: shop.enabled: expected a boolean, found the string "yes": write true, without quotes`,
		`Pulumi.dev.yaml:4:11: shop.mode: unknown value "fats", did you mean "fast"? Expected one of fast, thorough`,
		`Pulumi.dev.yaml:8:9: shop.apps.web.replica: unknown key, did you mean "replicas"?`,
		`Pulumi.dev.yaml:9:7: shop.apps.Bad_Name: not a valid name: use lower case letters, digits and "-", ` +
			`start with a letter, end with a letter or digit, at most 63 characters; did you mean "bad-name"?`,
		`Pulumi.dev.yaml:10:7: shop.apps.api.image: required, but missing`,
		`Pulumi.dev.yaml:11:19: shop.apps.api.replicas: expected an integer, found the string "two"`,
		`Pulumi.dev.yaml:12:18: shop.apps.api.version: expected a string, found the number 1.30: write it in quotes`,
		`Pulumi.dev.yaml:13:36: shop.apps.db.replicas: expected at most 100, found the number 101`,
		`Pulumi.dev.yaml:14:13: shop.owners: expected a list, found the string "one"`,
		`Pulumi.dev.yaml:15:5: shop.colour: unknown key, expected one of: apps, enabled, extra, limits, mode, owners, tokens`,
		`Pulumi.dev.yaml:16:3: shopp: unknown section, did you mean "shop"?`,
	}
	load(t, text, func(m *config.Manager, err error) {
		require.Nil(t, m)
		if diff := cmp.Diff(want, findings(t, err)); diff != "" {
			t.Errorf("findings (-want +got):\n%s", diff)
		}
		require.ErrorContains(t, err, `invalid configuration of stack "dev": 11 problems:`)
	})
}

func TestFindingsOfValidatorsHavePositions(t *testing.T) {
	t.Parallel()
	load(t, `config:
  ashlar:shop:
    apps:
      web: { image: "web:1", peer: apl }
      api: { image: "api:1" }
`, func(_ *config.Manager, err error) {
		assert.Equal(t, []string{`Pulumi.dev.yaml:4:36: shop.apps.web.peer: unknown app "apl", did you mean "api"?`},
			findings(t, err))
	})
}

func TestLoadFollowsAnchors(t *testing.T) {
	t.Parallel()
	load(t, `config:
  ashlar:shop:
    apps:
      web: &base
        image: web:1
        replicas: -1
      api:
        <<: *base
        peer: web
`, func(_ *config.Manager, err error) {
		assert.Equal(t, []string{
			`Pulumi.dev.yaml:6:19: shop.apps.api.replicas: expected at least 0, found the number -1`,
			`Pulumi.dev.yaml:6:19: shop.apps.web.replicas: expected at least 0, found the number -1`,
		}, findings(t, err))
	})
}

func TestSecretsArriveAsSecretOutputs(t *testing.T) {
	t.Parallel()
	load(t, `config:
  ashlar:shop:
    apps:
      web: { image: { secure: canary } }
    tokens:
      a: { secure: canary }
      b: plain
`, func(m *config.Manager, err error) {
		require.NoError(t, err)
		s, err := config.Get[*shop](m, "shop")
		require.NoError(t, err)
		image := s.Apps["web"].Image.ToStringOutput()
		assert.True(t, pulumi.IsSecret(image))
		assert.True(t, pulumi.IsSecret(s.Tokens.(pulumi.StringMap)["a"].ToStringOutput()))
		assert.Equal(t, pulumi.String("plain"), s.Tokens.(pulumi.StringMap)["b"])
	})
}

func TestSecretsAreRejectedByOptionsThatDoNotKeepThem(t *testing.T) {
	t.Parallel()
	load(t, `config:
  ashlar:shop:
    mode: { secure: canary }
    owners: [{ secure: canary }]
    apps:
      web: { image: "web:1", labels: { x: { secure: canary } } }
`, func(_ *config.Manager, err error) {
		got := findings(t, err)
		require.Len(t, got, 3)
		all := strings.Join(got, "\n")
		assert.NotContains(t, all, "plain-canary", "a secret is never shown")
		assert.Contains(t, all, "Pulumi.dev.yaml:3:11: shop.mode: encrypted, but this option does not keep secrets")
		assert.Contains(t, all, "Pulumi.dev.yaml:4:14: shop.owners[0]: encrypted")
		assert.Contains(t, all, "shop.apps.web.labels.x: encrypted")
	})
}

func TestSecretOfTheWrongTypeIsNotShown(t *testing.T) {
	t.Parallel()
	load(t, `config:
  ashlar:shop:
    enabled: { secure: canary }
`, func(_ *config.Manager, err error) {
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "canary")
		assert.Contains(t, err.Error(), "enabled: encrypted, but this option does not keep secrets")
	})
}

// TestSecretsWithoutTheStackFileAreRejected: which values of a section are encrypted is known from the file alone.
func TestSecretsWithoutTheStackFileAreRejected(t *testing.T) {
	t.Parallel()
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		_, err := config.Load(ctx, []config.Section{config.NewSection[shop]("shop", nil)},
			config.WithStackFile(filepath.Join(t.TempDir(), "Pulumi.dev.yaml")))
		require.ErrorContains(t, err, "shop: encrypted values, but Pulumi.dev.yaml was not found")
		assert.NotContains(t, err.Error(), "canary")
		return nil
	}, pulumi.WithMocks("project", "dev", noMocks{}), func(info *pulumi.RunInfo) {
		info.Config = map[string]string{"ashlar:shop": `{"tokens":{"a":"canary"}}`}
		info.ConfigSecretKeys = []string{"ashlar:shop"}
	})
	require.NoError(t, err)
}

// TestValuesFromOtherSourcesHaveNoPosition: the project's own defaults, for example, are not in the stack's file.
func TestValuesFromOtherSourcesHaveNoPosition(t *testing.T) {
	t.Parallel()
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		_, err := config.Load(ctx, []config.Section{config.NewSection[shop]("shop", nil)},
			config.WithStackFile(filepath.Join(t.TempDir(), "Pulumi.dev.yaml")))
		assert.Equal(t, []string{`shop.moed: unknown key, did you mean "mode"?`}, findings(t, err))
		return nil
	}, pulumi.WithMocks("project", "dev", noMocks{}), func(info *pulumi.RunInfo) {
		info.Config = map[string]string{"ashlar:shop": `{"moed":"fast"}`}
	})
	require.NoError(t, err)
}

func TestSectionThatIsNotAMap(t *testing.T) {
	t.Parallel()
	load(t, "config:\n  ashlar:shop: nonsense\n", func(_ *config.Manager, err error) {
		assert.Equal(t, []string{`Pulumi.dev.yaml:2:16: shop: expected a map, found the string "nonsense"`}, findings(t, err))
	})
}

func TestBrokenFiles(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason, text, want string
	}{
		"NotYAML":  {"the parser's place is shown", "config: [", "Pulumi.dev.yaml"},
		"TooLarge": {"a file is read only up to a limit", "# " + strings.Repeat("x", 1<<20), "exceeds the maximum of 1048576"},
		"Explodes": {"aliases that expand without end are refused", bomb(), "aliases add more than 100000 values"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "Pulumi.dev.yaml")
			require.NoError(t, os.WriteFile(path, []byte(tc.text), 0o600))
			err := pulumi.RunErr(func(ctx *pulumi.Context) error {
				_, err := config.Load(ctx, nil, config.WithStackFile(path))
				require.ErrorContains(t, err, tc.want, tc.reason)
				return nil
			}, pulumi.WithMocks("project", "dev", noMocks{}))
			require.NoError(t, err)
		})
	}
}

// bomb nests aliases so that ten levels of ten make ten thousand million.
func bomb() string {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 10; i++ {
		p := "*a" + string(rune('0'+i-1))
		n := string(rune('0' + i))
		b.WriteString("a" + n + ": &a" + n + " [" + strings.Repeat(p+", ", 9) + p + "]\n")
	}
	return b.String()
}

func TestStackFileIsFoundFromTheWorkingDirectory(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "Pulumi.yaml"),
		[]byte("name: project\nruntime: go\nstackConfigDir: stacks\n"), 0o600))
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "stacks"), 0o700))
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "program"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "stacks", "Pulumi.dev.yaml"),
		[]byte("config:\n  ashlar:shop: { moed: fast }\n"), 0o600))
	t.Chdir(filepath.Join(dir, "program"))
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		_, err := config.Load(ctx, []config.Section{config.NewSection[shop]("shop", nil)})
		assert.Equal(t, []string{`Pulumi.dev.yaml:2:18: shop.moed: unknown key, did you mean "mode"?`}, findings(t, err))
		return nil
	}, pulumi.WithMocks("project", "dev", noMocks{}), func(info *pulumi.RunInfo) {
		info.Config = map[string]string{"ashlar:shop": `{"moed":"fast"}`}
	})
	require.NoError(t, err)
}

func TestGetRejectsOtherTypes(t *testing.T) {
	t.Parallel()
	load(t, "", func(m *config.Manager, err error) {
		require.NoError(t, err)
		_, err = config.Get[*app](m, "shop")
		require.ErrorContains(t, err, `section "shop" is a *config_test.shop`)
		_, err = config.Get[*shop](m, "other")
		require.EqualError(t, err, `section "other" was not loaded, expected one of: files, shop`)
	})
}
