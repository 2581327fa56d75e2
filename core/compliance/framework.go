package compliance

import (
	"maps"
	"slices"
	"strconv"

	"github.com/ashlar-iac/ashlar/core/config"
)

// Framework is a set of controls, in one version.
type Framework struct {
	// ID is the short name, in lower case, by which a stack asks for it: cis-kubernetes.
	ID string `json:"id"`
	// Title is the name that its publisher gives it.
	Title string `json:"title"`
	// Version is the version to which the IDs of controls belong.
	Version string `json:"version"`
}

// Control is a requirement of a framework.
type Control struct {
	// Framework is the ID of the [Framework].
	Framework string
	// ID is the number that the framework gives it, such as 5.2.7 or AC-6.
	ID string
	// Title says in a few words what is asked for.
	Title string
}

// Catalogue holds the frameworks that are known, by their IDs.
type Catalogue map[string]Framework

var _ config.Validator = Catalogue(nil)

// NewCatalogue returns the frameworks that this library's components declare
// evidence for or are asked about most, and further ones: those of an
// organization, for instance. A further one replaces a known one of the same ID.
func NewCatalogue(further ...Framework) Catalogue {
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
	}, further) {
		c[f.ID] = f
	}
	return c
}

// IDs returns the short names of the frameworks, sorted.
func (c Catalogue) IDs() []string { return slices.Sorted(maps.Keys(c)) }

// Validate implements config.Validator for the section ashlar:compliance: it
// reports frameworks that are not in the catalogue.
//
//	config.WithValidator(compliance.SectionName, catalogue)
func (c Catalogue) Validate(report *config.Report) {
	asked, _ := report.Value(SectionName, "frameworks")
	list, _ := asked.([]any)
	seen := map[string]bool{}
	for i, item := range list {
		id, ok := item.(string)
		path := []string{"frameworks", strconv.Itoa(i)}
		switch _, known := c[id]; {
		case !ok:
			// The schema has reported it.
		case !known:
			report.Add(path, "unknown framework %q, %s", id, config.Suggest(id, c.IDs()))
		case seen[id]:
			report.Add(path, "%q is named twice", id)
		}
		seen[id] = true
	}
}
