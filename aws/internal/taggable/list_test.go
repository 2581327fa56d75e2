package taggable_test

import (
	"flag"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/internal/taggable"
	"github.com/ashlar-iac/ashlar/core/metadata"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

var update = flag.Bool("update", false, "update the list of types")

// The list comes from the source of the SDK.
func TestListIsThatOfTheSDK(t *testing.T) {
	t.Parallel()
	var files []string
	root := filepath.Join(pulumitest.ModuleFolder(t, "github.com/pulumi/pulumi-aws/sdk/v6"), "go", "aws")
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(path) == ".go" && !strings.HasPrefix(d.Name(), "pulumi") {
			files = append(files, path)
		}
		return err
	}))
	pulumitest.RequireTaggedTypes(t, "taggable.txt", *update, files)
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
