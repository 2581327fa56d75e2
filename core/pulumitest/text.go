package pulumitest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/ashlar-iac/ashlar/core/canonical"
)

// String returns the recording as YAML that is the same whenever the same was
// registered, whatever the order of arrival: a tree of resources with what was
// asked for, the calls, the logs, the exports. Secrets are redacted.
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
		// A number that YAML has no form for, such as an infinity.
		return fmt.Sprintf("no text of the recording: %v\n", err)
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

// facts returns everything about a resource that is not the default.
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

// short returns the type and the name of resources, sorted.
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
