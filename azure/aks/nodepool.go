package aks

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20240901"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/azure/internal/location"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/component"
)

// NodePoolToken is the type of the component [NodePool].
const NodePoolToken = "ashlar-azure:aks:NodePool"

// NodePool is a pool of nodes of an AKS cluster. It is deleted with its cluster.
type NodePool struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the pool in the cluster. A rotated pool has another name.
	Name pulumi.StringOutput `pulumi:"name"`
	// ID is the resource ID of the pool.
	ID pulumi.StringOutput `pulumi:"id"`
	// Version is the version of Kubernetes on the nodes.
	Version pulumi.StringOutput `pulumi:"version"`
	// ImageVersion is the version of the image of the nodes.
	ImageVersion pulumi.StringOutput `pulumi:"imageVersion"`
}

var _ compliance.Declarer = (*NodePoolArgs)(nil)

// Evidence implements compliance.Declarer.
func (a *NodePoolArgs) Evidence() []compliance.Evidence {
	host := value(a.EncryptionAtHost)
	return []compliance.Evidence{
		compliance.Check("encryptionAtHost", host, host, "true", compliancecontrols.EncryptionAtRest...),
		compliance.Always("enableNodePublicIP", false, compliancecontrols.PrivateNodes...),
	}
}

// NewNodePool creates a node pool. A cluster is required.
func NewNodePool(ctx *pulumi.Context, name string, args *NodePoolArgs, opts ...pulumi.ResourceOption) (*NodePool, error) {
	p := &NodePool{}
	args, err := component.Register(ctx, NodePoolToken, name, p, args, opts...)
	if err != nil {
		return nil, err
	}
	cluster, s := args.cluster(), args.settings(name, ModeUser)
	pool, err := containerservice.NewAgentPool(ctx, s.resourceName(name), s.native(args, cluster), p.Main(p.options(ctx, s, cluster)...))
	if err != nil {
		return nil, err
	}
	p.AddChildren(pool)
	p.Name, p.ID = pool.Name, pool.ID().ToStringOutput()
	p.Version, p.ImageVersion = pool.CurrentOrchestratorVersion, pool.NodeImageVersion
	return component.Finish(ctx, p)
}

// native returns the inputs of the pool.
func (s settings) native(args *NodePoolArgs, cluster details) *containerservice.AgentPoolArgs {
	in := &containerservice.AgentPoolArgs{
		ResourceGroupName: cluster.group, ResourceName: cluster.name, AgentPoolName: pulumi.String(s.name),
		Type: pulumi.String(containerservice.AgentPoolTypeVirtualMachineScaleSets), Mode: pulumi.String(s.mode),
		VmSize: pulumi.String(s.Size), VnetSubnetID: s.subnet.ToStringOutput().ToStringPtrOutput(),
		OsType: pulumi.String(containerservice.OSTypeLinux), OsSKU: pulumi.String(s.OS),
		OsDiskType: pulumi.String(s.DiskType), OsDiskSizeGB: pulumi.Int(s.DiskSize),
		EnableEncryptionAtHost: pulumi.Bool(s.EncryptionAtHost), EnableNodePublicIP: pulumi.Bool(false),
		MaxPods: pulumi.Int(s.MaxPods), Count: pulumi.Int(s.desired), EnableAutoScaling: pulumi.Bool(s.autoscaled),
		OrchestratorVersion: pulumi.String(s.version), NodeLabels: args.Labels,
		UpgradeSettings: &containerservice.AgentPoolUpgradeSettingsArgs{
			MaxSurge: pulumi.String(s.surge), DrainTimeoutInMinutes: pulumi.Int(s.drain), NodeSoakDurationInMinutes: pulumi.Int(s.soak),
		},
		Tags: args.Tags,
	}
	if len(s.Zones) > 0 {
		in.AvailabilityZones = pulumi.ToStringArray(s.Zones)
	}
	if len(s.taints) > 0 {
		in.NodeTaints = pulumi.ToStringArray(s.taints)
	}
	if s.autoscaled {
		in.MinCount, in.MaxCount = pulumi.Int(s.min), pulumi.Int(s.max)
	}
	return in
}

// options returns the options of the pool. Its name is that of the resource, so that a pool with another name is another
// resource: it is created before the previous one is deleted.
func (p *NodePool) options(ctx *pulumi.Context, s settings, cluster details) []pulumi.ResourceOption {
	out := []pulumi.ResourceOption{
		// Azure rejects another subnet. The other options that it sets at creation are in the name; the ID of the subnet can be
		// unknown in a preview.
		pulumi.ReplaceOnChanges([]string{"vnetSubnetID"}), pulumi.IgnoreChanges(s.ignored(cluster.upgraded)),
	}
	if cluster.control != nil {
		// Azure rejects the deletion of the last system pool.
		out = append(out, pulumi.DeletedWith(cluster.control))
	}
	if cluster.adopt {
		out = append(out, pulumi.Import(p.existing(ctx, s.name, cluster)))
	}
	return out
}

