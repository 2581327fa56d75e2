package taggable_test

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/internal/taggable"
	"github.com/ashlar-iac/ashlar/core/metadata"
)

var update = flag.Bool("update", false, "update the list of types")

// The list comes from the source of the SDK.
func TestListIsThatOfTheSDK(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi-aws/sdk/v6").Output()
	require.NoError(t, err)
	var want []string
	root := filepath.Join(strings.TrimSpace(string(out)), "go", "aws")
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.HasPrefix(d.Name(), "pulumi") {
			return err
		}
		typ, ok, err := isTaggable(path)
		if ok {
			want = append(want, typ)
		}
		return err
	}))
	slices.Sort(want)
	if *update {
		require.NoError(t, os.WriteFile("taggable.txt", []byte(strings.Join(want, "\n")+"\n"), 0o600))
		return
	}
	require.Empty(t, cmp.Diff(want, taggable.Tokens()), "run the test with -update (-want +got)")
}

// isTaggable returns the type that a file of the SDK registers, and whether its arguments have a map of tags.
func isTaggable(path string) (typ string, ok bool, err error) {
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

func TestTableAddsTagsToTaggableTypes(t *testing.T) {
	t.Parallel()
	table := taggable.Table()
	require.NoError(t, table.Check(metadata.Metadata{Owner: "platform"}))
	require.Nil(t, table.Tagger("aws:ec2/route:Route"), "routes are not taggable")
	tagged, err := table.Tagger("aws:ec2/vpc:Vpc").Add(pulumi.Map{"tags": pulumi.StringMap{"Name": pulumi.String("main")}},
		metadata.Metadata{Owner: "platform"})
	require.NoError(t, err)
	require.Equal(t, pulumi.StringMap{"Name": pulumi.String("main"), "owner": pulumi.String("platform")}, tagged.(pulumi.Map)["tags"])
}
