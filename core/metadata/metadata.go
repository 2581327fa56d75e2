package metadata

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/gitinfo"
)

// Metadata describes a resource. Empty fields are not rendered.
type Metadata struct {
	// Project is the name of the product or system.
	Project string
	// Environment is the stage, such as dev or prod.
	Environment string
	// Organization is the company or business unit.
	Organization string
	// Owner is the responsible team.
	Owner string
	// CostCenter is the cost center.
	CostCenter string
	// DataClassification is the sensitivity of the data, such as internal.
	DataClassification string
	// Frameworks are the IDs of the compliance frameworks that apply, such as soc2.
	Frameworks []string
	// Controls are the controls that are met, such as "soc2 CC6.6".
	Controls []string
	// Repository is the URL of the Git repository.
	Repository string
	// Commit is the full hash of the Git commit.
	Commit string
	// Tags are custom tags by key.
	Tags map[string]string
	// LabelPrefix is the DNS subdomain that prefixes Kubernetes labels and annotations. Default: DefaultLabelPrefix.
	LabelPrefix string
}

// Merge returns the combination of several sources in order of precedence: resource, component, deployment. A field
// is that of the first source that has one; tags are merged by key in the same way; frameworks and controls are those
// of all sources, sorted. The result shares nothing with the arguments. Merging it with one of them again changes
// nothing.
func Merge(sources ...Metadata) Metadata {
	var out Metadata
	for _, m := range sources {
		out.Project = cmp.Or(out.Project, m.Project)
		out.Environment = cmp.Or(out.Environment, m.Environment)
		out.Organization = cmp.Or(out.Organization, m.Organization)
		out.Owner = cmp.Or(out.Owner, m.Owner)
		out.CostCenter = cmp.Or(out.CostCenter, m.CostCenter)
		out.DataClassification = cmp.Or(out.DataClassification, m.DataClassification)
		out.Frameworks = union(out.Frameworks, m.Frameworks)
		out.Controls = union(out.Controls, m.Controls)
		if out.Repository == "" && out.Commit == "" {
			// A commit belongs to its repository.
			out.Repository, out.Commit = m.Repository, m.Commit
		}
		out.LabelPrefix = cmp.Or(out.LabelPrefix, m.LabelPrefix)
		if len(m.Tags) > 0 {
			tags := maps.Clone(m.Tags)
			maps.Copy(tags, out.Tags)
			out.Tags = tags
		}
	}
	return out
}

// Output returns the fields as an output of a stack, with the keys of the configuration.
func (m Metadata) Output() pulumi.Map {
	out := pulumi.Map{}
	for key, value := range map[string]string{
		"project": m.Project, "environment": m.Environment, "organization": m.Organization, "owner": m.Owner, "costCenter": m.CostCenter,
		"dataClassification": m.DataClassification, "repository": m.Repository, "commit": m.Commit,
	} {
		if value != "" {
			out[key] = pulumi.String(value)
		}
	}
	for key, list := range map[string][]string{"frameworks": m.Frameworks, "controls": m.Controls} {
		if len(list) > 0 {
			out[key] = pulumi.ToStringArray(union(list, nil))
		}
	}
	if len(m.Tags) > 0 {
		out["tags"] = pulumi.ToStringMap(m.Tags)
	}
	return out
}

func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// SectionName is the name of the section that describes the project.
const SectionName = "project"

// The values of Git of [Configuration].
const (
	GitNone       = "none"
	GitRepository = "repository"
	GitCommit     = "commit"
)

// Configuration is the section ashlar:project. Every taggable resource gets its values; a change updates them in place.
type Configuration struct {
	// Name is the name of the product or system. Default: the name of the Pulumi project.
	Name string `pulumi:"name"`
	// Environment is the stage, such as dev or prod. Default: the name of the stack.
	Environment string `pulumi:"environment"`
	// Organization is the company or business unit. Default: the Pulumi organization, if the backend supports
	// organizations.
	Organization string `pulumi:"organization"`
	// Owner is the responsible team. Default: none.
	Owner string `pulumi:"owner"`
	// CostCenter is the cost center. Write numbers in quotes. Default: none.
	CostCenter string `pulumi:"costCenter"`
	// Tags are custom tags by key: tags in AWS and Azure, labels in Kubernetes. Default: none.
	Tags map[string]string `pulumi:"tags"`
	// Git is what is recorded about the Git repository of the program: none, repository (its URL), or commit (its URL and
	// commit, so that every new commit updates every resource).
	Git string `pulumi:"git" jsonschema:"enum=none,enum=repository,enum=commit,default=none"`
	// LabelPrefix is the prefix of the keys of labels and annotations in Kubernetes: a DNS subdomain such as example.com.
	LabelPrefix string `pulumi:"labelPrefix" jsonschema:"default=ashlar-iac.github.io"`
}

var _ config.Validator = (*Configuration)(nil)

// Section describes the section ashlar:project.
func Section() config.Section { return config.NewSection[Configuration](SectionName, nil) }

// Validate implements config.Validator. It rejects what any platform rejects, so that the stack can use another one
// later.
func (c *Configuration) Validate(report *config.Report) {
	m := Metadata{Tags: c.Tags, LabelPrefix: c.LabelPrefix}
	reported := map[string]bool{}
	for _, p := range []Platform{AWS(), Azure(), KubernetesLabels()} {
		_, err := p.Render(m)
		for one := range failure.All(err) {
			path, message := []string{"tags"}, one.Error()
			var w *wrong
			if errors.As(one, &w) {
				path, message = w.path, fmt.Sprintf("%s (%s)", w.message, p.name)
			}
			// One platform is reported for each path.
			if place := strings.Join(path, "/"); !reported[place] {
				reported[place] = true
				report.Add(path, "%s", message)
			}
		}
	}
}

// Deployment returns the metadata of a deployment: the configuration of the stack, the project, stack and
// organization of Pulumi, and the Git repository if the stack configures it.
func Deployment(ctx *pulumi.Context, project *Configuration, frameworks *compliance.Configuration) Metadata {
	organization := ctx.Organization()
	if organization == "organization" {
		// The value of backends without organizations.
		organization = ""
	}
	m := Metadata{
		Project:            cmp.Or(project.Name, ctx.Project()),
		Environment:        cmp.Or(project.Environment, ctx.Stack()),
		Organization:       cmp.Or(project.Organization, organization),
		Owner:              project.Owner,
		CostCenter:         project.CostCenter,
		DataClassification: frameworks.DataClassification,
		Frameworks:         frameworks.Frameworks,
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
