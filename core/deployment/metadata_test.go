package deployment_test

import (
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/metadata"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

const thingToken = "things:index:Thing"

func newThing(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
	return ctx.RegisterResource(thingToken, name, pulumi.Map{}, &pulumi.CustomResourceState{}, opts...)
}

// things is a module whose resources have tags.
func things() deployment.Module {
	return deployment.NewModule("things", nil, func(ctx *deployment.Context, _ *settings) error {
		return newThing(ctx.Context, "module", ctx.Metadata().Option(metadata.Metadata{Owner: "module"}))
	}, deployment.WithTaggableTypes(metadata.Table{thingToken: metadata.TagProperty("tags", metadata.AWS())}))
}

// deployed runs a program that has a resource of its own beside the modules.
func deployed(t *testing.T, sections map[string]string) *pulumitest.Recording {
	t.Helper()
	values := map[string]string{}
	for name, text := range sections {
		values["ashlar:"+name] = text
	}
	manager := deployment.NewManager(deployment.WithConfig(config.WithStackFile(filepath.Join(t.TempDir(), "Pulumi.dev.yaml"))))
	return pulumitest.Run(t, func(ctx *pulumi.Context) error {
		if err := manager.Run(ctx, things()); err != nil {
			return err
		}
		return newThing(ctx, "own")
	}, pulumitest.WithConfig(values), pulumitest.WithStack("organization", "shop", "dev"))
}

func TestRunTagsResources(t *testing.T) {
	t.Parallel()
	r := deployed(t, map[string]string{
		"things": `{"enabled":true}`, "project": `{"owner":"platform","tags":{"team":"a"}}`, "compliance": `{"dataClassification":"internal"}`,
	})
	for name, owner := range map[string]string{"module": "module", "own": "platform"} {
		got, ok := r.Find(thingToken, name)
		require.True(t, ok)
		require.Equal(t, map[string]string{
			"project": "shop", "environment": "dev", "owner": owner, "team": "a", "data-classification": "internal",
		}, metadata.Read(got.Inputs["tags"]), name)
	}
}

func TestRunWithoutEnabledModulesExportsMetadata(t *testing.T) {
	t.Parallel()
	r := deployed(t, map[string]string{"project": `{"costCenter":"4711"}`, "things": `{"enabled":false}`})
	require.Equal(t, map[string]any{"things": deployment.StatusDisabled}, r.Exports[deployment.ModulesOutput].Mappable())
	require.Equal(t, map[string]any{"project": "shop", "environment": "dev", "costCenter": "4711"},
		r.Exports[deployment.MetadataOutput].Mappable())
	own := r.One(t, thingToken)
	require.Equal(t, "4711", metadata.Read(own.Inputs["tags"])["cost-center"], "a module need not be enabled for its types to be known")
}

func TestRunRejectsTagsBeforeRegistration(t *testing.T) {
	t.Parallel()
	var names []string
	_, err := run(t, map[string]string{"project": `{"tags":{"aws:x":""}}`, "one": `{"enabled":true}`}, module("one", &names, nil))
	require.ErrorContains(t, err, `project.tags["aws:x"]: keys that begin with "aws:" are reserved by AWS`)
	require.Empty(t, names)
}

func TestRunFailsWhenAResourceCannotBeTagged(t *testing.T) {
	t.Parallel()
	m := deployment.NewModule("things", nil, func(ctx *deployment.Context, _ *settings) error {
		return newThing(ctx.Context, "it", ctx.Metadata().Option(metadata.Metadata{Tags: map[string]string{"aws:x": ""}}))
	}, deployment.WithTaggableTypes(metadata.Table{thingToken: metadata.TagProperty("tags", metadata.AWS())}))
	_, err := run(t, switchedOn("things"), m)
	require.ErrorContains(t, err, `add metadata to things:index:Thing "it"`)
}
