package config_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestTenMistakes compares the whole message with a golden file.
func TestTenMistakes(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("testdata", "mistakes", "Pulumi.dev.yaml"))
	require.NoError(t, err)
	golden := filepath.Join("testdata", "mistakes", "message.txt")
	load(t, string(text), func(_ *config.Manager, err error) {
		require.Error(t, err)
		assert.Len(t, findings(t, err), 10)
		got := err.Error() + "\n"
		if *update {
			require.NoError(t, os.WriteFile(golden, []byte(got), 0o600))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err)
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestOneProblemDoesNotHideAnother(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ reason, text, want string }{
		"NestedSlips": {
			"slips below slips are found, and nothing seems to be missing",
			"aps: { web: { imag: web:1, labls: { a: 1 } } }",
			`2:18: shop.aps: unknown key, did you mean "apps"?
2:32: shop.apps.web.imag: unknown key, did you mean "image"?
2:45: shop.apps.web.labls: unknown key, did you mean "labels"?
2:57: shop.apps.web.labels.a: expected a string, found the number 1: write it in quotes`,
		},
		"BothKeys": {
			"a slip next to the correct key is not merged into it",
			"mode: fast, mod: nonsense",
			`2:30: shop.mod: unknown key, did you mean "mode"?`,
		},
		"References": {
			"an invalid entry can be referred to",
			"apps: { web: { image: web:1, peer: api }, api: 3, db: { image: db:1, peer: ap } }",
			`2:65: shop.apps.api: expected a map, found the number 3
2:93: shop.apps.db.peer: unknown app "ap", did you mean "api"?`,
		},
		"Meant": {
			"a number in quotes is checked as that number",
			`apps: { web: { image: web:1, replicas: "3", peer: apo }, api: { image: api:1, labels: { a: yes, b: 1.30 } } }`,
			`2:57: shop.apps.web.replicas: expected an integer, found the string "3": write it without quotes
2:68: shop.apps.web.peer: unknown app "apo", did you mean "api"?
2:117: shop.apps.api.labels.b: expected a string, found the number 1.30: write it in quotes`,
		},
		"Reference": {
			"a reference of the wrong type is reported once",
			"apps: { web: { image: web:1, peer: [api] } }",
			`2:53: shop.apps.web.peer: expected a string, found a list`,
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			load(t, "config:\n  ashlar:shop: { "+tc.text+" }\n", func(_ *config.Manager, err error) {
				got := strings.ReplaceAll(strings.Join(findings(t, err), "\n"), "Pulumi.dev.yaml:", "")
				assert.Equal(t, tc.want, got, tc.reason)
			})
		})
	}
}

func TestManyMistakesAreLimited(t *testing.T) {
	t.Parallel()
	for name, line := range map[string]string{
		"UnknownKeys": "    key%d: 1\n", "Values": "      app%d: 1\n", "Missing": "      app%d: {}\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var b strings.Builder
			b.WriteString("config:\n  ashlar:shop:\n")
			if name != "UnknownKeys" {
				b.WriteString("    apps:\n")
			}
			for i := range 3000 {
				fmt.Fprintf(&b, line, i)
			}
			load(t, b.String(), func(_ *config.Manager, err error) {
				assert.Len(t, findings(t, err), 1000)
				assert.Contains(t, err.Error(), ": 1000 problems:")
				assert.True(t, strings.HasSuffix(err.Error(), "\n  and 900 more, which are not shown"))
				assert.Equal(t, 101, strings.Count(err.Error(), "\n"))
			})
		})
	}
}

func TestCredentialsAreNotSupportedInConfiguration(t *testing.T) {
	t.Parallel()
	// Assembled here, so that no secret scanner reports them.
	awsKey := "AKIA" + strings.Repeat("Q", 16)
	key := "-----BEGIN " + "PRIVATE KEY-----"
	token := "ghp_" + strings.Repeat("x", 36)
	tests := map[string]struct{ reason, text, want string }{
		"Key": {
			"a key that is the name of a credential", "secretAccessKey: canary",
			`shop.secretAccessKey: credentials are not supported in configuration: use ` +
				`AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, in the environment`,
		},
		"Nested": {
			"at any depth and in any spelling", "apps: { web: { image: web:1, client_secret: canary } }",
			`shop.apps.web.client_secret: credentials are not supported in configuration: use ` +
				`ARM_CLIENT_ID with ARM_CLIENT_SECRET, ARM_CLIENT_CERTIFICATE_PATH or ARM_USE_OIDC, in the environment`,
		},
		"Value": {
			"a value that has the form of a credential, also where it is invalid", "mode: " + awsKey,
			`shop.mode: AWS access key in plain text: use ` +
				`AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, in the environment`,
		},
		"PrivateKey": {
			"a private key", `owners: ["` + key + `"]`,
			`shop.owners[0]: private key in plain text: use an encrypted value in an option for secrets: ` +
				`pulumi config set --path --secret`,
		},
		"Token": {
			"a token", "extra: { note: " + token + " }",
			`shop.extra.note: GitHub token in plain text: use an encrypted value in an option for secrets: ` +
				`pulumi config set --path --secret`,
		},
		"Variable": {
			"a variable whose value is a credential", "apps: { web: { image: web:1, labels: { AWS_SECRET_ACCESS_KEY: canary } } }",
			`shop.apps.web.labels.AWS_SECRET_ACCESS_KEY: credential in plain text: use a workload identity, ` +
				`or an encrypted value in an option for secrets: pulumi config set --path --secret`,
		},
		"Encrypted": {"an encrypted value in an option for secrets", "tokens: { AWS_SECRET_ACCESS_KEY: { secure: canary } }", ""},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			load(t, "config:\n  ashlar:shop: { "+tc.text+" }\n", func(_ *config.Manager, err error) {
				if tc.want == "" {
					require.NoError(t, err, tc.reason)
					return
				}
				got := findings(t, err)
				require.Len(t, got, 1, tc.reason)
				_, message, _ := strings.Cut(got[0], ": ")
				assert.Equal(t, tc.want, message, tc.reason)
				for _, secret := range []string{"canary", awsKey, key, token} {
					assert.NotContains(t, err.Error(), secret)
				}
			})
		})
	}
}
