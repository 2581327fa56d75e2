package network

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

const (
	networks = "Microsoft.Network/virtualNetworks"

	subnetToken    = "azure-native:network:Subnet"
	groupToken     = "azure-native:network:NetworkSecurityGroup"
	ruleToken      = "azure-native:network:SecurityRule"
	tableToken     = "azure-native:network:RouteTable"
	routeToken     = "azure-native:network:Route"
	gatewayToken   = "azure-native:network:NatGateway"
	addressToken   = kernel.AddressToken
	prefixToken    = "azure-native:network:PublicIPPrefix"
	peeringToken   = "azure-native:network:VirtualNetworkPeering"
	endpointToken  = "azure-native:network:PrivateEndpoint"
	zoneGroupToken = "azure-native:network:PrivateDnsZoneGroup"
	zoneToken      = kernel.ZoneToken
	linkToken      = "azure-native:network:VirtualNetworkLink"
)

// Service returns the types of virtual networks.
func Service() cloud.Service {
	types := []*cloud.Type{network(), subnet(), securityGroup(), securityRule(), routeTable(), route(), natGateway(),
		publicAddress(), publicPrefix(), peering(), privateEndpoint(), zoneGroup(), privateZone(), networkLink(), networkInterface(),
		watcher(), flowLog(), recordSet()}
	functions := map[string]cloud.Function{}
	for _, t := range types {
		parts := strings.Split(t.Token, ":")
		functions[parts[0]+":"+parts[1]+":get"+parts[2]] = kernel.Getter(t)
	}
	return cloud.Service{Types: types, Functions: functions}
}

// takes is how long a write of a child of a virtual network takes: two of a program that does not order them collide.
const takes = 100 * time.Millisecond

// name is what names of networking resources match. Source: "Naming rules and restrictions for Azure resources".
var name = regexp.MustCompile(`^[a-zA-Z0-9]([a-zA-Z0-9_.-]{0,78}[a-zA-Z0-9_])?$`)

// checkName refuses a name that Azure does not accept.
func checkName(c *cloud.Call) error {
	if n := c.Text("name"); !name.MatchString(n) {
		return kernel.Refuse("InvalidResourceName", "Resource name %s is invalid. The name can be up to 80 characters long. It "+
			"must begin with a word character, and it must end with a word character or with '_'. The name may contain word "+
			"characters or '.', '-', '_'.", n)
	}
	return nil
}

// reference returns the resource that a block refers to by its id, or nil if there is none. It refuses a resource that
// does not exist, or is in another region.
func reference(c *cloud.Call, block any, token, location string) (*cloud.Object, error) {
	values, _ := block.(map[string]any)
	id := cloud.Text(values, "id")
	if id == "" {
		return nil, nil
	}
	o, err := c.Lookup(token, id)
	if err != nil {
		return nil, err
	}
	if o == nil || !kernel.SameLocation(o.Text("location"), location) {
		return nil, kernel.Refuse("InvalidResourceReference", "Resource %s referenced by resource %s was not found. Please make "+
			"sure that the referenced resource exists, and that both resources are in the same region.", id, c.Object.ID)
	}
	return o, nil
}

// users returns the objects of a type whose property refers to an object, by a block or a list of blocks with ids.
func users(c *cloud.Call, token, property string, of *cloud.Object) ([]*cloud.Object, error) {
	all, err := c.List(token)
	return slices.DeleteFunc(all, func(o *cloud.Object) bool {
		blocks := append(cloud.Objects(o.Outputs[property]), o.Block(property))
		return !slices.ContainsFunc(blocks, func(b map[string]any) bool { return kernel.ID(of.ID).Same(cloud.Text(b, "id")) })
	}), err
}

// ids returns the ids of objects as text.
func ids(objects []*cloud.Object) string {
	var out []string
	for _, o := range objects {
		out = append(out, o.ID)
	}
	return strings.Join(out, ", ")
}

// setReferences sets an output to the ids of objects.
func setReferences(c *cloud.Call, output string, objects []*cloud.Object) {
	var out []any
	for _, o := range objects {
		out = append(out, map[string]any{"id": o.ID})
	}
	delete(c.Object.Outputs, output)
	if out != nil {
		c.Set(output, out)
	}
}

// sameIDs are the properties within which the case of an id does not matter.
func sameIDs() map[string]func(before, after string) bool {
	return map[string]func(before, after string) bool{"id": kernel.SameID}
}
