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
)

// loadUsed loads a project whose engine read another text than the file that the program finds.
func loadUsed(t *testing.T, content files, used string, check func(*config.Manager, error)) {
	t.Helper()
	dir := t.TempDir()
	writeFiles(t, dir, content)
	values, secrets := engineValues(t, used)
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		check(config.Load(ctx, []config.Section{config.NewSection[shop]("shop", nil)}))
		return nil
	}, pulumi.WithMocks("project", "dev", noMocks{}), func(info *pulumi.RunInfo) {
		info.Config, info.ConfigSecretKeys, info.RootDirectory = values, secrets, filepath.Join(dir, "project")
	})
	require.NoError(t, err)
}

const projectFile = "name: project\nruntime: go\n"

func TestTheFileHasToSayWhatTheEngineUsed(t *testing.T) {
	t.Parallel()
	const (
		app    = "config:\n  ashlar:shop: { apps: { web: { image: web:1, labels: { TOKEN: placeholder } } } }\n"
		advice = ": with --config-file, set ashlar:files.stack in that file to its own path; otherwise, write the whole " +
			"section in Pulumi.dev.yaml"
	)
	tests := map[string]struct {
		reason, file, used string
		want               []string
	}{
		"Secret": {
			"the file has a placeholder where the other one has a secret",
			"config:\n  ashlar:shop: { tokens: { a: placeholder } }\n",
			"config:\n  ashlar:shop: { tokens: { a: { secure: canary } } }\n",
			[]string{"Pulumi.dev.yaml:2:28: shop.tokens.a: the engine used encrypted values that this file does not have" + advice},
		},
		"SecretNotKept": {
			"an option that does not keep secrets must not get one as plain text", app,
			strings.Replace(app, "TOKEN: placeholder", "TOKEN: { secure: canary }", 1),
			[]string{"Pulumi.dev.yaml:2:57: shop.apps.web.labels.TOKEN: the engine used encrypted values that this file does not have" + advice},
		},
		"AddedSecret": {
			"a secret that the file does not have at all", app,
			"config:\n  ashlar:shop: { apps: { web: { image: web:1, labels: { TOKEN: placeholder } } }, tokens: { a: { secure: canary } } }\n",
			[]string{"Pulumi.dev.yaml:2:3: shop.tokens: the engine used encrypted values that this file does not have" + advice},
		},
		"SamePlainText": {
			"the file has the text of the secret",
			"config:\n  ashlar:shop: { tokens: { a: plain-canary } }\n",
			"config:\n  ashlar:shop: { tokens: { a: { secure: canary } } }\n",
			[]string{
				"Pulumi.dev.yaml:2:3: shop: the engine used encrypted values that this file does not have" + advice,
			},
		},
		"OtherSecret": {
			"the encrypted value is elsewhere",
			"config:\n  ashlar:shop: { tokens: { a: { secure: x }, b: plain-y } }\n",
			"config:\n  ashlar:shop: { tokens: { a: { secure: x }, b: { secure: z } } }\n",
			[]string{"Pulumi.dev.yaml:2:46: shop.tokens.b: the engine used encrypted values that this file does not have" + advice},
		},
		"OnlyTheFileIsSecret": {
			"the engine has plain text",
			"config:\n  ashlar:shop: { tokens: { a: { secure: x } } }\n", "config:\n  ashlar:shop: { tokens: { a: plain-x } }\n",
			[]string{"Pulumi.dev.yaml:2:28: shop.tokens.a: the engine used another value than this file has" + advice},
		},
		"Plain": {
			"plain values differ, all of them are named", "config:\n  ashlar:shop: { mode: fast, owners: [a, b], limits: { ratio: 1 } }\n",
			"config:\n  ashlar:shop: { mode: thorough, owners: [a, c], limits: { ratio: 2 } }\n",
			[]string{"Pulumi.dev.yaml:2:18: shop.mode: the engine used another value than this file has, " +
				"at shop.mode, shop.owners[1], shop.limits.ratio" + advice},
		},
		"Lists": {
			"lists of other lengths", "config:\n  ashlar:shop: { owners: [a, b] }\n", "config:\n  ashlar:shop: { owners: [a] }\n",
			[]string{"Pulumi.dev.yaml:2:18: shop.owners: the engine used another value than this file has" + advice},
		},
		"Missing": {
			"a key that the engine does not have", "config:\n  ashlar:shop: { mode: fast, owners: [a] }\n", "config:\n  ashlar:shop: { mode: fast }\n",
			[]string{"Pulumi.dev.yaml:2:30: shop.owners: the engine used another value than this file has" + advice},
		},
		"MissingSection": {
			"a section that the engine does not have", "config:\n  ashlar:shop: { mode: fast }\n", "config: {}\n",
			[]string{"Pulumi.dev.yaml:2:3: shop: the engine used another value than this file has" + advice},
		},
		"Added": {
			"an environment or the project adds plain values",
			"environment: [dev]\nconfig:\n  ashlar:shop: { mode: fast }\n", "config:\n  ashlar:shop: { mode: fast, owners: [a] }\n", nil,
		},
		"AddedPlainToSecret": {
			"with encrypted values, nothing tells that an added value is plain",
			"environment: [dev]\nconfig:\n  ashlar:shop: { tokens: { a: { secure: x } } }\n",
			"config:\n  ashlar:shop: { tokens: { a: { secure: x } }, owners: [a] }\n",
			[]string{"Pulumi.dev.yaml:3:3: shop.owners: the engine used encrypted values that this file does not have" + advice},
		},
		"Everything": {
			"the rest is checked all the same, and shows nothing that may be a secret",
			"config:\n  ashlar:shop: { moed: fast, mode: x, apps: { web: { image: web:1, peer: apu, replicas: -1 } } }\n",
			"config:\n  ashlar:shop: { moed: fast, mode: { secure: canary }, apps: { web: { image: web:1, peer: apu, replicas: -1 } } }\n",
			[]string{
				`Pulumi.dev.yaml:2:18: shop.moed: unknown key, did you mean "mode"?`,
				"Pulumi.dev.yaml:2:30: shop.mode: the engine used encrypted values that this file does not have" + advice,
				`Pulumi.dev.yaml:2:74: shop.apps.web.peer: unknown app "apu", expected one of: web`,
				"Pulumi.dev.yaml:2:89: shop.apps.web.replicas: expected at least 0, found the number -1",
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			loadUsed(t, files{"project/Pulumi.yaml": projectFile, "project/Pulumi.dev.yaml": tc.file}, tc.used,
				func(_ *config.Manager, err error) {
					assert.Equal(t, tc.want, findings(t, err), tc.reason)
					if err != nil {
						assert.NotContains(t, err.Error(), "canary")
					}
				})
		})
	}
}

