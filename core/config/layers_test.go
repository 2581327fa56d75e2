package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// files is the content of a folder with a project, by relative path.
type files map[string]string

const stackFile = "project/Pulumi.dev.yaml"

// loadFiles writes a project and reads it the way a program does.
func loadFiles(t *testing.T, content files, check func(*config.Manager, error)) {
	t.Helper()
	loadFilesOf(t, content, []config.Section{config.NewSection[shop]("shop", nil)}, check)
}

func writeFiles(t *testing.T, dir string, content files) {
	t.Helper()
	for name, text := range content {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
}

func loadFilesOf(t *testing.T, content files, sections []config.Section, check func(*config.Manager, error)) {
	t.Helper()
	dir := t.TempDir()
	if _, ok := content["project/Pulumi.yaml"]; !ok {
		content["project/Pulumi.yaml"] = "name: project\nruntime: go\n"
	}
	writeFiles(t, dir, content)
	values, secrets := engineValues(t, content[stackFile])
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		check(config.Load(ctx, sections,
			config.WithStackFile(filepath.Join(dir, filepath.FromSlash(stackFile)))))
		return nil
	}, pulumi.WithMocks("project", "dev", noMocks{}), func(info *pulumi.RunInfo) {
		info.Config, info.ConfigSecretKeys = values, secrets
	})
	require.NoError(t, err)
}

// layered has settings in each layer.
func layered() files {
	return files{
		"acme/defaults.yaml": `shop:
  mode: thorough
  owners: [platform, security]
  apps:
    web: { image: web:1, replicas: 5, labels: { tier: front, team: acme } }
    audit: { image: audit:1 }
  extra: { note: from acme }
`,
		"project/ashlar.yaml": `files: { organization: ../acme/defaults.yaml }
shop:
  owners: [shop]
  apps:
    web: { replicas: 3, labels: { team: shop } }
`,
		stackFile: `config:
  ashlar:shop:
    apps:
      web: { image: web:2 }
      audit:
    extra: { note: }
    tokens: { api: { secure: canary } }
`,
	}
}

func TestLayersAreMerged(t *testing.T) {
	t.Parallel()
	loadFiles(t, layered(), func(m *config.Manager, err error) {
		require.NoError(t, err)
		s, err := config.Get[*shop](m, "shop")
		require.NoError(t, err)
		web := s.Apps["web"]
		assert.Equal(t, pulumi.String("web:2"), web.Image, "the stack overrides")
		assert.Equal(t, 3, *web.Replicas, "then the project")
		assert.Equal(t, map[string]string{"tier": "front", "team": "shop"}, web.Labels, "maps merge")
		assert.Equal(t, []string{"shop"}, s.Owners, "lists are replaced")
		assert.Equal(t, "thorough", s.Mode, "then the organization")
		assert.Equal(t, pulumi.String("audit:1"), s.Apps["audit"].Image, "a map without a value removes nothing")
		assert.Equal(t, 2, *s.Apps["audit"].Replicas, "then the default")
		assert.Equal(t, "none", s.Extra.Note, "an option without a value has its default")
	})
}

func TestExplain(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ reason, path, want string }{
		"Stack": {
			"overridden values are listed from the highest layer down", "shop.apps.web.image",
			`shop.apps.web.image: "web:2" (stack, Pulumi.dev.yaml:4:21)
  overrides "web:1" (organization, ../acme/defaults.yaml:5:19)`,
		},
		"Project": {
			"the default is a layer", "shop.apps.web.replicas",
			`shop.apps.web.replicas: 3 (project, ashlar.yaml:5:22)
  overrides 5 (organization, ../acme/defaults.yaml:5:36)
  overrides 2 (default)`,
		},
		"Default": {"a default has no place", "shop.limits.ratio", `shop.limits.ratio: 0.5 (default)`},
		"Unset":   {"nothing is set", "shop.apps.web.peer", `shop.apps.web.peer: not set`},
		"Back": {
			"a key without a value counts as not set", "shop.extra.note",
			`shop.extra.note: "from acme" (organization, ../acme/defaults.yaml:7:18)
  overrides "none" (default)`,
		},
		"Secret":   {"secrets are masked", "ashlar:shop.tokens.api", `shop.tokens.api: "[secret]" (stack, Pulumi.dev.yaml:7:20)`},
		"Map":      {"so are those within maps", "shop.tokens", `shop.tokens: {"api":"[secret]"} (stack, Pulumi.dev.yaml:7:13)`},
		"List":     {"lists have elements", "shop.owners[0]", `shop.owners[0]: "shop" (project, ashlar.yaml:3:12)`},
		"Files":    {"the files are a section as well", "files.organization", `files.organization: "../acme/defaults.yaml" (project, ashlar.yaml:1:24)`},
		"Embedded": {"fields of embedded structs have paths of their own", `shop.apps["web"].labels.tier`, `shop.apps.web.labels.tier: "front" (organization, ../acme/defaults.yaml:5:55)`},
	}
	loadFiles(t, layered(), func(m *config.Manager, err error) {
		require.NoError(t, err)
		for name, tc := range tests {
			e, err := m.Explain(tc.path)
			require.NoError(t, err, name)
			assert.Equal(t, tc.want, e.String(), "%s: %s", name, tc.reason)
		}
		for path, want := range map[string]string{
			"shop.apps.web.replica":    `explain "shop.apps.web.replica": unknown key "replica" in shop.apps.web, did you mean "replicas"?`,
			"shp.mode":                 `explain "shp.mode": unknown section "shp", did you mean "shop"?`,
			"shop.mode.fast":           `explain "shop.mode.fast": shop.mode has no nested values`,
			"":                         `explain "": expected a path, such as kubernetes.applications.web`,
			"shop[":                    `explain "shop[": `,
			"shop.apps.web.image.more": `explain "shop.apps.web.image.more": shop.apps.web.image has no nested values`,
		} {
			_, err := m.Explain(path)
			require.ErrorContains(t, err, want, path)
		}
	})
}

