package compliance

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// The names of the files that [Report.Write] writes.
const (
	JSONFile     = "compliance.json"
	MarkdownFile = "compliance.md"
)

// Write writes the report into a folder, as [JSONFile] and [MarkdownFile]. The
// folder is made where it is missing. Each file is replaced as a whole or left
// alone. Errors are of the class failure.Configuration.
func (r *Report) Write(folder string) error {
	text, err := r.JSON()
	if err == nil {
		err = os.MkdirAll(folder, 0o755) //nolint:gosec // Evidence is for others to read.
	}
	if err == nil {
		err = replaceFile(filepath.Join(folder, JSONFile), text)
	}
	if err == nil {
		err = replaceFile(filepath.Join(folder, MarkdownFile), r.Markdown())
	}
	return failure.Wrap(failure.Configuration, "write", "compliance report into "+folder, err)
}

// replaceFile writes a file of its own and puts it into the place of the former
// one, so that no reader sees half of it.
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

// cell writes text so that Markdown shows it as it is, in one cell of a table.
func cell(text string) string {
	return strings.NewReplacer(
		"\\", "\\\\", "|", "\\|", "`", "\\`", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]", "#", "\\#",
		"<", "&lt;", ">", "&gt;", "&", "&amp;", "\r\n", " ", "\n", " ", "\r", " ",
	).Replace(text)
}

// Markdown returns the report as a page with a table for each framework.
func (r *Report) Markdown() []byte {
	var out bytes.Buffer
	// The template is a constant and a buffer takes everything: neither fails.
	_ = page.Execute(&out, r)
	return out.Bytes()
}
