package aws_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws"
)

var update = flag.Bool("update", false, "rewrite the tables in the documentation")

// TestTheDocumentationListsWhatIsCovered compares the tables of the page with the types and functions that there are.
func TestTheDocumentationListsWhatIsCovered(t *testing.T) {
	t.Parallel()
	c := aws.New(func() bool { return true })
	var types, functions []string
	for _, service := range c.Services {
		for _, covered := range service.Types {
			types = append(types, covered.Token)
		}
		for token := range service.Functions {
			functions = append(functions, token)
		}
	}
	path := filepath.Join("..", "..", "..", "docs", "simulated-aws.md")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	page := string(text)
	page = replaceTable(t, page, "types", coveredTable("types", types))
	page = replaceTable(t, page, "functions", coveredTable("functions", functions))
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(page), 0o644))
		return
	}
	require.Equal(t, page, string(text), "run `go test -run TestTheDocumentation . -update` in integration/cloud/aws")
}

// coveredTable has a line for each module of the provider's package.
func coveredTable(what string, tokens []string) string {
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

func replaceTable(t *testing.T, page, name, table string) string {
	t.Helper()
	before, rest, ok := strings.Cut(page, "<!-- covered "+name+" -->\n")
	require.True(t, ok, name)
	_, after, ok := strings.Cut(rest, "<!-- end -->")
	require.True(t, ok, name)
	return before + "<!-- covered " + name + " -->\n" + table + "<!-- end -->" + after
}
