package aws

import (
	"fmt"
	"slices"

	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
)

// planned is a network that does not exist yet: its subnets have no IDs.
type planned struct{ info core.NetworkInfo }

// NetworkInfo implements core.Network.
func (p planned) NetworkInfo() core.NetworkInfo { return p.info }

// plan returns what is known of a network before deployment. The zones of subnets have numbers unless zoneNames names
// them.
func plan(name string, e *NetworkConfiguration) planned {
	info := core.NetworkInfo{Name: name, Platform: "aws"}
	for _, t := range e.PlannedTiers() {
		for _, zone := range t.Zones {
			info.Subnets = append(info.Subnets, core.Subnet{Tier: t.Name, Zone: zone})
		}
	}
	return planned{info}
}

// hasZoneNames reports whether the names of the zones of a network are known. IDs and numbers are looked up.
func hasZoneNames(e *NetworkConfiguration) bool {
	return len(e.ZoneNames) > 0 && !slices.ContainsFunc(e.ZoneNames, lookup.IsZoneID)
}

// lookUp checks what only AWS knows, such as zones, versions and instance types, before anything is created. Findings have
// the places of the values.
func (d *deployer) lookUp() error {
	checks := d.ctx.Checks()
	networks := map[string]core.Network{}
	for _, name := range d.config.Networks.Names() {
		e := d.config.Networks[name]
		on, err := d.on(e.Provider)
		if err != nil {
			return err
		}
		subnets, err := e.Subnets(d.ctx.Context, checks.At("networks", name), on)
		if err != nil {
			return fmt.Errorf("network %q: %w", name, err)
		}
		networks[name] = planned{core.NetworkInfo{Name: name, Platform: "aws", Subnets: subnets}}
	}
	if err := checks.Err(); err != nil {
		return err // The zones of clusters and instances would be unknown.
	}
	for _, name := range d.config.Clusters.Names() {
		e := d.config.Clusters[name]
		on, err := d.on(d.config.clusterProvider(e))
		if err != nil {
			return err
		}
		args := e.ClusterArgs
		args.Network = networks[d.config.Networks.Resolve(e.Network)]
		report := checks.At("clusters", name)
		args.CheckNetwork(report)
		if err := args.CheckLookups(d.ctx.Context, report, on); err != nil {
			return fmt.Errorf("check cluster %q: %w", name, err)
		}
	}
	for _, name := range d.config.Instances.Names() {
		e := d.config.Instances[name]
		on, err := d.on(d.config.instanceProvider(e))
		if err != nil {
			return err
		}
		args := e.InstanceArgs
		args.Network = networks[d.config.Networks.Resolve(e.Network)]
		report := checks.At("instances", name)
		args.CheckNetwork(report)
		if err := args.CheckLookups(d.ctx.Context, report, on); err != nil {
			return fmt.Errorf("check instance %q: %w", name, err)
		}
	}
	return checks.Err()
}

// checkPlacement reports a cluster whose network has not the tiers and zones that it needs.
func (c *ClusterConfiguration) checkPlacement(report *config.Report) {
	all, ok := report.Decoded().(*Configuration)
	if !ok {
		return
	}
	name := all.Networks.Resolve(c.Network)
	e := all.Networks[name]
	if e == nil {
		return // It is reported.
	}
	args := c.ClusterArgs
	args.Network = plan(name, e)
	if !hasZoneNames(e) {
		args.Zones, args.NodeGroups, args.FargateProfiles = nil, nil, nil
	}
	args.CheckNetwork(report)
	tiers := e.PlannedTiers()
	node := c.NodeTier
	if node == "" {
		node = c.Tier
	}
	i := slices.IndexFunc(tiers, func(t network.PlannedTier) bool { return t.Name == node })
	if i < 0 || tiers[i].Kind != network.TierPublic {
		return
	}
	for _, profile := range c.FargateProfiles.Names() {
		report.Add([]string{"fargateProfiles", profile},
			"Fargate runs pods in private subnets only, and the tier %q of nodes is public: set nodeTier to another tier", node)
	}
}

// checkPlacement reports an instance whose network has not the tier or zone that it needs.
func (e *InstanceConfiguration) checkPlacement(report *config.Report) {
	all, ok := report.Decoded().(*Configuration)
	if !ok {
		return
	}
	name := all.Networks.Resolve(e.Network)
	n := all.Networks[name]
	if n == nil {
		return // It is reported.
	}
	args := e.InstanceArgs
	args.Network = plan(name, n)
	if !hasZoneNames(n) {
		args.Zone = ""
	}
	args.CheckNetwork(report)
}

var _ config.Validator = (*InstanceConfiguration)(nil)

// Validate implements config.Validator.
func (e *InstanceConfiguration) Validate(report *config.Report) { e.checkPlacement(report) }
