package metadata

import (
	"cmp"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Metadata is what a resource belongs to. Empty fields are not known, and not
// rendered.
type Metadata struct {
	// Project is the name of the product or system.
	Project string
	// Environment is its stage, such as dev or prod.
	Environment string
	// Organization is the company or the unit.
	Organization string
	// Owner is the team that is responsible.
	Owner string
	// CostCenter is who pays.
	CostCenter string
	// DataClassification is how sensitive the data is.
	DataClassification string
	// Frameworks are the IDs of the compliance frameworks that hold, such as soc2.
	Frameworks []string
	// Controls are the controls that are met, such as "soc2 CC6.6".
	Controls []string
	// Repository is the address of the Git repository.
	Repository string
	// Commit is the full hash of the commit.
	Commit string
	// Tags are further ones, by their keys.
	Tags map[string]string
	// LabelPrefix is the DNS subdomain before the names of Kubernetes labels and annotations. Default:
	// DefaultLabelPrefix.
	LabelPrefix string
}

// Merge returns what several sources say together, the strongest first: resource,
// component, deployment. A single value is that of the first source that has one;
// tags are merged by key in the same way; frameworks and controls are those of
// all sources, sorted. It shares nothing with its arguments. Merging the
// result with one of them again changes nothing.
func Merge(strongest ...Metadata) Metadata {
	var out Metadata
	for _, m := range strongest {
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

// Output returns what is known as an output of a stack, by the names that the
// sections of the configuration use.
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
