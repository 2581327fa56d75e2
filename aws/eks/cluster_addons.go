package eks

import (
	"maps"
	"slices"

	"github.com/ashlar-iac/ashlar/core/config"
)

// ClusterAddons are the EKS add-ons of a cluster: the default ones, and others.
type ClusterAddons struct {
	// PodIdentityAgent gives pods the credentials of EKS Pod Identity.
	PodIdentityAgent *PodIdentityAgent `pulumi:"podIdentityAgent,optional" config:"group"`
	// VPCCNI gives pods addresses of the VPC, and enforces network policies.
	VPCCNI *VPCCNI `pulumi:"vpcCni,optional" config:"group"`
	// KubeProxy routes the traffic of Services.
	KubeProxy *KubeProxy `pulumi:"kubeProxy,optional" config:"group"`
	// CoreDNS provides DNS in the cluster.
	CoreDNS *CoreDNS `pulumi:"coreDns,optional" config:"group"`
	// EBSCSI provides EBS volumes for pods.
	EBSCSI *EBSCSI `pulumi:"ebsCsi,optional" config:"group"`
	// Others are other add-ons by name, such as aws-efs-csi-driver. They are installed after the nodes. Default: none.
	Others config.Named[AddonArgs] `pulumi:"others,optional"`
}

// systemNamespace is the namespace of system add-ons, such as CoreDNS.
const systemNamespace = "kube-system"

// conditions are properties of a cluster that its add-ons depend on.
type conditions struct {
	// nodes and fargate are true if pods can run on node groups or Fargate profiles.
	nodes, fargate bool
	// tainted is true if CoreDNS tolerates the taints of no node group, and no other nodes are expected.
	tainted bool
	// systemFargate is true if pods in kube-system can run on Fargate.
	systemFargate bool
	// ipv6 is true if pods have IPv6 addresses.
	ipv6 bool
	// issuer is true if the cluster has an OIDC provider in IAM.
	issuer bool
}

// plan is an add-on that a cluster is going to have.
type plan struct {
	// key is its name in the cluster's component, path that in the arguments of the cluster.
	key  string
	path []string
	args AddonArgs
	// enabled installs it; first does so before the nodes.
	enabled, first bool
}

// plans returns all add-ons in the order of their installation. Nodes become ready once they have the VPC CNI, which
// gets its credentials from the Pod Identity agent.
func (s ClusterAddons) plans(c conditions) []plan {
	agent, cni, proxy, dns, ebs := value(s.PodIdentityAgent), value(s.VPCCNI), value(s.KubeProxy), value(s.CoreDNS), value(s.EBSCSI)
	volumes := c.nodes
	if ebs.Enabled != nil {
		volumes = *ebs.Enabled
	}
	out := []plan{
		{"pod-identity-agent", []string{"podIdentityAgent"}, agent.addon(), value(agent.Enabled), true},
		{"vpc-cni", []string{"vpcCni"}, cni.arguments(c), value(cni.Enabled), true},
		{"kube-proxy", []string{"kubeProxy"}, proxy.arguments(), value(proxy.Enabled), true},
		{"coredns", []string{"coreDns"}, dns.arguments(c), value(dns.Enabled), false},
		{"ebs-csi", []string{"ebsCsi"}, ebs.arguments(), volumes, false},
	}
	for _, key := range s.Others.Names() {
		args := s.Others[key]
		enabled := args.Enabled == nil || *args.Enabled
		args.Enabled = nil
		if args.AddonName == "" {
			args.AddonName = key
		}
		out = append(out, plan{key, []string{"others", key}, args, enabled, false})
	}
	return out
}

// before returns the add-ons to install before the nodes, in sequence.
func (s ClusterAddons) before(c conditions) []plan {
	return slices.DeleteFunc(s.plans(c), func(p plan) bool { return !p.enabled || !p.first })
}

// after returns the add-ons to install after the nodes, in parallel.
func (s ClusterAddons) after(c conditions) []plan {
	return slices.DeleteFunc(s.plans(c), func(p plan) bool { return !p.enabled || p.first })
}

var _ config.Validator = (*ClusterAddons)(nil)

