package eks

import (
	"maps"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// conditions returns what add-ons have to know of the cluster.
func (s *ClusterSettings) conditions() conditions {
	return conditions{
		nodes: len(s.NodeGroups) > 0, fargate: len(s.FargateProfiles) > 0, ipv6: s.IPFamily == "ipv6", issuer: *s.IdentityProvider,
	}
}

// checkParts reports what parts of the cluster would be refused when the rest of it is there.
func (s *ClusterSettings) checkParts(report *config.Report) {
	s.Addons.checkFor(report, []string{"addons"}, s.conditions())
	for _, name := range s.NodeGroups.Names() {
		if version := s.NodeGroups[name].Version; version != "" && minorVersion.MatchString(s.Version) {
			if err := checkSkew(version, s.Version); err != nil {
				report.Add([]string{"nodeGroups", name, "version"}, "%v", err)
			}
		}
	}
}

// checkZones reports node groups and Fargate profiles in zones in which nodes have no subnets.
func (a *ClusterArgs) checkZones(report *config.Report) {
	known := zones(a.place().nodes)
	if len(known) == 0 {
		return // It is reported.
	}
	check := func(kind, name string, asked []string) {
		for i, zone := range asked {
			if !slices.Contains(known, zone) {
				report.Add([]string{kind, name, "zones", strconv.Itoa(i)}, "no subnet of nodes is in %q, %s", zone, config.Suggest(zone, known))
			}
		}
	}
	for _, name := range a.NodeGroups.Names() {
		check("nodeGroups", name, a.NodeGroups[name].Zones)
	}
	for _, name := range a.FargateProfiles.Names() {
		check("fargateProfiles", name, a.FargateProfiles[name].Zones)
	}
}

// makeParts makes what runs on the cluster from the start. Nodes get ready when they have a network plugin, which has its credentials from the
// agent of Pod Identity; other add-ons need nodes to run on. Each waits for what it needs, and goes before it.
func (b *builder) makeParts() error {
	base, has := b.cluster.target.after(b.ctx, b.parts...), b.args.conditions()
	first, err := addonsInRow(b.ctx, b.name, b.tagged(b.args.Addons.before(has)), base, b.cluster.Child())
	if err != nil {
		return err
	}
	b.wait(first...)
	ready := base.after(b.ctx, first...)
	nodes, err := b.makeNodes(ready)
	if err != nil {
		return err
	}
	profiles, err := b.makeProfiles(ready)
	if err != nil {
		return err
	}
	nodes = append(nodes, profiles...)
	b.wait(nodes...)
	if err := b.makeKarpenter(ready); err != nil {
		return err
	}
	second, err := addonsAtOnce(b.ctx, b.name, b.tagged(b.args.Addons.after(has)), ready.after(b.ctx, nodes...), b.cluster.Child())
	if err != nil {
		return err
	}
	b.wait(second...)
	b.cluster.target = ready
	return nil
}

// tagged returns add-ons with the tags of the cluster.
func (b *builder) tagged(plans []plan) []plan {
	for i := range plans {
		plans[i].settings.Tags = b.tags(plans[i].settings.Tags)
	}
	return plans
}

// tags returns the tags of a part of the cluster: those of the cluster, and its own, which win.
func (b *builder) tags(own map[string]string) map[string]string {
	if len(b.args.Tags) == 0 {
		return own
	}
	out := maps.Clone(b.args.Tags)
	maps.Copy(out, own)
	return out
}

// makeNodes makes the node groups, and the role that they share.
func (b *builder) makeNodes(ready Target) ([]pulumi.Resource, error) {
	if len(b.args.NodeGroups) == 0 {
		return nil, nil
	}
	role, err := newNodeRole(b.ctx, b.name, b.args.NodeRole, b.args.Tags, b.cluster.Child())
	if err != nil {
		return nil, err
	}
	b.nodeRole = role.ARN
	var made []pulumi.Resource
	for _, name := range b.args.NodeGroups.Names() {
		settings := b.args.NodeGroups[name]
		settings.Tags = b.tags(settings.Tags)
		args := &NodeGroupArgs{
			NodeGroupSettings: settings, Target: ready, Subnets: b.place.nodes, SecurityGroupIDs: pulumi.StringArray{b.nodes.ID},
		}
		if settings.Role == nil {
			args.RoleARN = role.ARN
		}
		group, err := NewNodeGroup(b.ctx, b.name+"-"+name, args, b.cluster.Child())
		if err != nil {
			return nil, err
		}
		made = append(made, group)
	}
	return made, nil
}

// makeProfiles makes the Fargate profiles.
func (b *builder) makeProfiles(ready Target) ([]pulumi.Resource, error) {
	var made []pulumi.Resource
	for _, name := range b.args.FargateProfiles.Names() {
		settings := b.args.FargateProfiles[name]
		settings.Tags = b.tags(settings.Tags)
		profile, err := NewFargateProfile(b.ctx, b.name+"-"+name, &FargateProfileArgs{
			FargateProfileSettings: settings, Target: ready, Subnets: b.place.nodes,
		}, b.cluster.Child())
		if err != nil {
			return nil, err
		}
		made = append(made, profile)
	}
	return made, nil
}

// makeKarpenter makes what Karpenter needs, when it is asked for.
func (b *builder) makeKarpenter(ready Target) error {
	if b.args.Karpenter == nil {
		return nil
	}
	settings := *b.args.Karpenter
	settings.Tags = b.tags(settings.Tags)
	var err error
	b.cluster.Karpenter, err = NewKarpenter(b.ctx, b.name+"-karpenter", &KarpenterArgs{KarpenterSettings: settings, Target: ready}, b.cluster.Child())
	if err == nil {
		b.wait(b.cluster.Karpenter)
	}
	return err
}
