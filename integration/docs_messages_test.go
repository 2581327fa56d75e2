package integration_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/core/versions"
)

// TestDocumentedCredentialsAreCurrent compares the tables of environment variables with package credentials.
func TestDocumentedCredentialsAreCurrent(t *testing.T) {
	t.Parallel()
	tables := map[string]string{}
	for _, cloud := range credentials.Clouds() {
		tables["credentials "+string(cloud)] = credentialTables(cloud)
	}
	checkTables(t, "credentials.md", tables)
}

func credentialTables(cloud credentials.Cloud) string {
	var b strings.Builder
	b.WriteString("| source | requires |\n|---|---|\n")
	byDefault := credentials.Sources(cloud)
	for _, a := range credentials.Alternatives(cloud) {
		needs := code(a.String())
		if !slices.Contains(byDefault, a.Source) {
			needs += "; used only on request"
		}
		b.WriteString("| `" + string(a.Source) + "` | " + needs + " |\n")
	}
	b.WriteString("\n| variable | meaning |\n|---|---|\n")
	for _, v := range credentials.Variables(cloud) {
		b.WriteString("| `" + v.Name + "` | " + code(v.Purpose) + " |\n")
	}
	return b.String()
}

var variable = regexp.MustCompile(`\b[A-Z]+(_[A-Z0-9]+)+\b|\bKUBECONFIG\b`)

// code formats the names of variables as code.
func code(text string) string { return variable.ReplaceAllString(text, "`$0`") }

// TestDocumentedMessagesAreCurrent compares the error messages in the documentation with the actual ones.
func TestDocumentedMessagesAreCurrent(t *testing.T) {
	t.Parallel()

	_, err := askForAWS(credentials.New(credentials.WithLookup(func(string) (string, bool) { return "", false })))
	require.Error(t, err)
	assert.Contains(t, read(t, filepath.Join(root, "docs", "credentials.md")), "\n```text\n"+err.Error()+"\n```\n")

	page := read(t, filepath.Join(root, "docs", "versions.md"))
	file := filepath.Join(t.TempDir(), "versions.yaml")
	block := regexp.MustCompile("(?s)```console\n(.*?)```").FindStringSubmatch(page)
	require.NotNil(t, block)
	require.NoError(t, os.WriteFile(file, []byte(block[1]), 0o600))
	resolve := func(wish, cluster string) string {
		r, err := versions.New(nil, versions.WithConfiguration(versions.Configuration{
			File: file, Components: config.Named[string]{"istio": wish},
		}))
		require.NoError(t, err)
		got, err := r.Resolve(t.Context(), "istio", versions.WithKubernetes(cluster))
		if err != nil {
			return err.Error()
		}
		return got.String()
	}
	assert.Contains(t, page, "\n"+resolve("1.26.2", "1.34")+"\n")
	assert.Contains(t, page, "\n"+resolve("~1.26", "v1.33.4-eks-abc123")+"\n")
}
