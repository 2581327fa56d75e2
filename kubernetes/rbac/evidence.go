package rbac

import (
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/compliancecontrols"
)

var _ compliance.Declarer = (*ServiceAccountArgs)(nil)

// Evidence implements compliance.Declarer. The value of each permission that a control restricts lists the rules with it.
func (a *ServiceAccountArgs) Evidence() []compliance.Evidence {
	rules := slices.Concat(a.Rules, a.ClusterRules)
	out := []compliance.Evidence{
		compliance.Check("mountToken", a.MountToken, !a.MountToken, "false", compliancecontrols.ServiceToken...),
	}
	read, write := []string{"get", "list", "watch"}, []string{"create", "patch", "update"}
	for _, p := range []struct {
		remedy   string
		controls []compliance.Control
		granted  func(*Rule) bool
	}{
		{"no wildcards", compliancecontrols.Wildcards, (*Rule).wild},
		{"no bind, escalate or impersonate", compliancecontrols.EscalatingVerbs, (*Rule).escalates},
		{"no access to secrets", compliancecontrols.ReadSecrets, func(r *Rule) bool { return r.allows("", "secrets", read...) }},
		{"no creation of pods", compliancecontrols.CreatePods, func(r *Rule) bool { return r.allows("", "pods", "create") }},
		{"no creation of persistent volumes", compliancecontrols.CreateVolumes, func(r *Rule) bool { return r.allows("", "persistentvolumes", "create") }},
		{"no access to nodes/proxy", compliancecontrols.NodeProxy, func(r *Rule) bool { return r.allows("", "nodes/proxy") }},
		{"no approval of certificate signing requests", compliancecontrols.ApproveCertificates, func(r *Rule) bool {
			return r.allows("certificates.k8s.io", "certificatesigningrequests/approval", "patch", "update")
		}},
		{"no changes of webhook configurations", compliancecontrols.ChangeWebhooks, func(r *Rule) bool {
			const group = "admissionregistration.k8s.io"
			return r.allows(group, "mutatingwebhookconfigurations", write...) || r.allows(group, "validatingwebhookconfigurations", write...)
		}},
		{"no creation of service account tokens", compliancecontrols.CreateTokens, func(r *Rule) bool { return r.allows("", "serviceaccounts/token", "create") }},
	} {
		var granted []string
		for _, r := range rules {
			if p.granted(&r) {
				granted = append(granted, strings.Join(r.Verbs, ",")+" "+strings.Join(r.Resources, ","))
			}
		}
		value := "none"
		if len(granted) > 0 {
			value = strings.Join(granted, "; ")
		}
		out = append(out, compliance.Check("rules", value, len(granted) == 0, p.remedy, p.controls...))
	}
	return out
}

// wild reports whether a rule has a wildcard.
func (r *Rule) wild() bool {
	return slices.ContainsFunc(slices.Concat(r.APIGroups, r.Resources, r.Verbs), func(text string) bool {
		return strings.Contains(text, wildcard)
	})
}

// escalates reports whether a rule has a verb that escalates.
func (r *Rule) escalates() bool {
	return slices.ContainsFunc(r.Verbs, func(verb string) bool { return verb == wildcard || slices.Contains(escalating, verb) })
}
