package taggable_test

import (
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/internal/taggable"
	"github.com/ashlar-iac/ashlar/core/metadata"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

var update = flag.Bool("update", false, "update the list of types")

// The list comes from the source of the SDK.
func TestListIsThatOfTheSDK(t *testing.T) {
	t.Parallel()
	required, err := os.ReadFile(filepath.Join("..", "..", "go.mod"))
	require.NoError(t, err)
	var files []string
	for _, path := range regexp.MustCompile(`github\.com/pulumi/pulumi-azure-native-sdk/[a-z]+/v2`).FindAllString(string(required), -1) {
		found, err := filepath.Glob(filepath.Join(pulumitest.ModuleFolder(t, path), "*.go"))
		require.NoError(t, err)
		files = append(files, slices.DeleteFunc(found, func(file string) bool {
			return strings.HasPrefix(filepath.Base(file), "pulumi")
		})...)
	}
	pulumitest.RequireTaggedTypes(t, "taggable.txt", *update, files)
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