func TestPrint(t *testing.T) {
	t.Parallel()
	loadFiles(t, layered(), func(m *config.Manager, err error) {
		require.NoError(t, err)
		var b strings.Builder
		require.NoError(t, m.Print(&b))
		assert.Equal(t, `files:
    organization: ../acme/defaults.yaml # project, ashlar.yaml:1:24
shop:
    mode: thorough # organization, ../acme/defaults.yaml:2:9
    apps:
        audit:
            image: audit:1 # organization, ../acme/defaults.yaml:6:21
            replicas: 2 # default
        web:
            labels:
                team: shop # project, ashlar.yaml:5:41
                tier: front # organization, ../acme/defaults.yaml:5:55
            image: web:2 # stack, Pulumi.dev.yaml:4:21
            replicas: 3 # project, ashlar.yaml:5:22
    owners:
        - shop # project, ashlar.yaml:3:12
    extra:
        note: none # default
        debug: true # default
    limits:
        ratio: 0.5 # default
    tokens:
        api: '[secret]' # stack, Pulumi.dev.yaml:7:20
`, b.String())
	})
}

func TestProblemsOfAllLayers(t *testing.T) {
	t.Parallel()
	content := layered()
	content["project/ashlar.yaml"] += "    api: { replicas: many, image: { secure: canary } }\nshp: {}\n"
	content["acme/defaults.yaml"] += "  moed: fast\nfiles: { project: x }\nlogs: {}\n"
	content[stackFile] += "    limits: { ratio: half }\n"
	loadFiles(t, content, func(_ *config.Manager, err error) {
		require.ErrorIs(t, err, failure.Configuration)
		assert.Equal(t, []string{
			`Pulumi.dev.yaml:8:22: shop.limits.ratio: expected a number, found the string "half"`,
			`ashlar.yaml:6:22 (project): shop.apps.api.replicas: expected an integer, found the string "many"`,
			`ashlar.yaml:6:35 (project): shop.apps.api.image: encrypted values are only supported in the stack's configuration: ` +
				`move it there with pulumi config set --path --secret 'ashlar:shop.apps.api.image'`,
			`ashlar.yaml:7:1 (project): shp: unknown section, did you mean "shop"?`,
			`../acme/defaults.yaml:8:3 (organization): shop.moed: unknown key, did you mean "mode"?`,
			`../acme/defaults.yaml:9:1 (organization): files: only the stack's configuration and the project's file set the files: remove this`,
			`../acme/defaults.yaml:10:1 (organization): logs: unknown section, expected one of: files, shop`,
		}, findings(t, err))
	})
}

