package taggable_test

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/internal/taggable"
	"github.com/ashlar-iac/ashlar/core/metadata"
)

var update = flag.Bool("update", false, "update the list of types")

// The list comes from the source of the SDK.
func TestListIsThatOfTheSDK(t *testing.T) {
	t.Parallel()
	required, err := os.ReadFile(filepath.Join("..", "..", "go.mod"))
	require.NoError(t, err)
	var want []string
	for _, path := range regexp.MustCompile(`github\.com/pulumi/pulumi-azure-native-sdk/[a-z]+/v2`).FindAllString(string(required), -1) {
		out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", path).Output()
		require.NoError(t, err)
		dir := strings.TrimSpace(string(out))
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		require.NoError(t, err)
		for _, file := range files {
			if strings.HasPrefix(filepath.Base(file), "pulumi") {
				continue
			}
			typ, ok, err := isTaggable(file)
			require.NoError(t, err)
			if ok {
				want = append(want, typ)
			}
		}
	}
	require.NotEmpty(t, want)
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

func TestVersionsOfATypeAreOneType(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"azure-native:storage/v20240101:StorageAccount":        "azure-native:storage:StorageAccount",
		"azure-native:storage/v20150501preview:StorageAccount": "azure-native:storage:StorageAccount",
		"azure-native:storage:StorageAccount":                  "azure-native:storage:StorageAccount",
		"aws:s3/bucketV2:BucketV2":                             "aws:s3/bucketV2:BucketV2",
	} {
		require.Equal(t, want, taggable.Unversioned(given))
	}
	types := taggable.New()
	require.True(t, types.Listed("azure-native:keyvault/v20241101:Vault"))
	require.False(t, types.Listed("azure-native:authorization/v20220401:RoleAssignment"))
	require.Nil(t, types.Tagger("aws:s3/bucketV2:BucketV2"))
}

func TestTagsIgnoreCase(t *testing.T) {
	t.Parallel()
	given := pulumi.Map{"tags": pulumi.StringMap{"Owner": pulumi.String("shop")}}
	tagged, err := taggable.New().Tagger("azure-native:resources/v20241101:ResourceGroup").Add(given,
		metadata.Metadata{Owner: "platform", Project: "orders"})
	require.NoError(t, err)
	require.Equal(t, pulumi.StringMap{"Owner": pulumi.String("shop"), "project": pulumi.String("orders")},
		tagged.(pulumi.Map)["tags"], "a tag of the resource replaces that of the metadata")
	err = taggable.New().Check(metadata.Metadata{Tags: map[string]string{"Team": "a", "team": "b"}})
	require.ErrorContains(t, err, `"Team" and "team" are the same key`)
}

func TestLimitsDifferByType(t *testing.T) {
	t.Parallel()
	long := metadata.Metadata{Tags: map[string]string{strings.Repeat("k", 129): "x"}}
	_, err := taggable.New().Tagger("azure-native:storage:StorageAccount").Add(pulumi.Map{}, long)
	require.ErrorContains(t, err, "129 characters: at most 128 allowed")
	_, err = taggable.New().Tagger("azure-native:keyvault:Vault").Add(pulumi.Map{}, long)
	require.NoError(t, err, "other types have longer keys")

	own := pulumi.StringMap{}
	for i := range 15 {
		own["own-"+strconv.Itoa(i)] = pulumi.String("x")
	}
	few := &withTags{Tags: own}
	_, err = taggable.New().Tagger("azure-native:automation:AutomationAccount").Add(few, metadata.Metadata{Owner: "platform"})
	require.ErrorContains(t, err, "16 tags: at most 15 allowed")
}

type tagArgs struct {
	Tags map[string]string `pulumi:"tags"`
}

// withTags are the arguments of a type that is not in the list, in the form of the SDK.
type withTags struct{ Tags pulumi.StringMapInput }

func (withTags) ElementType() reflect.Type { return reflect.TypeFor[tagArgs]() }

// withoutTags are those of a type without tags.
type withoutTags struct{ Name pulumi.StringInput }

func (withoutTags) ElementType() reflect.Type { return reflect.TypeFor[struct{}]() }

func TestOtherTypesWithTagsAreTagged(t *testing.T) {
	t.Parallel()
	tagger := taggable.New().Tagger("azure-native:web/v20240401:WebApp")
	tagged, err := tagger.Add(&withTags{}, metadata.Metadata{Owner: "platform"})
	require.NoError(t, err)
	require.Equal(t, pulumi.StringMap{"owner": pulumi.String("platform")}, tagged.(*withTags).Tags)
	for _, given := range []pulumi.Input{&withoutTags{}, pulumi.Map{}, nil} {
		tagged, err = tagger.Add(given, metadata.Metadata{Owner: "platform"})
		require.NoError(t, err)
		require.Equal(t, given, tagged)
	}
}
