package core_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// environmentReaders are the functions that read the environment, by package.
// A file of these packages' dot import counts as a use, as it hides them.
var environmentReaders = map[string][]string{
	"os":      {"Getenv", "LookupEnv", "Environ", "ExpandEnv"},
	"syscall": {"Getenv", "Environ"},
}

// environmentUses returns where the Go files of files read the environment, as
// file:line: function, except below allowed and in tests.
func environmentUses(files fs.FS, roots []string, allowed string) (uses []string, parsed int, err error) {
	for _, root := range roots {
		err = fs.WalkDir(files, root, func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && (name == allowed || d.Name() == "testdata"):
				return fs.SkipDir
			case d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
				return nil
			}
			source, err := fs.ReadFile(files, name)
			if err != nil {
				return err
			}
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, name, source, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			parsed++
			uses = append(uses, fileUses(set, file)...)
			return nil
		})
		if err != nil {
			return nil, parsed, err
		}
	}
	return uses, parsed, nil
}

func fileUses(set *token.FileSet, file *ast.File) []string {
	var uses []string
	at := func(node ast.Node, what string) {
		position := set.Position(node.Pos())
		uses = append(uses, position.Filename+":"+strconv.Itoa(position.Line)+": "+what)
	}
	// packages maps the names that the file gives to the packages to their paths.
	packages := map[string]string{}
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil || environmentReaders[imported] == nil {
			continue
		}
		switch {
		case spec.Name == nil:
			packages[path.Base(imported)] = imported
		case spec.Name.Name == ".":
			at(spec, `import . "`+imported+`"`)
		default:
			packages[spec.Name.Name] = imported
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		name, ok := selector.X.(*ast.Ident)
		if !ok {
			return true
		}
		for _, function := range environmentReaders[packages[name.Name]] {
			if selector.Sel.Name == function {
				at(selector, packages[name.Name]+"."+function)
			}
		}
		return true
	})
	return uses
}

func TestOnlyCredentialsReadsTheEnvironment(t *testing.T) {
	t.Parallel()
	uses, parsed, err := environmentUses(os.DirFS(".."), []string{"core", "aws", "azure", "kubernetes"}, "core/credentials")
	require.NoError(t, err)
	assert.Empty(t, uses, "take the value from configuration, or as an argument")
	assert.Greater(t, parsed, 20, "the files were looked at")
}

func TestEnvironmentUsesAreFound(t *testing.T) {
	t.Parallel()
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	files := fstest.MapFS{
		"core/credentials/a.go": file("package a\nimport \"os\"\nvar _ = os.Getenv(\"A\")\n"),
		"core/a_test.go":        file("package a\nimport \"os\"\nvar _ = os.Getenv(\"A\")\n"),
		"core/testdata/a.go":    file("no Go at all"),
		"core/fine.go":          file("package a\nimport \"os\"\nvar _ = os.Args\nvar _ = other.Getenv\n"),
		"core/plain.go":         file("package a\nimport \"os\"\nvar _ = os.Getenv(\"A\")\nvar f = os.LookupEnv\n"),
		"core/renamed.go":       file("package a\nimport o \"os\"\nfunc f() { _ = o.Environ(); _ = o.ExpandEnv(\"$A\") }\n"),
		"core/dot.go":           file("package a\nimport . \"os\"\nvar _ = Getenv(\"A\")\n"),
		"aws/deep/down/sys.go":  file("package a\nimport s \"syscall\"\nvar _, _ = s.Getenv(\"A\")\nvar _ = s.Environ()\n"),
	}
	uses, parsed, err := environmentUses(files, []string{"core", "aws"}, "core/credentials")
	require.NoError(t, err)
	assert.Equal(t, 5, parsed)
	assert.ElementsMatch(t, []string{
		"core/plain.go:3: os.Getenv", "core/plain.go:4: os.LookupEnv",
		"core/renamed.go:3: os.Environ", "core/renamed.go:3: os.ExpandEnv",
		`core/dot.go:2: import . "os"`,
		"aws/deep/down/sys.go:3: syscall.Getenv", "aws/deep/down/sys.go:4: syscall.Environ",
	}, uses)

	_, _, err = environmentUses(fstest.MapFS{"core/broken.go": file("package")}, []string{"core"}, "")
	require.Error(t, err, "a file that cannot be read is not passed over")
}
