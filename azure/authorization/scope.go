package authorization

import (
	"strings"

	"github.com/google/uuid"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// namespace is that of the GUIDs of role assignments and definitions. It never changes, because the GUIDs would.
var namespace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://github.com/ashlar-iac/ashlar/azure/authorization"))

// guidFrom returns a stable GUID from texts. Azure ignores the case of IDs.
func guidFrom(parts ...string) string {
	for i := range parts {
		parts[i] = normalized(parts[i])
	}
	return uuid.NewSHA1(namespace, []byte(strings.Join(parts, "\n"))).String()
}

func normalized(id string) string { return strings.ToLower(strings.TrimSuffix(id, "/")) }

// The beginnings of scopes.
const (
	subscriptions    = "/subscriptions/"
	managementGroups = "/providers/microsoft.management/managementgroups/"
)

// subscriptionOf returns the beginning of a scope with its subscription, such as /subscriptions/ID, or "" for a management
// group.
func subscriptionOf(scope string) string {
	if !strings.HasPrefix(strings.ToLower(scope), subscriptions) {
		return ""
	}
	id, _, _ := strings.Cut(scope[len(subscriptions):], "/")
	return subscriptions + id
}

// isWide reports whether a scope is a whole subscription or a management group.
func isWide(scope string) bool {
	scope = normalized(scope)
	if strings.HasPrefix(scope, managementGroups) {
		return true
	}
	id, ok := strings.CutPrefix(scope, subscriptions)
	return ok && !strings.Contains(id, "/")
}

// checkScope reports a known scope that is neither a subscription, nor a management group, nor something within one.
func checkScope(report *config.Report, path []string, given pulumi.StringInput) {
	scope, known := given.(pulumi.String)
	if !known {
		return
	}
	lower := strings.ToLower(string(scope))
	for _, start := range []string{subscriptions, managementGroups} {
		if len(lower) > len(start) && strings.HasPrefix(lower, start) {
			return
		}
	}
	report.Add(path, "found %q: use the resource ID of a subscription, a resource group, a resource or a management group, "+
		"such as /subscriptions/11111111-2222-3333-4444-555555555555", string(scope))
}

// definitionID returns the ID of a role in the form in which Azure returns it, which depends on the scope: another form
// would show as a change on every refresh.
func definitionID(scope, guid string) string { return subscriptionOf(scope) + definitions + guid }
