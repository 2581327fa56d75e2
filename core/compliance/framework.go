package compliance

import (
	"maps"
	"slices"
	"strconv"

	"github.com/ashlar-iac/ashlar/core/config"
)

// SectionName is the name of the section that configures compliance.
const SectionName = "compliance"

// Configuration is the section ashlar:compliance.
type Configuration struct {
	// Frameworks are the compliance frameworks of the deployment, such as cis-kubernetes or soc2. Every taggable
	// resource is tagged with them, and the stack output "compliance" lists which of their controls are met. Default:
	// none.
	Frameworks []string `pulumi:"frameworks"`
	// DataClassification is the sensitivity of the data in the terms of the organization, such as internal. Every taggable
	// resource is tagged with it. Default: none.
	DataClassification string `pulumi:"dataClassification" jsonschema:"pattern=^[a-z]([-a-z0-9]{0\\,61}[a-z0-9])?$"`
	// Report is the directory for the evidence in compliance.json and compliance.md, which previews and updates write.
	// It is created when it is missing. A relative path is relative to the file that contains it. Default: no files are
	// written.
	Report string `pulumi:"report" config:"path"`
}

// Section describes the section ashlar:compliance.
func Section() config.Section { return config.NewSection[Configuration](SectionName, nil) }

// Framework is a version of a set of controls.
type Framework struct {
	// ID is the short name in configuration, in lower case: cis-kubernetes.
	ID string `json:"id"`
	// Title is the name by its publisher.
	Title string `json:"title"`
	// Version is the version of the IDs of controls.
	Version string `json:"version"`
}

// Control is a requirement of a framework.
type Control struct {
	// Framework is the ID of the [Framework].
	Framework string
	// ID is the number in the framework, such as 5.2.7 or AC-6.
	ID string
	// Title is the requirement in a few words.
	Title string
}

// Catalogue holds the known frameworks by ID.
type Catalogue map[string]Framework

var _ config.Validator = Catalogue(nil)

// NewCatalogue returns the frameworks that Ashlar knows and additional ones, such as those of an organization. An
// additional framework replaces one with the same ID.
func NewCatalogue(additional ...Framework) Catalogue {
	c := Catalogue{}
	for _, f := range slices.Concat([]Framework{
		{"cis-aks", "CIS Azure Kubernetes Service (AKS) Benchmark", "1.8.0"},
		{"cis-aws", "CIS Amazon Web Services Foundations Benchmark", "5.0.0"},
		{"cis-azure", "CIS Microsoft Azure Foundations Benchmark", "4.0.0"},
		{"cis-eks", "CIS Amazon Elastic Kubernetes Service (EKS) Benchmark", "1.7.0"},
		{"cis-kubernetes", "CIS Kubernetes Benchmark", "1.12"},
		{"hipaa", "HIPAA Security Rule", "45 CFR Part 164 Subpart C"},
		{"iso-27001", "ISO/IEC 27001, Annex A", "2022"},
		{"nist-800-53", "NIST Special Publication 800-53", "Revision 5"},
		{"pci-dss", "Payment Card Industry Data Security Standard", "4.0.1"},
		{"pod-security", "Kubernetes Pod Security Standards, restricted", "1.33"},
		{"soc2", "SOC 2, Trust Services Criteria", "2017"},
	}, additional) {
		c[f.ID] = f
	}
	return c
}

// IDs returns the short names of the frameworks, sorted.
func (c Catalogue) IDs() []string { return slices.Sorted(maps.Keys(c)) }

// Validate implements config.Validator for the section ashlar:compliance. It reports unknown frameworks.
//
//	config.WithValidator(compliance.SectionName, catalogue)
func (c Catalogue) Validate(report *config.Report) {
	value, _ := report.Value(SectionName, "frameworks")
	list, _ := value.([]any)
	seen := map[string]bool{}
	for i, item := range list {
		id, ok := item.(string)
		path := []string{"frameworks", strconv.Itoa(i)}
		switch _, known := c[id]; {
		case !ok:
			// The schema reports it.
		case !known:
			report.Add(path, "unknown framework %q, %s", id, config.Suggest(id, c.IDs()))
		case seen[id]:
			report.Add(path, "duplicate framework %q", id)
		}
		seen[id] = true
	}
}
