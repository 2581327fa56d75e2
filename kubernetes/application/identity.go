package application

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/metadata"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
)

// revision is the annotation of pods that changes when they have to start anew for their identity.
const revision = metadata.DefaultLabelPrefix + "/identity"

// identity is what an application does for the identity of its pods in a cloud. The empty one does nothing.
type identity struct {
	// namespace is the application's, and an error where the identity is for another one.
	namespace                   pulumi.StringInput
	annotations, podAnnotations pulumi.StringMap
	podLabels                   map[string]string
	peers                       []network.Peer
	ready                       []pulumi.Resource
}

// checkIdentity reports an identity that is for others, as far as that is known yet.
func (a *Args) checkIdentity(report *config.Report) {
	if a.Identity == nil {
		return
	}
	info := a.Identity.WorkloadIdentityInfo()
	account, known := info.ServiceAccount.(pulumi.String)
	if known && string(account) != a.Name {
		report.Add([]string{"identity"}, "%q is for the service account %q, that of the application is called %q: give one the name of the other",
			info.Name, account, a.Name)
	}
	namespace, known := info.Namespace.(pulumi.String)
	if own, ok := a.Namespace.(pulumi.String); ok && known && namespace != own {
		report.Add([]string{"identity"}, "%q is for the namespace %q, the application is in %q: move one of them", info.Name, namespace, own)
	}
}

// identity returns what the application does for its identity.
func (a *Args) identity() identity {
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
		out.peers = append(out.peers, network.Peer{CIDR: e.CIDR, Ports: []int{e.Port}})
	}
	name := a.Name
	out.namespace = pulumi.All(a.Namespace, info.Namespace, info.ServiceAccount).ApplyT(func(all []any) (string, error) {
		own, namespace, account := all[0].(string), all[1].(string), all[2].(string)
		if namespace != own || account != name {
			return "", failure.New(failure.Configuration, "identify", "pods of "+own+"/"+name,
				"the identity %q is for %s/%s: its namespace and service account have to be those of the application", info.Name, namespace, account)
		}
		return own, nil
	}).(pulumi.StringOutput)
	return out
}

// labels returns labels of people, and those that pods need for their identity.
func (i identity) labels(given map[string]string) map[string]string {
	if len(i.podLabels) == 0 {
		return given
	}
	out := maps.Clone(i.podLabels)
	for key, value := range given {
		if _, needed := out[key]; !needed {
			out[key] = value
		}
	}
	return out
}

// connections returns what the pods may talk to, and where they get their credentials.
func (i identity) connections(given network.Connections) network.Connections {
	given.AllowTo = slices.Concat(given.AllowTo, i.peers)
	return given
}
