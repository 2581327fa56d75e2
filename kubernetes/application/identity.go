package application

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/metadata"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objectmeta"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
)

// revision is the annotation of pods that changes when they must restart for their identity.
const revision = metadata.DefaultLabelPrefix + "/identity"

// identity is what the cloud identity of an application adds to its resources. The zero value adds nothing.
type identity struct {
	// namespace is that of the application. It is an error when the identity is for another namespace.
	namespace                   pulumi.StringInput
	annotations, podAnnotations pulumi.StringMap
	podLabels                   map[string]string
	peers                       []network.Peer
	ready                       []pulumi.Resource
}

// checkIdentity reports an identity of another service account, as far as names are known.
func (a *ApplicationArgs) checkIdentity(report *config.Report) {
	if a.Identity == nil {
		return
	}
	info := a.Identity.WorkloadIdentityInfo()
	account, known := info.ServiceAccount.(pulumi.String)
	if known && string(account) != a.Name {
		report.Add([]string{"identity"}, "%q is for service account %q, the application's is %q: use the same name",
			info.Name, account, a.Name)
	}
	namespace, known := info.Namespace.(pulumi.String)
	if own, ok := a.Namespace.(pulumi.String); ok && known && namespace != own {
		report.Add([]string{"identity"}, "%q is for namespace %q, the application is in %q: use the same namespace",
			info.Name, namespace, own)
	}
}

// identity returns what the cloud identity adds.
func (a *ApplicationArgs) identity() identity {
	out := identity{namespace: a.Namespace}
	if a.Identity == nil {
		return out
	}
	info := a.Identity.WorkloadIdentityInfo()
	out.annotations, out.podLabels, out.ready = info.Annotations, info.Labels, info.Ready
	if info.Revision != nil {
		out.podAnnotations = pulumi.StringMap{revision: info.Revision}
	}
	for _, e := range info.Endpoints {
		out.peers = append(out.peers, network.Peer{CIDR: pulumi.String(e.CIDR), Ports: []int{e.Port}})
	}
	name := a.Name
	out.namespace = pulumi.All(a.Namespace, info.Namespace, info.ServiceAccount).ApplyT(func(all []any) (string, error) {
		own, namespace, account := all[0].(string), all[1].(string), all[2].(string)
		if namespace != own || account != name {
			return "", failure.New(failure.Configuration, "use", fmt.Sprintf("identity %q", info.Name),
				"it is for service account %s/%s, the application's is %s/%s: use the same namespace and name",
				namespace, account, own, name)
		}
		return own, nil
	}).(pulumi.StringOutput)
	return out
}

// labels returns the labels of the application's pods. Those that the identity requires take precedence.
func (i identity) labels(given pulumi.StringMapInput) pulumi.StringMapInput {
	if len(i.podLabels) == 0 {
		return given
	}
	return objectmeta.Merge(given, pulumi.ToStringMap(i.podLabels))
}
