package helm

import (
	"cmp"
	"fmt"
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/metadata"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objects"
)

// revision is the annotation of pods that changes when they must restart for their identity.
const revision = metadata.DefaultLabelPrefix + "/identity"

// addIdentity adds what the identity requires: annotations of the service account, and labels and annotations of the pods
// that use it.
func (p *plan) addIdentity() {
	if p.args.Identity == nil {
		return
	}
	info := p.args.Identity.WorkloadIdentityInfo()
	known, _ := info.ServiceAccount.(pulumi.String)
	account := cmp.Or(p.args.ServiceAccount, string(known))
	switch {
	case account == "":
		p.add([]string{"serviceAccount"}, "the service account of the identity is an output: set its name")
		return
	case known != "" && string(known) != account:
		p.add([]string{"identity"}, "%q is for service account %q, that of the chart is %q: use the same name", info.Name, known, account)
	}
	p.extra = map[identity]map[string]pulumi.Input{}
	found, pods := false, false
	for _, o := range p.rendered.All() {
		if o.GetKind() == "ServiceAccount" && o.GetName() == account && o.GetNamespace() == "" {
			p.extend(o, []string{"metadata", "annotations"}, info.Annotations)
			found = true
		}
		path, ok := o.PodPath()
		if !ok {
			continue
		}
		at := func(keys ...string) []string { return append(append([]string{}, path...), keys...) }
		if used, _, _ := unstructured.NestedString(o.Object, at("spec", "serviceAccountName")...); used != account {
			continue
		}
		pods = true
		labels := map[string]pulumi.StringInput{}
		for key, value := range info.Labels {
			labels[key] = pulumi.String(value)
		}
		p.extend(o, at("metadata", "labels"), labels)
		if info.Revision != nil {
			p.extend(o, at("metadata", "annotations"), map[string]pulumi.StringInput{revision: info.Revision})
		}
	}
	if len(info.Annotations) > 0 && !found {
		p.add([]string{"identity"}, "%q is for service account %q, which the chart does not create: set its values so that it does",
			info.Name, account)
	}
	if !pods {
		p.add([]string{"identity"}, "no pod of the chart uses service account %q: set its values so that one does", account)
	}
}

// extend adds texts to a map of an object. They are outputs.
func (p *plan) extend(o objects.Object, at []string, texts map[string]pulumi.StringInput) {
	if len(texts) == 0 {
		return
	}
	given, _, _ := unstructured.NestedStringMap(o.Object, at...)
	given = maps.Clone(given)
	if given == nil {
		given = map[string]string{}
	}
	path := ""
	for _, key := range at {
		path = objects.Field(path, key)
	}
	if p.extra[identify(o)] == nil {
		p.extra[identify(o)] = map[string]pulumi.Input{}
	}
	for key, text := range texts {
		given[key] = ""
		p.extra[identify(o)][objects.Field(path, key)] = text
	}
	// The map is one of texts, so that it cannot fail.
	_ = unstructured.SetNestedStringMap(o.Object, given, at...)
}

// checkedNamespace returns the namespace. It is an error when the identity is for another one, or for another service
// account.
func (p *plan) checkedNamespace() pulumi.StringInput {
	if p.args.Identity == nil {
		return p.args.Namespace
	}
	info := p.args.Identity.WorkloadIdentityInfo()
	wanted := p.args.ServiceAccount
	return pulumi.All(p.args.Namespace, info.Namespace, info.ServiceAccount).ApplyT(func(all []any) (string, error) {
		own, namespace, account := all[0].(string), all[1].(string), all[2].(string)
		if namespace != own || wanted != "" && account != wanted {
			return "", failure.New(failure.Configuration, "use", fmt.Sprintf("identity %q", info.Name),
				"it is for service account %s/%s, the chart's is %s/%s: use the same namespace and name",
				namespace, account, own, cmp.Or(wanted, account))
		}
		return own, nil
	}).(pulumi.StringOutput)
}