func TestFilesOfTheLayers(t *testing.T) {
	t.Parallel()
	const one = "config:\n  ashlar:shop: { mode: fast }\n"
	tests := map[string]struct {
		reason string
		files  files
		want   []string
	}{
		"NoProjectFile": {"the project's file may be missing", files{stackFile: one}, nil},
		"NoStackFile":   {"the stack's file may be missing", files{"project/ashlar.yaml": "shop: { mode: fast }"}, nil},
		"Empty":         {"files may be empty", files{stackFile: "", "project/ashlar.yaml": ""}, nil},
		"Comments":      {"files may have only comments", files{stackFile: "# nothing\n", "project/ashlar.yaml": "# nothing\n---\n"}, nil},
		"Windows": {
			"byte order marks and carriage returns are supported",
			files{stackFile: "\uFEFFconfig:\r\n  ashlar:shop:\r\n    mode: fast\r\n", "project/ashlar.yaml": "\uFEFFshop:\r\n  owners: [a]\r\n"}, nil,
		},
		"NamedProjectFile": {
			"the stack may name another project file",
			files{stackFile: one + "  ashlar:files: { project: ../shared.yaml }\n", "shared.yaml": "shop: { moed: fast }\n"},
			[]string{`../shared.yaml:1:9 (project): shop.moed: unknown key, did you mean "mode"?`},
		},
		"NamedFilesMissing": {
			"a named file must exist",
			files{stackFile: "config:\n  ashlar:files: { project: a.yaml, organization: b.yaml }\n"},
			[]string{
				`Pulumi.dev.yaml:2:28: files.project: file a.yaml not found`,
				`Pulumi.dev.yaml:2:50: files.organization: file b.yaml not found`,
			},
		},
		"Folder": {
			"a folder is not a file",
			files{stackFile: "config:\n  ashlar:files: { organization: ../acme }\n", "acme/x": ""},
			[]string{`../acme (organization): a directory: expected a file`},
		},
		"ProjectNamesProject": {
			"a project's file cannot name itself",
			files{stackFile: one, "project/ashlar.yaml": "files: { project: x }\n"},
			[]string{`ashlar.yaml:1:10 (project): files.project: only the stack's configuration sets the project's file: remove this`},
		},
		"NotAMap": {
			"a file is a map of sections",
			files{stackFile: one, "project/ashlar.yaml": "- shop\n"},
			[]string{`ashlar.yaml:1:1 (project): expected a map of sections, such as kubernetes, found a list`},
		},
		"StackShape": {
			"a file does not have the structure of a stack's file",
			files{stackFile: one, "project/ashlar.yaml": "config:\n  ashlar:shop: {}\nashlar:shop: {}\n"},
			[]string{
				`ashlar.yaml:1:1 (project): config: sections are top-level keys of this file: remove config and the namespace ashlar`,
				`ashlar.yaml:3:1 (project): ashlar:shop: sections of this file have no namespace: write shop`,
			},
		},
		"Duplicates": {
			"every duplicate key is found",
			files{stackFile: one, "project/ashlar.yaml": "shop:\n  mode: fast\n  owners: []\n  mode: thorough\nshop: {}\n"},
			[]string{
				`ashlar.yaml:4:3 (project): duplicate key "mode", first defined in line 2`,
				`ashlar.yaml:5:1 (project): duplicate key "shop", first defined in line 1`,
			},
		},
		"Deep": {
			"nesting has a limit",
			files{stackFile: one, "project/ashlar.yaml": "shop: " + strings.Repeat("[", 100) + strings.Repeat("]", 100) + "\n"},
			[]string{`ashlar.yaml:1:70 (project): nested more than 64 levels deep`},
		},
		"Latin1": {
			"other encodings are rejected with the position of the first byte",
			files{stackFile: one, "project/ashlar.yaml": "shop:\n  owners: [\"\u00e9t\xe9\"]\n"},
			[]string{`ashlar.yaml:2:15 (project): not UTF-8: save the file as UTF-8`},
		},
		"Syntax": {
			"a syntax error has a line, and quotes nothing of the file",
			files{stackFile: one, "project/ashlar.yaml": "shop:\n  mode: fast\n owners: [a]\n"},
			[]string{`ashlar.yaml:2 (project): not valid YAML: did not find expected key`},
		},
		"Documents": {
			"one document per file",
			files{stackFile: one, "project/ashlar.yaml": "shop: {}\n---\nshop: {}\n"},
			[]string{`ashlar.yaml:2:1 (project): several YAML documents: write one document per file`},
		},
		"Numbers": {
			"numbers are those of JSON",
			files{stackFile: one, "project/ashlar.yaml": "shop: { limits: { ratio: .inf } }\n"},
			[]string{`ashlar.yaml:1:26 (project): shop.limits.ratio: expected a number, found the unsupported number .inf`},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			loadFiles(t, tc.files, func(_ *config.Manager, err error) {
				if tc.want == nil {
					require.NoError(t, err, tc.reason)
					return
				}
				assert.Equal(t, tc.want, findings(t, err), tc.reason)
			})
		})
	}
}
