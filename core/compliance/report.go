package compliance

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/canonical"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// Report is the evidence of frameworks. It is sorted, so that the same program has the same report.
type Report struct {
	Frameworks []FrameworkReport `json:"frameworks"`
}

// FrameworkReport is the evidence of one framework.
type FrameworkReport struct {
	Framework
	// Status is NotMet when a control is not met, and NoEvidence without evidence.
	Status Status `json:"status"`
	// Controls are the controls with evidence, sorted by ID.
	Controls []ControlReport `json:"controls"`
}

// Count returns the numbers of controls that are met and not met.
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

// ControlReport is the evidence of one control.
type ControlReport struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	// Status is NotMet when a finding is.
	Status Status `json:"status"`
	// Evidence is sorted by type, name and setting.
	Evidence []Finding `json:"evidence"`
}

// Finding is the evidence of a setting of a component for a control.
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

// WithoutEvidence returns the IDs of frameworks without evidence.
func (r *Report) WithoutEvidence() []string {
	var out []string
	for _, f := range r.Frameworks {
		if f.Status == NoEvidence {
			out = append(out, f.ID)
		}
	}
	return out
}

// JSON returns the report as a JSON document that is the same on every run.
func (r *Report) JSON() ([]byte, error) { return canonical.JSON(r) }

// Output returns the report as an output of a stack: by framework and control, with the status and its settings.
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

// The names of the files of [Report.Write].
const (
	JSONFile     = "compliance.json"
	MarkdownFile = "compliance.md"
)

// Write writes the report to a directory as [JSONFile] and [MarkdownFile]. The directory is created when it is
// missing. Each file is replaced atomically. Errors are of the class failure.Configuration.
func (r *Report) Write(directory string) error {
	text, err := r.JSON()
	if err == nil {
		err = os.MkdirAll(directory, 0o755) //nolint:gosec // Others read the evidence.
	}
	if err == nil {
		err = replaceFile(filepath.Join(directory, JSONFile), text)
	}
	if err == nil {
		err = replaceFile(filepath.Join(directory, MarkdownFile), r.Markdown())
	}
	return failure.Wrap(failure.Configuration, "write", "compliance report to "+directory, err)
}

// replaceFile writes a temporary file and renames it, so that readers see a whole file.
func replaceFile(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

var page = template.Must(template.New("report").Funcs(template.FuncMap{"cell": cell}).Parse(`# Compliance evidence
{{range .Frameworks}}
## {{cell .Title}}{{with .Version}}, {{cell .}}{{end}}: {{.Status}}
{{if not .Controls}}
No component declares evidence for controls of {{cell .ID}}.
{{else}}
| control | status | component | setting | value | instead |
|---|---|---|---|---|---|
{{range $c := .Controls}}{{range .Evidence -}}
| {{cell $c.ID}} {{cell $c.Title}} | {{.Status}} | {{cell .Type}} {{cell .Name}} | {{cell .Setting}} | {{cell .Value}} | {{cell .Remedy}} |
{{end}}{{end}}{{end}}{{else}}
Nothing declares evidence.
{{end}}`))

// cell escapes text for a cell of a Markdown table.
func cell(text string) string {
	return strings.NewReplacer(
		"\\", "\\\\", "|", "\\|", "`", "\\`", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]", "#", "\\#",
		"<", "&lt;", ">", "&gt;", "&", "&amp;", "\r\n", " ", "\n", " ", "\r", " ",
	).Replace(text)
}

// Markdown returns the report as a page with a table for each framework.
func (r *Report) Markdown() []byte {
	var out bytes.Buffer
	// The template is constant and writing to a buffer never fails.
	_ = page.Execute(&out, r)
	return out.Bytes()
}
