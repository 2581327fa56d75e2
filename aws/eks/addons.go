package eks

import (
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// AddonsSettings are the add-ons of a cluster: those that every cluster has, and further ones.
type AddonsSettings struct {
	// PodIdentityAgent hands the credentials of EKS Pod Identity to pods.
	PodIdentityAgent PodIdentityAgent `pulumi:"podIdentityAgent"`
	// VPCCNI gives pods addresses of the VPC, and enforces network policies.
	VPCCNI VPCCNI `pulumi:"vpcCni"`
	// KubeProxy is how pods reach Services.
	KubeProxy KubeProxy `pulumi:"kubeProxy"`
	// CoreDNS resolves names in the cluster.
	CoreDNS CoreDNS `pulumi:"coreDns"`
	// EBSCSI makes volumes for pods.
	EBSCSI EBSCSI `pulumi:"ebsCsi"`
	// Others are further add-ons, by name, such as aws-efs-csi-driver. They come after the nodes. Default: none.
	Others config.Named[OtherAddon] `pulumi:"others"`
}

// OtherAddon is a further add-on of a cluster.
type OtherAddon struct {
	// Enabled says whether the add-on is there.
	Enabled *bool `pulumi:"enabled" jsonschema:"default=true"`
	// AddonName is its name in EKS. Default: the name of the entry. Changing it replaces the add-on.
	AddonName string `pulumi:"addonName" jsonschema:"pattern=^[a-z0-9][a-z0-9_-]*$,maxLength=100"`
	AddonSettings
}

// conditions are what add-ons have to know of their cluster.
type conditions struct {
	// nodes and fargate say what pods can run on: node groups, Fargate profiles.
	nodes, fargate bool
	// ipv6 says that pods have addresses of IPv6.
	ipv6 bool
	// issuer says that IAM knows the cluster's identity provider.
	issuer bool
}

// plan is an add-on that a cluster is going to have.
type plan struct {
	// key names it among the parts of the cluster.
	key, addon string
	settings   AddonSettings
}

var _ config.Validator = (*AddonsSettings)(nil)

// Validate implements config.Validator.
func (s *AddonsSettings) Validate(report *config.Report) {
	own := ownEntries()
	keys := map[string]string{}
	for _, p := range s.plans(conditions{nodes: true}) {
		keys[p.key] = own[p.addon]
	}
	names := map[string]string{}
	for _, key := range s.Others.Names() {
		o, at := s.Others[key], []string{"others", key}
		name := o.name(key)
		switch first, twice := names[name]; {
		case own[name] != "":
			report.Add(at, "%s has an entry of its own: write %s", name, own[name])
		case keys[key] != "":
			report.Add(at, "%s has this name: choose another one, and write addonName", keys[key])
		case twice:
			report.Add(at, "it is the same add-on as %s: leave out one of them", first)
		}
		names[name] = key
		o.check(report, at, name)
	}
	s.checkAgent(report)
}

// checkAgent reports add-ons that would get no credentials.
func (s *AddonsSettings) checkAgent(report *config.Report) {
	if *s.PodIdentityAgent.Enabled {
		return
	}
	for _, at := range s.identified(podIdentity) {
		report.Add(append(at, "identity", "method"), "without podIdentityAgent nobody hands it its credentials: set irsa")
	}
}

// identified returns the paths of the add-ons that get credentials by a method.
func (s *AddonsSettings) identified(method string) [][]string {
	var out [][]string
	all := conditions{nodes: true}
	for _, p := range slices.Concat(s.before(all), s.after(all)) {
		if who := p.settings.Identity.of(p.addon); who.wanted && who.method == method {
			at := []string{"others", p.key}
			if own := ownEntries()[p.addon]; own != "" {
				at = []string{own}
			}
			out = append(out, at)
		}
	}
	return out
}

// ownEntries returns the options of the add-ons of every cluster by their names in EKS.
func ownEntries() map[string]string {
	return map[string]string{
		agentAddon: "podIdentityAgent", vpcCNIAddon: "vpcCni", kubeProxyAddon: "kubeProxy", coreDNSAddon: "coreDns", ebsCSIAddon: "ebsCsi",
	}
}

// checkFor reports add-ons that do not go with their cluster.
func (s *AddonsSettings) checkFor(report *config.Report, at []string, c conditions) {
	below := func(path ...string) []string { return slices.Concat(at, path) }
	s.checkNodes(report, below, c)
	if !c.issuer {
		for _, path := range s.identified(irsa) {
			report.Add(below(append(path, "identity", "method")...), "it takes the cluster's identity provider: set identityProvider, or podIdentity")
		}
	}
	if v := &s.VPCCNI; c.ipv6 && *v.Enabled {
		if !*v.PrefixDelegation {
			report.Add(below("vpcCni", "prefixDelegation"), "addresses of IPv6 come in blocks alone: leave it out")
		}
		if len(v.CustomNetworking) > 0 {
			report.Add(below("vpcCni", "customNetworking"), "pods with addresses of IPv6 are in the subnets of their nodes: leave it out")
		}
	}
}

// checkNodes reports add-ons that need something to run on, and would never be ready.
func (s *AddonsSettings) checkNodes(report *config.Report, below func(...string) []string, c conditions) {
	switch {
	case c.nodes:
	case *s.CoreDNS.Enabled && !c.fargate:
		report.Add(below("coreDns"), "there is nothing that it could run on: add a node group or a Fargate profile, or set enabled to false "+
			"until there are nodes")
	case *s.CoreDNS.Enabled && s.CoreDNS.ComputeType == "ec2":
		report.Add(below("coreDns", "computeType"), "the cluster has no node group: leave it out, for Fargate")
	}
	if !c.nodes && s.EBSCSI.Enabled != nil && *s.EBSCSI.Enabled {
		report.Add(below("ebsCsi", "enabled"), "it needs nodes, and the cluster has no node group: leave it out")
	}
}

// before returns the add-ons that have to be there before nodes are, in their order: nodes get ready when they have a network plugin, which
// gets its credentials from the agent.
func (s *AddonsSettings) before(c conditions) []plan { return s.some(c, true) }

// after returns the add-ons that need nodes to run on, in any order.
func (s *AddonsSettings) after(c conditions) []plan {
	out := s.some(c, false)
	for _, key := range s.Others.Names() {
		if o := s.Others[key]; *o.Enabled {
			out = append(out, plan{key, o.name(key), o.AddonSettings})
		}
	}
	return out
}

// some returns those of the add-ons of every cluster that come before the nodes, or after them.
func (s *AddonsSettings) some(c conditions, before bool) []plan {
	var out []plan
	for _, p := range s.plans(c) {
		if p.before == before && p.enabled {
			out = append(out, p.plan)
		}
	}
	return out
}

// usual is an add-on of every cluster.
type usual struct {
	plan
	enabled, before bool
}

func (s *AddonsSettings) plans(c conditions) []usual {
	volumes := c.nodes
	if s.EBSCSI.Enabled != nil {
		volumes = *s.EBSCSI.Enabled
	}
	return []usual{
		{plan{"pod-identity-agent", agentAddon, s.PodIdentityAgent.AddonSettings}, *s.PodIdentityAgent.Enabled, true},
		{plan{"vpc-cni", vpcCNIAddon, s.VPCCNI.settings(c)}, *s.VPCCNI.Enabled, true},
		{plan{"kube-proxy", kubeProxyAddon, s.KubeProxy.settings()}, *s.KubeProxy.Enabled, true},
		{plan{"coredns", coreDNSAddon, s.CoreDNS.settings(c)}, *s.CoreDNS.Enabled, false},
		{plan{"ebs-csi", ebsCSIAddon, s.EBSCSI.settings()}, volumes, false},
	}
}

// name returns the add-on's name in EKS.
func (o *OtherAddon) name(key string) string {
	if o.AddonName != "" {
		return o.AddonName
	}
	return key
}

// addonsInRow installs add-ons that wait for each other, and returns what waits for all of them.
func addonsInRow(ctx *pulumi.Context, cluster string, plans []plan, target Target, opts ...pulumi.ResourceOption) ([]pulumi.Resource, error) {
	var made []pulumi.Resource
	for _, p := range plans {
		addon, err := p.install(ctx, cluster, target.after(ctx, made...), opts...)
		if err != nil {
			return nil, err
		}
		made = append(made, addon)
	}
	return made, nil
}

// addonsAtOnce installs add-ons that do not need each other.
func addonsAtOnce(ctx *pulumi.Context, cluster string, plans []plan, target Target, opts ...pulumi.ResourceOption) ([]pulumi.Resource, error) {
	var made []pulumi.Resource
	for _, p := range plans {
		addon, err := p.install(ctx, cluster, target, opts...)
		if err != nil {
			return nil, err
		}
		made = append(made, addon)
	}
	return made, nil
}

func (p plan) install(ctx *pulumi.Context, cluster string, target Target, opts ...pulumi.ResourceOption) (*Addon, error) {
	return NewAddon(ctx, strings.Join([]string{cluster, p.key}, "-"), &AddonArgs{AddonName: p.addon, AddonSettings: p.settings, Target: target}, opts...)
}

// merged returns values with others that win, at any depth.
func merged(values, winning map[string]any) map[string]any {
	out := maps.Clone(values)
	for key, value := range winning {
		below, nested := value.(map[string]any)
		if own, ok := out[key].(map[string]any); ok && nested {
			out[key] = merged(own, below)
			continue
		}
		out[key] = value
	}
	return out
}
