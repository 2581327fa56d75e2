package compliance

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/canonical"
)

// Report is the evidence about frameworks. It is sorted, so that the same
// program makes the same report.
type Report struct {
	Frameworks []FrameworkReport `json:"frameworks"`
}

// FrameworkReport is the evidence about one framework.
type FrameworkReport struct {
	Framework
	// Status is NotMet when one control is not met, and NoEvidence when there is none.
	Status Status `json:"status"`
	// Controls are those that there is evidence for, by their IDs.
	Controls []ControlReport `json:"controls"`
}

// Count returns how many controls are met, and how many are not.
func (f FrameworkReport) Count() (met, notMet int) {
	for _, c := range f.Controls {
		if c.Status == Met {
			met++
		} else {
			notMet++
		}
	}
	return met, notMet
}

// ControlReport is the evidence about one control.
type ControlReport struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	// Status is NotMet when one finding is.
	Status Status `json:"status"`
	// Evidence is sorted by type, name and setting.
	Evidence []Finding `json:"evidence"`
}

// Finding is what a setting of a component says about a control.
type Finding struct {
	// Type and Name are those of the component.
	Type string `json:"type"`
	Name string `json:"name"`
	// Setting, Value and Remedy are those of the [Evidence].
	Setting string `json:"setting"`
	Value   string `json:"value"`
	Status  Status `json:"status"`
	Remedy  string `json:"remedy,omitempty"`
}

// WithoutEvidence returns the IDs of the frameworks that there is no evidence
// for.
func (r *Report) WithoutEvidence() []string {
	var out []string
	for _, f := range r.Frameworks {
		if f.Status == NoEvidence {
			out = append(out, f.ID)
		}
	}
	return out
}

// JSON returns the report as a JSON document that reads the same on every run.
func (r *Report) JSON() ([]byte, error) { return canonical.JSON(r) }

// Output returns the report as an output of a stack: by framework and control,
// with the status and the settings that decide it.
//
//	pulumi stack output compliance
func (r *Report) Output() pulumi.Map {
	out := pulumi.Map{}
	for _, f := range r.Frameworks {
		controls := pulumi.Map{}
		for _, c := range f.Controls {
			controls[c.ID] = c.output()
		}
		out[f.ID] = pulumi.Map{
			"title":    pulumi.String(f.Title),
			"version":  pulumi.String(f.Version),
			"status":   pulumi.String(f.Status),
			"controls": controls,
		}
	}
	return out
}

func (c ControlReport) output() pulumi.Map {
	evidence := pulumi.Array{}
	for _, e := range c.Evidence {
		entry := pulumi.StringMap{
			"type":    pulumi.String(e.Type),
			"name":    pulumi.String(e.Name),
			"setting": pulumi.String(e.Setting),
			"value":   pulumi.String(e.Value),
			"status":  pulumi.String(e.Status),
		}
		if e.Remedy != "" {
			entry["remedy"] = pulumi.String(e.Remedy)
		}
		evidence = append(evidence, entry)
	}
	return pulumi.Map{
		"title":    pulumi.String(c.Title),
		"status":   pulumi.String(c.Status),
		"evidence": evidence,
	}
}
