package application

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/metadata"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objectmeta"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/serviceidentity"
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
	a.account().Check(report, []string{"identity"}, a.Identity)
}

// account is the service account of the pods.
func (a *ApplicationArgs) account() serviceidentity.Account {
	return serviceidentity.Account{Namespace: a.Namespace, Name: a.Name, Owner: "application"}
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
	out.namespace = a.account().Resolved(info)
	return out
}

// labels returns the labels of the application's pods. Those that the identity requires take precedence.
func (i identity) labels(given pulumi.StringMapInput) pulumi.StringMapInput {
	if len(i.podLabels) == 0 {
		return given
	}
	return objectmeta.Merge(given, pulumi.ToStringMap(i.podLabels))
}
