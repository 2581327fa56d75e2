package accounttest

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// UpdatePage replaces parts of a page of the documentation, which stand between the comments "NAME" and "end". Without
// update, it fails if the page differs.
func UpdatePage(t *testing.T, page string, update bool, parts map[string]string) {
	t.Helper()
	old, err := os.ReadFile(page)
	require.NoError(t, err)
	text := string(old)
	for name, part := range parts {
		before, rest, ok := strings.Cut(text, "<!-- "+name+" -->\n")
		require.True(t, ok, name)
		_, after, ok := strings.Cut(rest, "<!-- end -->")
		require.True(t, ok, name)
		text = before + "<!-- " + name + " -->\n" + part + "<!-- end -->" + after
	}
	if update {
		require.NoError(t, os.WriteFile(page, []byte(text), 0o644))
		return
	}
	require.Equal(t, text, string(old), "run `go test -run TestDocumentation . -update` in the package of the cloud")
}

// CoveredTable returns a table of tokens with a line for each module of the provider's package.
func CoveredTable(what string, tokens []string) string {
	modules := map[string][]string{}
	for _, token := range tokens {
		parts := strings.Split(token, ":")
		module, _, _ := strings.Cut(parts[1], "/")
		modules[module] = append(modules[module], parts[2])
	}
	var lines []string
	for module, names := range modules {
		slices.Sort(names)
		lines = append(lines, "| `"+module+"` | `"+strings.Join(names, "`, `")+"` |\n")
	}
	slices.Sort(lines)
	return "| module | " + what + " |\n|---|---|\n" + strings.Join(lines, "")
}
