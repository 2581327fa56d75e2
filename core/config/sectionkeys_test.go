package config_test

import (
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
)

// TestKeysCloseToSections: a key that nothing reads would leave a module without its configuration.
func TestKeysCloseToSections(t *testing.T) {
	t.Parallel()
	const inside = `shop.moed: unknown key, did you mean "mode"?`
	tests := map[string]struct {
		reason, text string
		want         []string
	}{
		"Letter": {
			"a letter is missing, and the values below are checked as well", "config:\n  ashlr:shop: { moed: fast }\n",
			[]string{`Pulumi.dev.yaml:2:3: ashlr:shop: not a section, did you mean "ashlar:shop"?`, "Pulumi.dev.yaml:2:17: " + inside},
		},
		"Swapped":     {"two letters are swapped", "config:\n  ahslar:shop: {}\n", []string{`Pulumi.dev.yaml:2:3: ahslar:shop: not a section, did you mean "ashlar:shop"?`}},
		"Case":        {"another case", "config:\n  Ashlar:shop: {}\n", []string{`Pulumi.dev.yaml:2:3: Ashlar:shop: not a section, did you mean "ashlar:shop"?`}},
		"UpperCase":   {"upper case", "config:\n  ASHLAR:shop: {}\n", []string{`Pulumi.dev.yaml:2:3: ASHLAR:shop: not a section, did you mean "ashlar:shop"?`}},
		"BothWrong":   {"both parts are misspelled", "config:\n  asllar:shpo: {}\n", []string{`Pulumi.dev.yaml:2:3: asllar:shpo: not a section, did you mean "ashlar:shop"?`}},
		"Unknown":     {"any section of such a namespace", "config:\n  ashlars:other: {}\n", []string{`Pulumi.dev.yaml:2:3: ashlars:other: not a section, did you mean "ashlar:other"?`}},
		"Dot":         {"another separator", "config:\n  ashlar.shop: {}\n", []string{`Pulumi.dev.yaml:2:3: project:ashlar.shop: not a section, did you mean "ashlar:shop"?`}},
		"Slash":       {"a slash", "config:\n  ashlar/shop: {}\n", []string{`Pulumi.dev.yaml:2:3: project:ashlar/shop: not a section, did you mean "ashlar:shop"?`}},
		"Underscore":  {"an underscore and a slip", "config:\n  ashlr_shop: {}\n", []string{`Pulumi.dev.yaml:2:3: project:ashlr_shop: not a section, did you mean "ashlar:shop"?`}},
		"Nested":      {"a map of sections", "config:\n  ashlar:\n    shop: { moed: fast }\n", []string{`Pulumi.dev.yaml:3:5: ashlar.shop: a section is a key of its own: write ashlar:shop`, "Pulumi.dev.yaml:3:13: " + inside}},
		"Section":     {"a misspelled section", "config:\n  ashlar:shp: { moed: fast }\n", []string{`Pulumi.dev.yaml:2:3: shp: unknown section, did you mean "shop"?`, "Pulumi.dev.yaml:2:17: " + inside}},
		"Text":        {"a section that is a text", "config:\n  ashlar:shop: \"\"\n", nil},
		"JSON":        {"a section that is JSON in a text", "config:\n  ashlar:shop: '{\"mode\":\"fast\"}'\n", nil},
		"NotNested":   {"a section outside config", "ashlar:shop: { moed: fast }\n", []string{`Pulumi.dev.yaml:1:1: ashlar:shop: write ashlar:shop under config`, "Pulumi.dev.yaml:1:16: " + inside}},
		"Outside":     {"config is misspelled", "confg:\n  ashlar:shop: { moed: fast }\n", []string{`Pulumi.dev.yaml:2:3: confg: the engine does not read confg, so ashlar:shop has no effect: write it under config`, "Pulumi.dev.yaml:2:18: " + inside}},
		"BothPresent": {"a slip next to the right key is not merged into it", "config:\n  ashlar:shop: { mode: fast }\n  ashlr:shop: { moed: fast }\n", []string{`Pulumi.dev.yaml:3:3: ashlr:shop: not a section, did you mean "ashlar:shop"?`}},
		"Others":      {"other namespaces, and keys of the project", "config:\n  aws:region: eu-west-1\n  kubernetes:context: x\n  project:shop: {}\n  shop: {}\n  ashlar-shop-x9: y\n  astral:shop: {}\n  atlas:shop: {}\n", nil},
		"LongKey":     {"Pulumi's former form of a key", "config:\n  ashlar:config:shop: { moed: fast }\n", []string{"Pulumi.dev.yaml:2:25: " + inside}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			load(t, tc.text, func(_ *config.Manager, err error) {
				assert.Equal(t, tc.want, findings(t, err), tc.reason)
			})
		})
	}
}

// TestKeysCloseToSectionsWithoutAFile: the engine alone has the keys of an environment.
func TestKeysCloseToSectionsWithoutAFile(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"ashlr:shop", "ashlaar:shop", "ahslar:shop", "Ashlar:shop", "project:ashlar.shop"} {
		err := pulumi.RunErr(func(ctx *pulumi.Context) error {
			_, err := config.Load(ctx, []config.Section{config.NewSection[shop]("shop", nil)},
				config.WithStackFile(filepath.Join(t.TempDir(), "Pulumi.dev.yaml")))
			assert.Equal(t, []string{
				`` + key + `: not a section, did you mean "ashlar:shop"?`,
				`shop.moed: unknown key, did you mean "mode"?`,
			}, findings(t, err))
			return nil
		}, pulumi.WithMocks("project", "dev", noMocks{}), func(info *pulumi.RunInfo) {
			info.Config = map[string]string{key: `{"moed":"fast"}`}
		})
		require.NoError(t, err)
	}
}

func TestMisspelledSectionsOfOtherFilesAreChecked(t *testing.T) {
	t.Parallel()
	loadFiles(t, files{"project/ashlar.yaml": "shp: { moed: fast, tokens: { a: { secure: x } } }\n"}, func(_ *config.Manager, err error) {
		assert.Equal(t, []string{
			`ashlar.yaml:1:1 (project): shp: unknown section, did you mean "shop"?`,
			`ashlar.yaml:1:8 (project): shop.moed: unknown key, did you mean "mode"?`,
			`ashlar.yaml:1:33 (project): shop.tokens.a: encrypted values are only supported in the stack's configuration: ` +
				`move it there with pulumi config set --path --secret 'ashlar:shop.tokens.a'`,
		}, findings(t, err))
	})
}

// TestUnreadableFilesDoNotHideOtherProblems: only what may be in the file is not reported as missing.
func TestUnreadableFilesDoNotHideOtherProblems(t *testing.T) {
	t.Parallel()
	loadFiles(t, files{
		"project/ashlar.yaml": "shop: [\n",
		stackFile:             "config:\n  ashlar:shop: { moed: fast, apps: { web: { replicas: many, peer: apo } } }\n  ashlar:shp: {}\n",
	}, func(_ *config.Manager, err error) {
		got := findings(t, err)
		require.Len(t, got, 4)
		assert.Equal(t, []string{
			`Pulumi.dev.yaml:2:18: shop.moed: unknown key, did you mean "mode"?`,
			`Pulumi.dev.yaml:2:55: shop.apps.web.replicas: expected an integer, found the string "many"`,
			`Pulumi.dev.yaml:3:3: shp: unknown section, did you mean "shop"?`,
		}, got[:3])
		assert.Contains(t, got[3], "ashlar.yaml:1")
	})
}
