package integration_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
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

// TestTroubleshootingQuotesMessages checks that the sources have each message in the text blocks of troubleshooting.md.
// Messages of others are in console blocks, and TestStackFileSnippets checks the findings of stack files.
func TestTroubleshootingQuotesMessages(t *testing.T) {
	t.Parallel()
	formats := messageFormats(t, "core", "aws", "azure", "kubernetes")
	quoted := 0
	var before string
	for _, b := range blocks(t, filepath.Join(root, "docs")) {
		if filepath.Base(b.path) == "troubleshooting.md" && b.language == "text" && before != "yaml" {
			for _, line := range strings.Split(strings.TrimSpace(b.text), "\n") {
				quoted++
				assert.True(t, slices.ContainsFunc(formats, func(f messageFormat) bool { return f.matches(line) }),
					"no source has the message %q", line)
			}
		}
		before = b.language
	}
	assert.Positive(t, quoted)
}

// verb matches a verb of package fmt.
var verb = regexp.MustCompile(`%(\[\d\])?[a-zA-Z]`)

// messageFormat matches a message.
type messageFormat struct {
	// pattern has any text for the verbs of the format, and length is that of the rest.
	pattern *regexp.Regexp
	length  int
}

// matches reports whether the format is a large part of a message, and not a word that many messages have.
func (f messageFormat) matches(message string) bool {
	return 3*f.length >= len(message) && f.pattern.MatchString(message)
}

// messageFormats returns the string constants in the sources below folders that are long enough to be a message.
func messageFormats(t *testing.T, folders ...string) (formats []messageFormat) {
	t.Helper()
	const shortest = 20
	for _, folder := range folders {
		require.NoError(t, filepath.WalkDir(filepath.Join(root, folder), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				text, whole := constant(n)
				if length := len(verb.ReplaceAllString(text, "")); whole && length >= shortest {
					pieces := verb.Split(text, -1)
					for i := range pieces {
						pieces[i] = regexp.QuoteMeta(pieces[i])
					}
					formats = append(formats, messageFormat{regexp.MustCompile(strings.Join(pieces, ".+")), length})
				}
				return !whole
			})
			return nil
		}))
	}
	return formats
}

// constant returns the text of a string literal or of a sum with one, with a verb for other operands. whole tells that n
// is one.
func constant(n ast.Node) (text string, whole bool) {
	switch n := n.(type) {
	case *ast.BasicLit:
		if n.Kind != token.STRING {
			return "", false
		}
		text, err := strconv.Unquote(n.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		left, ok := constant(n.X)
		right, also := constant(n.Y)
		if !ok {
			left = "%v"
		}
		if !also {
			right = "%v"
		}
		return left + right, (ok || also) && n.Op == token.ADD
	}
	return "", false
}
