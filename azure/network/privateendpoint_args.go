package network

import (
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/azure/internal/location"
	"github.com/ashlar-iac/ashlar/azure/internal/names"
	"github.com/ashlar-iac/ashlar/azure/internal/networkapi"
	"github.com/ashlar-iac/ashlar/azure/internal/tagging"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
)

// PrivateEndpointArgs are the arguments of a [PrivateEndpoint].
type PrivateEndpointArgs struct {
	// ResourceGroupName is the name of the resource group of the endpoint and of its private DNS zones. Required for the
	// constructor. Changing it replaces them.
	ResourceGroupName pulumi.StringInput `pulumi:"resourceGroupName,optional" config:"plain"`
	// Name is the name of the private endpoint, unique in the resource group. Default: the name of the component with random
	// characters. Changing it replaces the private endpoint.
	Name string `pulumi:"name,optional"`
	// Location is the location, in its short form, such as westeurope: that of the network. Default: the location of the
	// provider. Changing it replaces the private endpoint.
	Location string `pulumi:"location,optional" jsonschema:"example=westeurope"`
	// SubnetID is the resource ID of the subnet. Required for the constructor. Changing it replaces the private endpoint.
	SubnetID pulumi.StringInput `pulumi:"subnetId,optional" config:"plain"`
	// TargetID is the resource ID of the resource, such as a storage account. Required for the constructor. Changing it
	// replaces the private endpoint.
	TargetID pulumi.StringInput `pulumi:"targetId,optional" config:"plain"`
	// GroupID is the part of the resource that is accessible, such as blob, file or dfs of a storage account, or vault of a key
	// vault. Required for the constructor. Changing it replaces the private endpoint.
	GroupID string `pulumi:"groupId,optional" jsonschema:"example=blob"`
	// PrivateIP is the private address, in the subnet. Default: Azure assigns one, which stays the same. Changing it replaces
	// the private endpoint.
	PrivateIP string `pulumi:"privateIp,optional"`
	// MemberName is the member of the group that has privateIp. Default: the group ID, or default for a key vault. Changing it
	// replaces the private endpoint.
	MemberName string `pulumi:"memberName,optional"`
	// ApprovalMessage requests the approval of the owner of the resource, with this message, if the deployer cannot approve it.
	// Default: automatic approval. Changing it replaces the private endpoint.
	ApprovalMessage string `pulumi:"approvalMessage,optional" jsonschema:"maxLength=140"`
	// DNS are the private DNS zones.
	DNS *PrivateDNS `pulumi:"dns,optional" config:"group"`
	// Tags are added to the private endpoint, its zones and their links. Default: none. Changing them updates the resources.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

// PrivateDNS are the private DNS zones of a private endpoint. Azure rejects a link of a network to two zones of one name:
// endpoints of one network and group ID share a zone.
type PrivateDNS struct {
	// Enabled is whether the endpoint has records in private DNS zones. Without, the name of the resource resolves to its public
	// address. Changing it creates or deletes the records.
	Enabled *bool `pulumi:"enabled,optional" jsonschema:"default=true"`
	// ZoneNames are the names of new zones, at most 5. Default: those of the group ID in the cloud, such as
	// privatelink.blob.core.windows.net. Changing one replaces the zone.
	ZoneNames []string `pulumi:"zoneNames,optional" jsonschema:"maxItems=5"`
	// ZoneIDs are resource IDs of existing zones instead, such as those of another endpoint or of a hub, by names of your
	// choice. They are not linked to networks. Default: new zones. Changing one updates the records.
	ZoneIDs map[string]pulumi.StringInput `pulumi:"zoneIds,optional" config:"plain"`
	// NetworkIDs are resource IDs of additional networks that use the new zones, such as peers, by names of your choice.
	// Default: none. Adding one adds a link.
	NetworkIDs map[string]pulumi.StringInput `pulumi:"networkIds,optional" config:"plain"`
	// Environment is the cloud, which determines the names of zones. Default: that of location, else public.
	Environment string `pulumi:"environment,optional" jsonschema:"enum=public,enum=government,enum=china"`
}

var (
	_ config.Validator          = (*PrivateEndpointArgs)(nil)
	_ config.ArgumentsValidator = (*PrivateEndpointArgs)(nil)
	_ config.Validator          = (*PrivateDNS)(nil)
	_ compliance.Declarer       = (*PrivateEndpointArgs)(nil)
)

// Validate implements config.Validator.
func (a *PrivateEndpointArgs) Validate(report *config.Report) {
	names.Check(report, []string{"name"}, networkapi.PrivateEndpoint.Unversioned(), a.Name)
	location.Check(report, []string{"location"}, a.Location)
	tagging.Check(report, []string{"tags"}, a.Tags, tagging.MaxKey)
	checkSubnetID(report, []string{"subnetId"}, a.SubnetID)
	if address, err := netip.ParseAddr(a.PrivateIP); a.PrivateIP != "" && (err != nil || !address.Is4()) {
		report.Add([]string{"privateIp"}, "found %q: use an IPv4 address in the subnet, such as 10.0.1.10", a.PrivateIP)
	}
	if a.MemberName != "" && a.PrivateIP == "" {
		report.Add([]string{"memberName"}, "requires privateIp: add it, or omit memberName")
	}
	a.CheckTarget(report)
}

// checkSubnetID reports a known ID that is not that of a subnet.
func checkSubnetID(report *config.Report, at []string, given pulumi.StringInput) {
	if id, known := given.(pulumi.String); known {
		if kind, ok := resourceType(string(id)); !ok || kind != "microsoft.network/virtualnetworks/subnets" {
			report.Add(at, "found %q: use the resource ID of a subnet", string(id))
		}
	}
}

// resourceType returns the type in a resource ID, in lower case, such as microsoft.storage/storageaccounts.
func resourceType(id string) (string, bool) {
	parts := strings.Split(strings.ToLower(id), "/")
	i := slices.Index(parts, "providers")
	if len(parts) < 9 || parts[0] != "" || i < 0 || (len(parts)-i)%2 != 0 || len(parts)-i < 4 {
		return "", false
	}
	out := parts[i+1]
	for j := i + 2; j < len(parts); j += 2 {
		out += "/" + parts[j]
	}
	return out, true
}

// CheckTarget reports a group ID that the type of the resource does not have. It is for sections, where an entry can be the
// resource.
func (a *PrivateEndpointArgs) CheckTarget(report *config.Report) {
	id, known := a.TargetID.(pulumi.String)
	if !known {
		return
	}
	kind, ok := resourceType(string(id))
	if !ok {
		report.Add([]string{"targetId"}, "found %q: use the resource ID of a resource, such as a storage account", string(id))
		return
	}
	if groups := groupIDs()[kind]; !a.fits() {
		report.Add([]string{"groupId"}, "unknown group ID %q of %s, %s", a.GroupID, kind, config.Suggest(a.GroupID, groups))
	}
}

// fits reports whether the resource can have the group ID, as far as is known.
func (a *PrivateEndpointArgs) fits() bool {
	groups := groupIDs()[a.targetType()]
	return len(groups) == 0 || a.GroupID == "" || slices.Contains(groups, a.GroupID)
}

// targetType returns the type of the resource, or "" if it is not known.
func (a *PrivateEndpointArgs) targetType() string {
	id, _ := a.TargetID.(pulumi.String)
	kind, _ := resourceType(string(id))
	return kind
}

// ValidateArguments implements config.ArgumentsValidator.
func (a *PrivateEndpointArgs) ValidateArguments(report *config.Report) {
	names.CheckGroup(report, a.ResourceGroupName)
	if a.SubnetID == nil {
		report.Add([]string{"subnetId"}, "required: add the resource ID of a subnet")
	}
	if a.TargetID == nil {
		report.Add([]string{"targetId"}, "required: add the resource ID of the resource")
	}
	if a.GroupID == "" {
		report.Add([]string{"groupId"}, "required: add the part of the resource, such as blob or vault")
		return
	}
	a.checkZones(report)
}

// checkZones reports an endpoint whose zones are not known.
func (a *PrivateEndpointArgs) checkZones(report *config.Report) {
	dns := a.dns()
	if !enabled(dns.Enabled) || len(dns.ZoneIDs) > 0 || len(dns.ZoneNames) > 0 || !a.fits() {
		return
	}
	at := []string{"dns", "zoneNames"}
	switch zones := a.zoneNames(); {
	case len(zones) == 0:
		report.Add(at, "required: the zones of the group ID %q are not known; add their names, set dns.zoneIds, or dns.enabled to false",
			a.GroupID)
	case slices.ContainsFunc(zones, func(z string) bool { return strings.Contains(z, "{") }):
		report.Add(at, "required: the name of the zone %s depends on the location and on the resource; add it", zones[0])
	}
}

// dns returns the options of zones, which may be unset.
func (a *PrivateEndpointArgs) dns() PrivateDNS {
	if a.DNS == nil {
		return PrivateDNS{}
	}
	return *a.DNS
}

// environment returns the cloud.
func (a *PrivateEndpointArgs) environment() location.Environment {
	if e := a.dns().Environment; e != "" {
		return location.Environment(e)
	}
	return location.Of(a.Location)
}

// zoneNames returns the names of the zones to create.
func (a *PrivateEndpointArgs) zoneNames() []string {
	if given := a.dns().ZoneNames; len(given) > 0 {
		return given
	}
	var out []string
	for _, zone := range zonesOf(a.targetType(), a.GroupID, a.environment()) {
		if a.Location != "" {
			zone = strings.ReplaceAll(zone, "{region}", a.Location)
		}
		out = append(out, zone)
	}
	return out
}

// OwnZones returns the names of the zones that the endpoint creates and links to its network: Azure accepts one zone of a name
// for a network.
func (a *PrivateEndpointArgs) OwnZones() []string {
	if dns := a.dns(); !enabled(dns.Enabled) || len(dns.ZoneIDs) > 0 {
		return nil
	}
	return a.zoneNames()
}

// member returns the member of the group that has the private address. That of key vaults is from memory.
func (a *PrivateEndpointArgs) member() string {
	switch {
	case a.MemberName != "":
		return a.MemberName
	case a.GroupID == "vault":
		return "default"
	}
	return a.GroupID
}

// Validate implements config.Validator.
func (d *PrivateDNS) Validate(report *config.Report) {
	if len(d.ZoneIDs) > 0 && len(d.ZoneNames) > 0 {
		report.Add([]string{"zoneIds"}, "zoneNames and zoneIds are mutually exclusive: remove one of them")
	}
	const most = 5
	if len(d.ZoneIDs) > most {
		report.Add([]string{"zoneIds"}, "%d zones: a private endpoint has records in at most %d", len(d.ZoneIDs), most)
	}
	if len(d.ZoneIDs) > 0 && len(d.NetworkIDs) > 0 {
		report.Add([]string{"networkIds"}, "not supported with zoneIds: link existing zones where they are created")
	}
	if !enabled(d.Enabled) && len(d.ZoneIDs)+len(d.ZoneNames)+len(d.NetworkIDs) > 0 {
		report.Add([]string{"enabled"}, "disabled, but zones or networks are set: remove them, or set enabled to true")
	}
	for i, zone := range d.ZoneNames {
		if !isZoneName(zone) {
			report.Add([]string{"zoneNames", strconv.Itoa(i)}, "invalid name %q: use 2 to 34 labels of letters, digits, - and _", zone)
		} else if slices.Index(d.ZoneNames, zone) < i {
			report.Add([]string{"zoneNames", strconv.Itoa(i)}, "duplicate zone %q: remove it", zone)
		}
	}
	for _, key := range sortedKeys(d.ZoneIDs) {
		names.CheckID(report, []string{"zoneIds", key}, d.ZoneIDs[key], "Microsoft.Network/privateDnsZones", "private DNS zone")
	}
	for _, key := range sortedKeys(d.NetworkIDs) {
		at := []string{"networkIds", key}
		names.CheckID(report, at, d.NetworkIDs[key], "Microsoft.Network/virtualNetworks", "virtual network")
		if key == ownLink {
			report.Add(at, "reserved name of the link to the network of the endpoint: use another name")
		}
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// Evidence implements compliance.Declarer.
func (a *PrivateEndpointArgs) Evidence() []compliance.Evidence {
	return []compliance.Evidence{compliance.Always("subnetId", "private endpoint", compliancecontrols.NetworkAccess...)}
}
