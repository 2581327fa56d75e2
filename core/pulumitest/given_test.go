package pulumitest_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/metadata"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

func TestTextsAreOutputsOfOtherResources(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		ctx.Export("text", pulumitest.Text(ctx, "10.0.0.0/16"))
		return nil
	})
	require.Len(t, r.Resources, 1)
	require.Equal(t, "10.0.0.0/16", r.Exports["text"].StringValue())
}

func TestOwnerMetadata(t *testing.T) {
	t.Parallel()
	types := metadata.Table{"test:index:Bucket": metadata.TagProperty("tags", metadata.AWS())}
	m := pulumitest.OwnerMetadata(types, "", func(token string) bool { return types.Tagger(token) != nil })
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		if err := m.Install(ctx); err != nil {
			return err
		}
		var bucket pulumi.CustomResourceState
		return ctx.RegisterResource("test:index:Bucket", "bucket", pulumi.Map{}, &bucket)
	})
	got, taggable := m.Read("test:index:Bucket", r.One(t, "test:index:Bucket").Inputs)
	require.True(t, taggable)
	require.Equal(t, m.Want("test:index:Bucket"), got)
	_, taggable = m.Read("test:index:Route", nil)
	require.False(t, taggable)
}

type rejected struct{ Size int }

// Validate implements config.Validator.
func (r *rejected) Validate(report *config.Report) {
	report.Add([]string{"size"}, "found %d: use 1", r.Size)
}

func TestRejectedArgumentsHaveTheFindings(t *testing.T) {
	t.Parallel()
	create := func(ctx *pulumi.Context) error {
		_, _, err := config.Arguments(ctx, "arguments", "web", &rejected{Size: 2})
		return err
	}
	pulumitest.RequireRejected(t, create, []string{"size: found 2"})
}

func TestTypesWithTagsAreListed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	source := func(name, args string) string {
		path := filepath.Join(dir, name+".go")
		require.NoError(t, os.WriteFile(path, []byte("package sdk\n\nfunc New"+name+
			`() { ctx.RegisterResource("test:index:`+name+`", nil) }`+"\n\ntype "+name+"Args struct { "+args+" }\n"), 0o600))
		return path
	}
	files := []string{
		source("Volume", "Tags pulumi.StringMapInput"), source("Bucket", "Name pulumi.StringInput; Tags pulumi.StringMapInput"),
		source("Route", "Name pulumi.StringInput"), source("Group", "Tags GroupTagArrayInput"),
	}
	list := filepath.Join(dir, "taggable.txt")
	pulumitest.RequireTaggedTypes(t, list, true, files)
	text, err := os.ReadFile(list)
	require.NoError(t, err)
	require.Equal(t, "test:index:Bucket\ntest:index:Volume\n", string(text))
	pulumitest.RequireTaggedTypes(t, list, false, files)
}
