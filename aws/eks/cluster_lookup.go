package eks

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/instancetype"
	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
)

// CheckLookups reports what look-ups in AWS show before anything is created: versions that EKS rejects, zones in which it
// has no control plane, and instance types that are not available in the zones of their nodes. It does nothing without
// preflight. The subnets of Network need no IDs.
//
// The constructor calls it. So do programs that create the network first, to stop before they do.
func (a *ClusterArgs) CheckLookups(ctx *pulumi.Context, report *config.Report, opts ...pulumi.InvokeOption) error {
	_, err := a.lookUp(ctx, report, opts...)
	return err
}

// checkPlacement reports zones that cannot hold the control plane or its nodes.
func (a *ClusterArgs) checkPlacement(ctx *pulumi.Context, report *config.Report, opts ...pulumi.InvokeOption) error {
	at := a.place()
	ids, err := lookup.Zones(ctx, opts...)
	if err != nil {
		return fmt.Errorf("%w (set preflight to false to skip)", err)
	}
	a.checkControlPlaneZones(report, zones(at.control), ids)
	a.checkFargateZones(report, zones(at.nodes), ids)
	var types []string
	for _, name := range a.NodeGroups.Names() {
		group := a.NodeGroups[name]
		types = append(types, group.types()...)
	}
	if len(types) == 0 {
		return nil
	}
	offered, err := instancetype.Offerings(ctx, types, opts...)
	if err != nil {
		return fmt.Errorf("look up instance types (set preflight to false to skip): %w", err)
	}
	for _, name := range a.NodeGroups.Names() {
		group := a.NodeGroups[name]
		group.checkOfferings(report, offered, at.nodes, "nodeGroups", name)
	}
	return nil
}

// checkOfferings reports instance types that are not available where the nodes are.
func (a *NodeGroupArgs) checkOfferings(report *config.Report, offered map[string][]string, subnets []core.Subnet,
	path ...string) {
	at := func(i int) []string {
		if len(a.InstanceTypes) == 0 {
			return append(slices.Clone(path), "instanceTypes")
		}
		return append(slices.Clone(path), "instanceTypes", strconv.Itoa(i))
	}
	placed := a.Zones
	if len(placed) == 0 {
		placed = zones(subnets)
	}
	p := lookup.Placement{Types: a.types(), Zones: placed, Usable: zones(subnets)}
	p.Check(report, offered, at, "zones")
}

// checkControlPlaneZones reports zones in which EKS has no control plane. ids are the IDs of zones by name.
func (a *ClusterArgs) checkControlPlaneZones(report *config.Report, used []string, ids map[string]string) {
	var bad, good []string
	for _, zone := range used {
		if id, known := ids[zone]; known && !lookup.HoldsControlPlane(id) {
			bad = append(bad, zone)
		} else {
			good = append(good, zone)
		}
	}
	instead := "use a network with two other zones"
	if len(good) >= minZones {
		instead = "set zones to " + config.List(good)
	}
	for _, zone := range bad {
		at := []string{"zones"}
		switch i := slices.Index(a.Zones, zone); {
		case a.Network == nil:
			at, instead = []string{"subnetIds", zone}, "use subnets in other zones"
		case i >= 0:
			at = append(at, strconv.Itoa(i))
		}
		report.Add(at, "EKS has no control plane in %s (%s): %s", zone, ids[zone], instead)
	}
}

// checkFargateZones reports profiles in zones without Fargate.
func (a *ClusterArgs) checkFargateZones(report *config.Report, nodes []string, ids map[string]string) {
	for _, name := range a.FargateProfiles.Names() {
		used := a.FargateProfiles[name].Zones
		if len(used) == 0 {
			used = nodes
		}
		good := slices.DeleteFunc(slices.Clone(used), func(zone string) bool {
			id, known := ids[zone]
			return known && !lookup.HoldsFargate(id)
		})
		for _, zone := range used {
			if !slices.Contains(good, zone) {
				report.Add([]string{"fargateProfiles", name, "zones"}, "Fargate does not run pods in %s (%s): set zones to %s",
					zone, ids[zone], config.List(good))
			}
		}
	}
}
