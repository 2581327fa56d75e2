package metadata

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/gitinfo"
)

// SectionName is the name of the section that describes the project.
const SectionName = "project"

// What is recorded of the Git repository, in [Configuration].
const (
	GitNone       = "none"
	GitRepository = "repository"
	GitCommit     = "commit"
)

// Configuration is the section ashlar:project. What it says is put on every
// resource that can carry it; changing it updates them all in place.
type Configuration struct {
	// Name is the name of the product or system. Default: the name of the Pulumi project.
	Name string `pulumi:"name"`
	// Environment is the stage, such as dev or prod. Default: the name of the stack.
	Environment string `pulumi:"environment"`
	// Organization is the company or the unit. Default: the Pulumi organization, if the backend has one.
	Organization string `pulumi:"organization"`
	// Owner is the team that is responsible. Default: none.
	Owner string `pulumi:"owner"`
	// CostCenter is who pays. Write numbers in quotes. Default: none.
	CostCenter string `pulumi:"costCenter"`
	// Tags are further ones, by their keys: tags in AWS and Azure, labels in Kubernetes. Default: none.
	Tags map[string]string `pulumi:"tags"`
	// Git says what of the program's repository is recorded: repository, its address; commit, the commit as well, which changes
	// every resource whenever there is a new one.
	Git string `pulumi:"git" jsonschema:"enum=none,enum=repository,enum=commit,default=none"`
	// LabelPrefix is the DNS subdomain before the names of labels and annotations in Kubernetes, such as example.com.
	LabelPrefix string `pulumi:"labelPrefix" jsonschema:"default=ashlar-iac.github.io"`
}

var _ config.Validator = (*Configuration)(nil)

// Section describes the section ashlar:project.
func Section() config.Section { return config.NewSection[Configuration](SectionName, nil) }

// Validate implements config.Validator: what one platform refuses is refused for
// all, so that a stack can be deployed to another one tomorrow.
func (c *Configuration) Validate(report *config.Report) {
	m := Metadata{Tags: c.Tags, LabelPrefix: c.LabelPrefix}
	said := map[string]bool{}
	for _, p := range []Platform{AWS(), Azure(), KubernetesLabels()} {
		_, err := p.Render(m)
		for one := range failure.All(err) {
			path, message := []string{"tags"}, one.Error()
			var w *wrong
			if errors.As(one, &w) {
				path, message = w.path, fmt.Sprintf("%s (%s)", w.message, p.name)
			}
			// The first platform that has something to say about a place is enough.
			if place := strings.Join(path, "/"); !said[place] {
				said[place] = true
				report.Add(path, "%s", message)
			}
		}
	}
}

// Deployment returns what is known of a deployment: what the stack says, what
// Pulumi knows, and the repository, if the stack asks for it.
func Deployment(ctx *pulumi.Context, project *Configuration, held *compliance.Configuration) Metadata {
	organization := ctx.Organization()
	if organization == "organization" {
		// What backends without organizations say.
		organization = ""
	}
	m := Metadata{
		Project:            cmp.Or(project.Name, ctx.Project()),
		Environment:        cmp.Or(project.Environment, ctx.Stack()),
		Organization:       cmp.Or(project.Organization, organization),
		Owner:              project.Owner,
		CostCenter:         project.CostCenter,
		DataClassification: held.DataClassification,
		Frameworks:         held.Frameworks,
		Tags:               project.Tags,
		LabelPrefix:        project.LabelPrefix,
	}
	if project.Git == GitRepository || project.Git == GitCommit {
		facts := gitinfo.Read(ctx.Context(), ".")
		m.Repository = facts.Repository
		if project.Git == GitCommit {
			m.Commit = facts.Commit
		}
	}
	return Merge(m)
}
