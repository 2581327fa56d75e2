package deployment

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/metadata"
)

// ModuleWithTaggableTypes is a [Module] with taggable resource types.
type ModuleWithTaggableTypes interface {
	// TaggableTypes returns the taggable resource types, or nil.
	TaggableTypes() metadata.TaggableTypes
}

// tagResources adds the metadata to every taggable resource that is registered from now on.
func tagResources(ctx *pulumi.Context, manager *config.Manager, modules []Module) (*metadata.Manager, error) {
	project, err := config.Get[*metadata.Configuration](manager, metadata.SectionName)
	if err != nil {
		return nil, err
	}
	held, err := config.Get[*compliance.Configuration](manager, compliance.SectionName)
	if err != nil {
		return nil, err
	}
	var types []metadata.TaggableTypes
	for _, m := range modules {
		if c, ok := m.(ModuleWithTaggableTypes); ok && c.TaggableTypes() != nil {
			types = append(types, c.TaggableTypes())
		}
	}
	m, err := metadata.New(metadata.Deployment(ctx, project, held), types...)
	if err != nil {
		return nil, err
	}
	err = m.Install(ctx)
	return m, err
}
