package pulumitest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// ModuleFolder returns the folder of a Go module that the module under test requires.
func ModuleFolder(tb testing.TB, path string) string {
	tb.Helper()
	out, err := exec.CommandContext(tb.Context(), "go", "list", "-m", "-f", "{{.Dir}}", path).Output()
	require.NoError(tb, err)
	return strings.TrimSpace(string(out))
}

// RequireTaggedTypes checks that a file lists the types, one in a line and sorted, that the Go files of a Pulumi SDK
// register with arguments that have a map of tags. With update, it writes the file.
func RequireTaggedTypes(tb testing.TB, list string, update bool, files []string) {
	tb.Helper()
	var want []string
	for _, file := range files {
		typ, ok, err := taggedType(file)
		require.NoError(tb, err)
		if ok {
			want = append(want, typ)
		}
	}
	require.NotEmpty(tb, want)
	slices.Sort(want)
	if update {
		require.NoError(tb, os.WriteFile(list, []byte(strings.Join(want, "\n")+"\n"), 0o600))
		return
	}
	got, err := os.ReadFile(list)
	require.NoError(tb, err)
	require.Empty(tb, cmp.Diff(want, strings.Fields(string(got))), "run the test with -update (-want +got)")
}

// taggedType returns the type that a file of an SDK registers, and whether its arguments have a map of tags.
func taggedType(path string) (typ string, ok bool, err error) {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		return "", false, err
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			f, is := n.Fun.(*ast.SelectorExpr)
			if !is || f.Sel.Name != "RegisterResource" {
				return true
			}
			// Generic functions of the SDK register other types.
			if name, is := n.Args[0].(*ast.BasicLit); is {
				typ, err = strconv.Unquote(name.Value)
			}
		case *ast.TypeSpec:
			s, is := n.Type.(*ast.StructType)
			if !is || !n.Name.IsExported() || !strings.HasSuffix(n.Name.Name, "Args") {
				return true
			}
			for _, f := range s.Fields.List {
				if is, _ := f.Type.(*ast.SelectorExpr); is != nil && is.Sel.Name == "StringMapInput" && f.Names[0].Name == "Tags" {
					ok = true
				}
			}
		}
		return true
	})
	return typ, ok && typ != "", err
}
