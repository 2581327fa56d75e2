package rbac

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	rbacv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/rbac/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/ashlar-iac/ashlar/core/config"
)

// Rule allows verbs on resources. Source: "Using RBAC Authorization", Kubernetes documentation.
type Rule struct {
	// APIGroups lists the API groups of the resources, such as apps. The empty string is the core group. Default: the core
	// group.
	APIGroups []string `pulumi:"apiGroups,optional"`
	// Resources lists the resources in lower case and plural, such as pods, or pods/log for a subresource. Required.
	Resources []string `pulumi:"resources" jsonschema:"required,minItems=1"`
	// ResourceNames lists the names of the objects. Default: all objects.
	ResourceNames []string `pulumi:"resourceNames,optional"`
	// Verbs lists the verbs, such as get, list and watch. Required.
	Verbs []string `pulumi:"verbs" jsonschema:"required,minItems=1"`
}

// wildcard stands for all API groups, resources or verbs.
const wildcard = "*"

// verbs are those of the API server. Source: "Authorization" and "Using RBAC Authorization", Kubernetes documentation.
var verbs = []string{
	"approve", "attest", "bind", "create", "delete", "deletecollection", "escalate", "get", "impersonate", "list", "patch",
	"sign", "update", "use", "watch", wildcard,
}

// escalating are the verbs that give a service account the permissions of others. Source: "Role Based Access Control
// Good Practices", Kubernetes documentation.
var escalating = []string{"bind", "escalate", "impersonate"}

// nameless are the verbs whose requests have no name that a rule could restrict. Source: "Referring to resources", "Using
// RBAC Authorization", Kubernetes documentation.
var nameless = []string{"create", "deletecollection"}

// resourceName matches resources and subresources.
var resourceName = regexp.MustCompile(`^(\*|[a-z]([-a-z0-9]*[a-z0-9])?)(/(\*|[a-z]([-a-z0-9]*[a-z0-9])?))?$`)

// check reports what is wrong with a rule, and what it needs a permission of the arguments for.
func (r *Rule) check(report *config.Report, a *ServiceAccountArgs) {
	for _, list := range []struct {
		key    string
		values []string
	}{{"apiGroups", r.APIGroups}, {"resources", r.Resources}, {"verbs", r.Verbs}} {
		for i, value := range list.values {
			if strings.Contains(value, wildcard) && !a.AllowWildcards {
				report.Add([]string{list.key, strconv.Itoa(i)}, "%q also allows what is added later: list the %s, or set allowWildcards",
					value, plural(list.key))
			}
		}
	}
	for i, group := range r.APIGroups {
		if group != "" && group != wildcard && len(validation.IsDNS1123Subdomain(group)) > 0 {
			report.Add([]string{"apiGroups", strconv.Itoa(i)},
				"found the string %q, expected an API group without a version, such as apps", group)
		}
	}
	for i, resource := range r.Resources {
		if !resourceName.MatchString(resource) {
			report.Add([]string{"resources", strconv.Itoa(i)},
				"found the string %q, expected a resource in lower case and plural, such as pods or pods/log", resource)
		}
	}
	r.checkVerbs(report, a)
}

func (r *Rule) checkVerbs(report *config.Report, a *ServiceAccountArgs) {
	for i, verb := range r.Verbs {
		at := []string{"verbs", strconv.Itoa(i)}
		switch {
		case slices.Contains(escalating, verb) && !a.AllowEscalation:
			report.Add(at, "%q gives permissions that the service account does not have: remove it, or set allowEscalation", verb)
		case slices.Contains(nameless, verb) && len(r.ResourceNames) > 0:
			report.Add(at, "requests to %s have no name: use another rule without resourceNames", verb)
		case !slices.Contains(verbs, verb) && !strings.Contains(verb, wildcard):
			report.Warn(at, "unknown verb %q, %s", verb, config.Suggest(verb, verbs[:len(verbs)-1]))
		}
	}
}

// plural returns what a list of a rule contains.
func plural(key string) string {
	if key == "apiGroups" {
		return "API groups"
	}
	return key
}

// groups returns the API groups of a rule.
func (r *Rule) groups() []string {
	if len(r.APIGroups) == 0 {
		return []string{""}
	}
	return r.APIGroups
}

// allows reports whether a rule allows a verb on a resource of an API group. Empty verbs stand for any verb.
func (r *Rule) allows(group, resource string, of ...string) bool {
	has := func(list []string, values ...string) bool {
		return slices.Contains(list, wildcard) || slices.ContainsFunc(values, func(v string) bool { return slices.Contains(list, v) })
	}
	_, sub, nested := strings.Cut(resource, "/")
	resources := []string{resource}
	if nested {
		resources = append(resources, "*/"+sub)
	}
	return has(r.groups(), group) && has(r.Resources, resources...) && (len(of) == 0 || has(r.Verbs, of...))
}

// render returns the rules of a role.
func render(rules []Rule) rbacv1.PolicyRuleArray {
	var out rbacv1.PolicyRuleArray
	for _, r := range rules {
		rendered := &rbacv1.PolicyRuleArgs{
			ApiGroups: pulumi.ToStringArray(r.groups()),
			Resources: pulumi.ToStringArray(r.Resources),
			Verbs:     pulumi.ToStringArray(r.Verbs),
		}
		if len(r.ResourceNames) > 0 {
			rendered.ResourceNames = pulumi.ToStringArray(r.ResourceNames)
		}
		out = append(out, rendered)
	}
	return out
}