// Validate implements config.Validator.
func (s *ClusterAddons) Validate(report *config.Report) {
	names, keys := map[string][]string{}, map[string][]string{}
	for _, p := range s.plans(conditions{nodes: true}) {
		name := p.args.AddonName
		switch first, same := names[name], keys[p.key]; {
		case len(first) == 1:
			report.Add(p.path, "%s has options of its own: use %s", name, first[0])
		case same != nil:
			report.Add(p.path, "duplicate name, same as %s: use another one, and set addonName", same[0])
		case first != nil:
			report.Add(p.path, "duplicate add-on, same as %s: omit one of them", first[1])
		}
		names[name], keys[p.key] = p.path, p.path
		if p.path[0] == "others" {
			value(p.args.Identity).check(report, append(slices.Clone(p.path), "identity"), name)
		}
	}
	if agent := value(s.PodIdentityAgent); agent.Enabled == nil || *agent.Enabled {
		return
	}
	for _, at := range s.withIdentity(MethodPodIdentity) {
		report.Add(append(at, "identity", "method"), "podIdentity requires podIdentityAgent: enable it, or use irsa")
	}
}

// withIdentity returns the paths of the enabled add-ons that get credentials by a method.
func (s ClusterAddons) withIdentity(method IdentityMethod) [][]string {
	var out [][]string
	for _, p := range s.plans(conditions{nodes: true}) {
		if who := value(p.args.Identity).of(p.args.AddonName); p.enabled && who.wanted && who.method == method {
			out = append(out, slices.Clone(p.path))
		}
	}
	return out
}

// checkFor reports add-ons that do not fit their cluster.
func (s ClusterAddons) checkFor(report *config.Report, at []string, c conditions) {
	below := func(path ...string) []string { return slices.Concat(at, path) }
	s.checkNodes(report, below, c)
	if !c.issuer {
		for _, path := range s.withIdentity(MethodIRSA) {
			report.Add(below(append(path, "identity", "method")...),
				"irsa requires identityProvider: set it to true, or use podIdentity")
		}
	}
	if v := value(s.VPCCNI); c.ipv6 && value(v.Enabled) {
		if !value(v.PrefixDelegation) {
			report.Add(below("vpcCni", "prefixDelegation"), "IPv6 requires prefix delegation: omit it")
		}
		if len(v.CustomNetworking) > 0 {
			report.Add(below("vpcCni", "customNetworking"), "not supported with IPv6: omit it")
		}
	}
}

// checkNodes reports add-ons without nodes to run on.
func (s ClusterAddons) checkNodes(report *config.Report, below func(...string) []string, c conditions) {
	dns, ebs := value(s.CoreDNS), value(s.EBSCSI)
	onFargate := c.fargate && (dns.ComputeType == ComputeFargate || dns.ComputeType == "" && !c.nodes)
	switch {
	case value(dns.Enabled) && onFargate && !c.systemFargate:
		report.Add(below("coreDns"), "no Fargate profile selects pods in %s: add one, use nodes, or set enabled to false",
			systemNamespace)
	case onFargate:
	case c.nodes && value(dns.Enabled) && dns.ComputeType == ComputeFargate:
		report.Add(below("coreDns", "computeType"), "the cluster has no Fargate profile: add one for %s, or use ec2",
			systemNamespace)
	case c.nodes:
		if value(dns.Enabled) && c.tainted && dns.Configuration["tolerations"] == nil {
			report.Add(below("coreDns"), "all node groups have taints that it does not tolerate: add a node group without taints, "+
				"or tolerations to configuration")
		}
	case value(dns.Enabled) && !c.fargate:
		if misplacedNodes(report) {
			return // It is the cause, and reported.
		}
		report.Add(below("coreDns"),
			"no nodes to run on: add a node group or a Fargate profile, or set enabled to false until there are nodes")
	case value(dns.Enabled) && dns.ComputeType == ComputeEC2:
		report.Add(below("coreDns", "computeType"), "the cluster has no node group: omit it for Fargate")
	}
	if !c.nodes && value(ebs.Enabled) {
		report.Add(below("ebsCsi", "enabled"), "requires nodes, and the cluster has no node group: omit it")
	}
}

// misplacedNodes reports whether node groups or Fargate profiles stand one or two levels out in the section.
func misplacedNodes(report *config.Report) bool {
	for _, path := range [][]string{nil, {"clusters"}} {
		keys, _ := report.Names(report.Section(), path...)
		if slices.Contains(keys, "nodeGroups") || slices.Contains(keys, "fargateProfiles") {
			return true
		}
	}
	return false
}

// merged returns values overridden by others, at any depth.
func merged(values, overrides map[string]any) map[string]any {
	out := maps.Clone(values)
	for key, override := range overrides {
		below, nested := override.(map[string]any)
		if own, ok := out[key].(map[string]any); ok && nested {
			out[key] = merged(own, below)
			continue
		}
		out[key] = override
	}
	return out
}