// existing returns the ID of the pool if it exists, or "". It is looked up when the cluster exists.
func (p *NodePool) existing(ctx *pulumi.Context, name string, cluster details) pulumi.IDOutput {
	return pulumi.All(cluster.group, cluster.name).ApplyT(func(all []any) (pulumi.ID, error) {
		found, err := containerservice.LookupAgentPool(ctx, &containerservice.LookupAgentPoolArgs{
			ResourceGroupName: all[0].(string), ResourceName: all[1].(string), AgentPoolName: name,
		}, p.Invoke())
		switch {
		case err != nil && isNotFound(err):
			return "", nil
		case err != nil:
			return "", fmt.Errorf("look up node pool %q: %w", name, err)
		}
		return pulumi.ID(found.Id), nil
	}).(pulumi.IDOutput)
}

// cluster returns the details of the cluster. The subnet of the pool takes precedence over that of the cluster.
func (a *NodePoolArgs) cluster() details {
	return detailsOf(a.Cluster, details{group: a.ResourceGroupName, name: a.ClusterName, version: a.ClusterVersion})
}

// settings are the properties of a pool with their defaults.
type settings struct {
	fixed

	name, version, surge string
	mode                 PoolMode
	subnet               pulumi.StringInput
	taints               []string
	sizes
	autoscaled  bool
	drain, soak int
}

// fixed are the properties that AKS sets when it creates a pool, and rejects to change. The name of a pool has their hash,
// which must stay the same for the same settings: fields can be added with omitempty only. Source: "Agent Pools - Create Or
// Update", and "Create node pools for a cluster in Azure Kubernetes Service (AKS)".
type fixed struct {
	Component        string
	Size             string
	Zones            []string
	OS               NodeOS
	DiskType         DiskType
	DiskSize         int
	EncryptionAtHost bool
	MaxPods          int
	Tier             string
	Generation       int
}

// hashLength is the number of characters of the hash in the name of a pool, and baseLength that of the characters before.
const (
	hashLength = 5
	baseLength = 7
)

// settings returns the properties of a pool of a component. mode is that of pools that set none.
func (a *NodePoolArgs) settings(component string, mode PoolMode) settings {
	cluster, disk, upgrade := a.cluster(), value(a.Disk), value(a.Upgrade)
	out := settings{
		fixed: fixed{
			Component: component, Size: a.Size, Zones: a.zones(cluster.location), OS: a.OS, DiskType: disk.typeFor(a.Size),
			DiskSize: value(disk.SizeGB), EncryptionAtHost: value(a.EncryptionAtHost), MaxPods: value(a.MaxPods), Tier: cluster.tier,
			Generation: value(a.Generation),
		},
		version: a.Version, surge: upgrade.MaxSurge, mode: a.Mode, subnet: a.SubnetID, sizes: value(a.Nodes).sizes(),
		drain: value(upgrade.DrainTimeoutMinutes), soak: value(upgrade.SoakMinutes),
	}
	out.autoscaled = out.max > out.min
	if out.version == "" {
		out.version = cluster.version
	}
	if out.mode == "" {
		out.mode = mode
	}
	if out.subnet == nil {
		out.subnet = cluster.subnet
	}
	if a.SubnetID != nil {
		out.Tier = "" // The name must not depend on a value that can be unknown in a preview.
	}
	for _, t := range a.Taints {
		out.taints = append(out.taints, t.text())
	}
	base := a.Name
	if base == "" {
		base = baseName(component)
	}
	out.name = base + out.hash()
	return out
}

// hash returns the hash of the properties that AKS does not change.
func (f fixed) hash() string {
	text, err := json.Marshal(f)
	if err != nil {
		panic(fmt.Sprintf("marshal %T: %v", f, err)) // It consists of texts and numbers.
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])[:hashLength]
}

// baseName returns the beginning of the name of a pool for the name of an entry or a component.
func baseName(name string) string {
	out := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(name))
	out = strings.TrimLeft(out, "0123456789")
	if out == "" {
		out = "pool"
	}
	return out[:min(len(out), baseLength)]
}

// resourceName returns the logical name of a pool.
func (s settings) resourceName(component string) string { return component + "-" + s.name }

// ignored returns the properties that change in Azure without the program.
func (s settings) ignored(upgraded bool) []string {
	var out []string
	if s.autoscaled {
		out = append(out, "count")
	}
	if upgraded {
		out = append(out, "orchestratorVersion")
	}
	return out
}

// allZones are the availability zones of a location with zones.
func allZones() []string { return []string{"1", "2", "3"} }

// zones returns the zones of the nodes, none without zones.
func (a *NodePoolArgs) zones(place string) []string {
	zonal, known := location.HasZones(place)
	switch {
	case a.Regional:
		return nil
	case len(a.Zones) > 0:
		return a.Zones
	case known && !zonal:
		return nil
	}
	return allZones()
}

// typeFor returns the type of the disk for a size.
func (d NodeDisk) typeFor(name string) DiskType {
	if d.Type != "" {
		return d.Type
	}
	if size, ok := parseSize(name); ok {
		if local, known := size.localDisk(); known && local > value(d.SizeGB) {
			return DiskEphemeral
		}
	}
	return DiskManaged
}

// text returns the taint as AKS writes it.
func (t NodeTaint) text() string { return t.Key + "=" + t.Value + ":" + string(t.Effect) }

// sizes are numbers of nodes.
type sizes struct{ min, max, desired int }

// sizes returns the numbers of nodes, with their defaults.
func (n NodeCount) sizes() sizes {
	out := sizes{min: value(n.Min), desired: value(n.Min)}
	if n.Desired != nil {
		out.desired = *n.Desired
	}
	out.max = max(out.min, out.desired)
	if n.Max != nil {
		out.max = *n.Max
	}
	return out
}
