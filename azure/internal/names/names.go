// Package names checks names that arguments set, and the resource IDs in which they are.
package names

import (
	"errors"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/naming"
)

// Check reports a name that the type of resource rejects. An empty name is a generated one.
func Check(report *config.Report, path []string, token, name string) {
	if name == "" {
		return
	}
	for err := range failure.All(naming.Azure()[token].Check(name)) {
		if problem := (*naming.NameError)(nil); errors.As(err, &problem) {
			report.Add(path, "invalid name %q of a %s: %s", name, problem.Kind, problem.Message)
		}
	}
}

// Optional returns nil for a property that is not set.
func Optional(text string) pulumi.StringPtrInput {
	if text == "" {
		return nil
	}
	return pulumi.String(text)
}

// CheckGroup reports a constructor without the resource group that contains the resource. In a section, the group is the
// reference of the entry.
func CheckGroup(report *config.Report, group pulumi.StringInput) {
	if group == nil || group == pulumi.String("") {
		report.Add([]string{"resourceGroupName"}, "required: add the name of the resource group")
	}
}

// CheckID reports a known resource ID that is not one of a type, such as Microsoft.Storage/storageAccounts. Azure ignores
// the case of IDs.
func CheckID(report *config.Report, path []string, given pulumi.StringInput, kind, example string) {
	id, known := given.(pulumi.String)
	if !known {
		return
	}
	if parts := strings.Split(string(id), "/"); len(parts) < 3 || parts[0] != "" ||
		!strings.Contains(strings.ToLower(string(id)), "/providers/"+strings.ToLower(kind)+"/") {
		report.Add(path, "found %q: use the resource ID of a %s", string(id), example)
	}
}