// TestWhatTheEngineConvertsIsTheSame: the engine reads numbers, dates and aliases in its own way.
func TestWhatTheEngineConvertsIsTheSame(t *testing.T) {
	t.Parallel()
	const text = `config:
  ashlar:shop: &shop
    tokens: { a: { secure: x }, b: "2026-11-01", c: "0123", d: "1.30", e: yes, f: 'null', g: "" }
    limits: { ratio: 1.50 }
    extra:
    owners: []
    apps: &apps
      web: &web { image: "web:1", replicas: 3, labels: { <<: { x: "1" }, y: |
        two
        lines
        } }
      api: { <<: *web, replicas: 4 }
  ashlar:files: {}
`
	loadUsed(t, files{"project/Pulumi.yaml": projectFile, "project/Pulumi.dev.yaml": strings.Replace(text, `|
        two
        lines
        }`, `"two\nlines\n" }`, 1)}, strings.Replace(text, `|
        two
        lines
        }`, `"two\nlines\n" }`, 1), func(m *config.Manager, err error) {
		require.NoError(t, err)
		s, err := config.Get[*shop](m, "shop")
		require.NoError(t, err)
		assert.Equal(t, 4, *s.Apps["api"].Replicas)
		assert.True(t, pulumi.IsSecret(s.Tokens.(pulumi.StringMap)["a"].ToStringOutput()))
	})
}

