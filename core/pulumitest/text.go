package pulumitest

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/ashlar-iac/ashlar/core/canonical"
)

// String returns the recording as YAML: a tree of the resources with their inputs
// and options, the calls, the logs and the exports. Programs that register the same
// have the same text, in any order of registration. Secrets are redacted.
func (r *Recording) String() string { return r.render(redacted) }

func (r *Recording) render(s style) string {
	out := map[string]any{"resources": r.tree(r.Stack, s)}
	if len(r.Invokes) > 0 {
		out["invokes"] = r.invocations(s)
	}
	if len(r.Logs) > 0 {
		out["logs"] = r.messages()
	}
	if len(r.Exports) > 0 {
		out["exports"] = plainMap(r.Exports, s)
	}
	text, err := canonical.YAML(out)
	if err != nil {
		return fmt.Sprintf("cannot encode the recording: %v\n", err)
	}
	return string(text)
}

func (r *Recording) tree(parent resource.URN, s style) map[string]any {
	out := map[string]any{}
	for _, res := range r.Children(parent) {
		shown := res.facts(s)
		if children := r.tree(res.URN, s); len(children) > 0 {
			shown["children"] = children
		}
		out[res.Type+" "+res.Name] = shown
	}
	return out
}

// facts returns everything about a resource that differs from the default.
func (r *Registration) facts(s style) map[string]any {
	out := map[string]any{}
	add := func(key string, value any, isSet bool) {
		if isSet {
			out[key] = value
		}
	}
	add("inputs", plainMap(r.Inputs, s), len(r.Inputs) > 0)
	add("read", r.ID, r.Read)
	add("remote", true, r.Remote)
	if r.Provider != nil && r.Custom {
		out["provider"] = r.Provider.Type + " " + r.Provider.Name
	}
	if n := len(r.RegisteredOutputs); n == 1 {
		out["outputs"] = plainMap(r.RegisteredOutputs[0], s)
	} else if n > 1 {
		all := make([]any, 0, n)
		for _, outputs := range r.RegisteredOutputs {
			all = append(all, plainMap(outputs, s))
		}
		out["outputs of each registration"] = all
	}
	add("dependencies", short(r.Dependencies), len(r.Dependencies) > 0)
	add("protect", true, r.Protect)
	add("retainOnDelete", true, r.RetainOnDelete)
	add("deleteBeforeReplace", true, r.DeleteBeforeReplace)
	add("ignoreChanges", r.IgnoreChanges, len(r.IgnoreChanges) > 0)
	add("replaceOnChanges", r.ReplaceOnChanges, len(r.ReplaceOnChanges) > 0)
	add("hideDiffs", r.HideDiffs, len(r.HideDiffs) > 0)
	add("additionalSecretOutputs", r.AdditionalSecretOutputs, len(r.AdditionalSecretOutputs) > 0)
	add("deletedWith", r.DeletedWith, r.DeletedWith != "")
	add("replaceWith", short(r.ReplaceWith), len(r.ReplaceWith) > 0)
	add("customTimeouts", r.CustomTimeouts, r.CustomTimeouts != nil)
	add("import", r.Import, r.Import != "")
	var aliases []any
	for _, alias := range r.Aliases {
		aliases = append(aliases, aliasText(alias))
	}
	add("aliases", aliases, len(aliases) > 0)
	return out
}

func aliasText(a resource.Alias) string {
	if a.URN != "" {
		return string(a.URN)
	}
	var parts []string
	for _, part := range []struct{ key, value string }{
		{"name", a.Name}, {"type", a.Type}, {"project", a.Project}, {"stack", a.Stack}, {"parent", string(a.Parent)},
	} {
		if part.value != "" {
			parts = append(parts, part.key+" "+part.value)
		}
	}
	if a.NoParent {
		parts = append(parts, "no parent")
	}
	return strings.Join(parts, ", ")
}

// short returns the types and names of resources, sorted.
func short(urns []resource.URN) []string {
	var out []string
	for _, urn := range urns {
		out = append(out, string(urn.Type())+" "+urn.Name())
	}
	slices.Sort(out)
	return out
}

func (r *Recording) invocations(s style) map[string]any {
	out := map[string][]string{}
	for _, i := range r.Invokes {
		shown := map[string]any{"args": plainMap(i.Args, s)}
		if i.Provider != nil {
			shown["provider"] = i.Provider.Type + " " + i.Provider.Name
		}
		text, err := canonical.CompactJSON(shown)
		if err != nil {
			text = []byte(err.Error())
		}
		out[i.Token] = append(out[i.Token], string(text))
	}
	sorted := map[string]any{}
	for token, calls := range out {
		slices.Sort(calls)
		sorted[token] = calls
	}
	return sorted
}

func (r *Recording) messages() []string {
	var out []string
	for _, log := range r.Logs {
		text := log.Severity + ": " + log.Message
		if log.URN != "" {
			text += fmt.Sprintf(" (%s %s)", log.URN.Type(), log.URN.Name())
		}
		out = append(out, text)
	}
	slices.Sort(out)
	return out
}

// Golden compares the text of the recording with a file, by convention under
// testdata, and fails the test if they differ.
//
// The file is written if the test package defines a boolean flag named update and it
// is set, as in go test ./... -update. A missing file is always written, and the
// test fails, so that the new file is reviewed.
func (r *Recording) Golden(tb testing.TB, path string) {
	tb.Helper()
	GoldenText(tb, path, r.String())
}

// GoldenText is [Recording.Golden] for any text, such as a published JSON Schema.
func GoldenText(tb testing.TB, path, got string) {
	tb.Helper()
	want, err := os.ReadFile(path)
	missing := errors.Is(err, fs.ErrNotExist)
	if err != nil && !missing {
		tb.Fatalf("read golden file: %v", err)
	}
	if string(want) == got && !missing {
		return
	}
	if !missing && !updating() {
		tb.Errorf("the text differs from %s (-want +got):\n%s", path, cmp.Diff(string(want), got))
		return
	}
	if err := write(path, got); err != nil {
		tb.Fatalf("write golden file: %v", err)
	}
	if missing {
		tb.Errorf("golden file %s did not exist and was written: review it and run the test again", path)
	}
}

// updating reports whether the flag update of the test package is set.
func updating() bool {
	update := flag.Lookup("update")
	if update == nil {
		return false
	}
	getter, ok := update.Value.(flag.Getter)
	return ok && getter.Get() == true
}

func write(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}