func TestStackFileIsThatOfTheCLI(t *testing.T) {
	t.Parallel()
	const stack = "config:\n  ashlar:shop: { moed: fast }\n"
	tests := map[string]struct {
		reason string
		files  files
		want   string
	}{
		"Next":       {"next to Pulumi.yaml", files{"project/Pulumi.yaml": projectFile, "project/Pulumi.dev.yaml": stack}, "Pulumi.dev.yaml:2:18: "},
		"Yml":        {"with the extension of the project file", files{"project/Pulumi.yml": projectFile, "project/Pulumi.dev.yml": stack}, "Pulumi.dev.yml:2:18: "},
		"JSON":       {"also JSON", files{"project/Pulumi.json": `{"name": "project", "runtime": "go"}`, "project/Pulumi.dev.json": "{\n\t\"config\": {\n\t\t\"ashlar:shop\": {\"moed\": \"fast\"}\n\t}\n}\n"}, "Pulumi.dev.json:3:19: "},
		"JSONFirst":  {"the CLI prefers Pulumi.json", files{"project/Pulumi.json": `{"name": "project", "runtime": "go"}`, "project/Pulumi.yaml": projectFile, "project/Pulumi.dev.json": `{"config": {"ashlar:shop": {"moed": "fast"}}}`, "project/Pulumi.dev.yaml": "config: {}\n"}, "Pulumi.dev.json:1:29: "},
		"Folder":     {"stackConfigDir", files{"project/Pulumi.yaml": projectFile + "stackConfigDir: stacks\n", "project/stacks/Pulumi.dev.yaml": stack}, "Pulumi.dev.yaml:2:18: "},
		"FormerName": {"config, the former name of stackConfigDir", files{"project/Pulumi.yaml": projectFile + "config: stacks\n", "project/stacks/Pulumi.dev.yaml": stack}, "Pulumi.dev.yaml:2:18: "},
		"Both":       {"configuration of the project is no folder", files{"project/Pulumi.yaml": projectFile + "stackConfigDir: stacks\nconfig: { a: { default: b } }\n", "project/stacks/Pulumi.dev.yaml": stack}, "Pulumi.dev.yaml:2:18: "},
		"Parent":     {"the project is above", files{"Pulumi.yaml": projectFile, "project/main.go": "", "Pulumi.dev.yaml": stack}, "Pulumi.dev.yaml:2:18: "},
		"Other":      {"the file of another project is not read", files{"Pulumi.yaml": "name: other\nruntime: go\n", "project/main.go": "", "Pulumi.dev.yaml": "config:\n  ashlar:shop: { mode: fast }\n"}, "shop.moed: "},
		"Named":      {"a file that names itself", files{"project/Pulumi.yaml": projectFile, "project/Pulumi.dev.yaml": "config:\n  ashlar:shop: { mode: fast }\n", "project/other.yaml": stack + "  ashlar:files: { stack: other.yaml }\n"}, "other.yaml:2:18: "},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			used := stack
			if text, ok := tc.files["project/other.yaml"]; ok {
				used = text
			}
			loadUsed(t, tc.files, used, func(_ *config.Manager, err error) {
				got := findings(t, err)
				require.Len(t, got, 1, tc.reason)
				assert.True(t, strings.HasPrefix(got[0], tc.want), "%s: %s", tc.reason, got[0])
			})
		})
	}
}

func TestANamedStackFileHasToExist(t *testing.T) {
	t.Parallel()
	loadUsed(t, files{"project/Pulumi.yaml": projectFile}, "config:\n  ashlar:files: { stack: other.yaml }\n",
		func(_ *config.Manager, err error) {
			require.Len(t, findings(t, err), 1)
			assert.Regexp(t, `^files\.stack: file \S+/project/other\.yaml not found$`, findings(t, err)[0])
		})
}

func TestAStackFileWithSecretsThatNamesItself(t *testing.T) {
	t.Parallel()
	const used = "config:\n  ashlar:files: { stack: other.yaml }\n  ashlar:shop: { tokens: { a: { secure: x } } }\n"
	loadUsed(t, files{
		"project/Pulumi.yaml": projectFile, "project/other.yaml": used,
		"project/Pulumi.dev.yaml": "config:\n  ashlar:shop: { tokens: { a: placeholder } }\n",
	}, used, func(m *config.Manager, err error) {
		require.NoError(t, err)
		s, err := config.Get[*shop](m, "shop")
		require.NoError(t, err)
		assert.True(t, pulumi.IsSecret(s.Tokens.(pulumi.StringMap)["a"].ToStringOutput()))
	})
}

// TestAllKindsOfProblemsAtOnce: problems of the files hide none of the values.
func TestAllKindsOfProblemsAtOnce(t *testing.T) {
	t.Parallel()
	const file = `config:
  ashlar:app:
    env: { A: placeholder, RELEASED: 2026-11-01, ID: 0123 }
    refs: { ID: x }
    labels: { x: }
  ashlr:fleet:
    clusters: { main: { version: "1" } }
    nodeGroups: { workers: { size: 10 } }
    region: eu-west1
`
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "Pulumi.yaml"), []byte(projectFile), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "Pulumi.dev.yaml"), []byte(file), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ashlar.yaml"), []byte("app: { refs: { B: 1.30, B: 2 } }\n"), 0o600))
	values, secrets := engineValues(t, strings.Replace(file, "placeholder", "{ secure: canary }", 1))
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		_, err := config.Load(ctx, []config.Section{
			config.NewSection[variables]("app", nil), config.NewSection[harbor]("fleet", nil),
		})
		assert.Equal(t, []string{
			"Pulumi.dev.yaml:3:12: app.env.A: the engine used encrypted values that this file does not have: with --config-file, " +
				"set ashlar:files.stack in that file to its own path; otherwise, write the whole section in Pulumi.dev.yaml",
			"Pulumi.dev.yaml:3:38: app.env.RELEASED: expected a string, found the date 2026-11-01: write it in quotes",
			"Pulumi.dev.yaml:3:54: app.env.ID: expected a string, found the number 0123: write it in quotes",
			"Pulumi.dev.yaml:4:13: app.refs.ID: also set in app.env.ID (Pulumi.dev.yaml:3:50): remove one of the two",
			`Pulumi.dev.yaml:5:18: app.labels.x: no value: write "" for an empty string, or remove the key`,
			`Pulumi.dev.yaml:6:3: ["ashlr:fleet"]: not a section, did you mean "ashlar:fleet"?`,
			"Pulumi.dev.yaml:8:5: fleet.nodeGroups: unknown key here, it belongs in fleet.clusters.main",
			"Pulumi.dev.yaml:8:36: fleet.clusters.main.nodeGroups.workers.size: expected at most 9, found the number 10",
			`Pulumi.dev.yaml:9:13: fleet.region: found the string "eu-west1", did you mean "eu-west-1"?`,
			"ashlar.yaml:1:19 (project): app.refs.B: expected a string, found the number 1.30: write it in quotes",
			`ashlar.yaml:1:25 (project): duplicate key "B", first defined in line 1`,
		}, findings(t, err))
		return nil
	}, pulumi.WithMocks("project", "dev", noMocks{}), func(info *pulumi.RunInfo) {
		info.Config, info.ConfigSecretKeys, info.RootDirectory = values, secrets, dir
	})
	require.NoError(t, err)
}
