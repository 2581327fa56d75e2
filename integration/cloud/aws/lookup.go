package aws

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// query is what a look-up looks for.
type query struct {
	// typ is the type, and name what errors call it.
	typ, name string
	// properties are the arguments that stand for an output, by their names; "id" is the id.
	properties map[string]string
	// filters are the outputs of filters, by their names.
	filters map[string]string
}

func vpcQuery() query {
	return query{
		typ: vpcType, name: "EC2 VPC",
		properties: map[string]string{"id": "id", "cidrBlock": "cidrBlock", "dhcpOptionsId": "dhcpOptionsId"},
		filters:    map[string]string{"vpc-id": "id", "cidr": "cidrBlock", "owner-id": "ownerId", "dhcp-options-id": "dhcpOptionsId"},
	}
}

func subnetQuery() query {
	return query{
		typ: subnetType, name: "EC2 Subnet",
		properties: map[string]string{"id": "id", "vpcId": "vpcId", "cidrBlock": "cidrBlock", "ipv6CidrBlock": "ipv6CidrBlock",
			"availabilityZone": "availabilityZone", "availabilityZoneId": "availabilityZoneId"},
		filters: map[string]string{"subnet-id": "id", "vpc-id": "vpcId", "availability-zone": "availabilityZone",
			"availability-zone-id": "availabilityZoneId", "cidr-block": "cidrBlock", "map-public-ip-on-launch": "mapPublicIpOnLaunch"},
	}
}

// find returns what fits all arguments.
func (l query) find(c *cloud.Call, args map[string]any) ([]*cloud.Object, error) {
	if filters, _ := args["filters"].([]any); len(filters) > 0 {
		for _, f := range filters {
			filter, _ := f.(map[string]any)
			name, _ := filter["name"].(string)
			if _, known := l.filters[name]; !known && !strings.HasPrefix(name, "tag:") {
				return nil, cloud.Refuse("InvalidParameterValue", "The filter '%s' is invalid", name)
			}
		}
	}
	return c.All(l.typ, func(o *cloud.Object) bool {
		for argument, property := range l.properties {
			if v, _ := args[argument].(string); v != "" && value(o, property) != v {
				return false
			}
		}
		wanted, _ := args["tags"].(map[string]any)
		for key, v := range wanted {
			if tag(o, key) != v {
				return false
			}
		}
		return filtered(args, func(name string) []string {
			if key, ok := strings.CutPrefix(name, "tag:"); ok {
				text, _ := tag(o, key).(string)
				return []string{text}
			}
			return []string{value(o, l.filters[name])}
		})
	})
}

// one returns what fits all arguments, and fails as the provider does unless that is one object.
func (l query) one(c *cloud.Call, args map[string]any) (*cloud.Object, error) {
	found, err := l.find(c, args)
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, fmt.Errorf("no matching %s found", l.name)
	case len(found) > 1:
		return nil, fmt.Errorf("multiple %ss matched; use additional constraints to reduce matches to a single %s", l.name, l.name)
	}
	return found[0], nil
}

func value(o *cloud.Object, property string) string {
	if property == "id" {
		return o.ID
	}
	if v, ok := o.Outputs[property]; ok {
		return fmt.Sprint(v)
	}
	return ""
}

// tag returns a tag of an object, or nil.
func tag(o *cloud.Object, key string) any {
	tags, _ := o.Outputs["tagsAll"].(map[string]any)
	return tags[key]
}

// answer returns an object's outputs as a look-up does, over the arguments: its tags are all that it has.
func answer(o *cloud.Object, args map[string]any, more map[string]any) map[string]any {
	out := maps.Clone(args)
	maps.Copy(out, o.Outputs)
	out["id"] = o.ID
	tags, _ := o.Outputs["tagsAll"].(map[string]any)
	if tags == nil {
		tags = map[string]any{}
	}
	out["tags"] = tags
	delete(out, "tagsAll")
	maps.Copy(out, more)
	return out
}

func getVPC(c *cloud.Call, args map[string]any) (map[string]any, error) {
	if only, _ := args["default"].(bool); only {
		return nil, fmt.Errorf("no matching %s found", vpcQuery().name) // The account has none: it is secure.
	}
	o, err := vpcQuery().one(c, args)
	if err != nil {
		return nil, err
	}
	ranges, err := ipv4Ranges(c, o)
	if err != nil {
		return nil, err
	}
	cidrs := []any{}
	for i, p := range ranges {
		cidrs = append(cidrs, map[string]any{
			"associationId": fmt.Sprintf("vpc-cidr-assoc-%d", i), "cidrBlock": p.String(), "state": "associated",
		})
	}
	return answer(o, args, map[string]any{"default": false, "state": "available", "cidrBlockAssociations": cidrs}), nil
}

func getSubnet(c *cloud.Call, args map[string]any) (map[string]any, error) {
	o, err := subnetQuery().one(c, args)
	if err != nil {
		return nil, err
	}
	taken, err := addressesIn(c, o)
	if err != nil {
		return nil, err
	}
	available := 0
	for _, p := range prefixes(o.Text("cidrBlock")) {
		available = 1<<(32-p.Bits()) - 5 - len(taken)
	}
	return answer(o, args, map[string]any{"defaultForAz": false, "state": "available", "availableIpAddressCount": float64(available)}), nil
}

func getSubnets(c *cloud.Call, args map[string]any) (map[string]any, error) {
	found, err := subnetQuery().find(c, args)
	var ids []string
	for _, o := range found {
		ids = append(ids, o.ID)
	}
	out := maps.Clone(args)
	out["id"], out["ids"] = c.Scope.Values["region"], cloud.List(ids...)
	return out, err
}

func getSecurityGroup(c *cloud.Call, args map[string]any) (map[string]any, error) {
	o, err := query{
		typ: securityGroupType, name: "EC2 Security Group",
		properties: map[string]string{"id": "id", "name": "name", "vpcId": "vpcId"},
		filters:    map[string]string{"group-id": "id", "group-name": "name", "vpc-id": "vpcId", "description": "description"},
	}.one(c, args)
	if err != nil {
		return nil, err
	}
	return answer(o, args, nil), nil
}

func getRouteTable(c *cloud.Call, args map[string]any) (map[string]any, error) {
	associations, err := c.All(associationType, func(o *cloud.Object) bool {
		subnet, _ := args["subnetId"].(string)
		gateway, _ := args["gatewayId"].(string)
		return (subnet != "" && o.Text("subnetId") == subnet) || (gateway != "" && o.Text("gatewayId") == gateway)
	})
	if err != nil {
		return nil, err
	}
	wanted := maps.Clone(args)
	if args["subnetId"] != nil || args["gatewayId"] != nil {
		if len(associations) == 0 {
			return nil, fmt.Errorf("no matching EC2 Route Table found")
		}
		wanted["routeTableId"] = associations[0].Text("routeTableId")
	}
	o, err := query{
		typ: routeTableType, name: "EC2 Route Table", properties: map[string]string{"routeTableId": "id", "vpcId": "vpcId"},
		filters: map[string]string{"route-table-id": "id", "vpc-id": "vpcId"},
	}.one(c, wanted)
	if err != nil {
		return nil, err
	}
	blocks, err := tableRoutes()[0].Read(c, o.ID, nil)
	if err != nil {
		return nil, err
	}
	return answer(o, args, map[string]any{"routeTableId": o.ID, "routes": blocks, "associations": []any{}}), nil
}

// findPrefixList returns a prefix list of AWS or of the account, by its name or its id.
func findPrefixList(c *cloud.Call, args map[string]any, id string) (*cloud.Object, error) {
	l := query{
		typ: prefixListType, name: "EC2 Managed Prefix List", properties: map[string]string{id: "id", "name": "name"},
		filters: map[string]string{"prefix-list-id": "id", "prefix-list-name": "name", "owner-id": "ownerId"},
	}
	for _, service := range slices.Sorted(maps.Keys(amazonLists())) {
		o := amazonList(c, service)
		wantedName, _ := args["name"].(string)
		wantedID, _ := args[id].(string)
		filters, _ := args["filters"].([]any)
		byFilter := len(filters) > 0 && filtered(args, func(name string) []string { return []string{value(o, l.filters[name])} })
		if (wantedName != "" && wantedName == o.Text("name")) || (wantedID != "" && wantedID == o.ID) || byFilter {
			return o, nil
		}
	}
	return l.one(c, args)
}

func getPrefixList(c *cloud.Call, args map[string]any) (map[string]any, error) {
	o, err := findPrefixList(c, args, "prefixListId")
	if err != nil {
		return nil, err
	}
	out := maps.Clone(args)
	out["id"], out["name"], out["prefixListId"], out["cidrBlocks"] = o.ID, o.Text("name"), o.ID, cidrsOf(o)
	return out, nil
}

func getManagedPrefixList(c *cloud.Call, args map[string]any) (map[string]any, error) {
	o, err := findPrefixList(c, args, "id")
	if err != nil {
		return nil, err
	}
	return answer(o, args, nil), nil
}

func getEndpointService(c *cloud.Call, args map[string]any) (map[string]any, error) {
	name, _ := args["serviceName"].(string)
	if short, _ := args["service"].(string); short != "" {
		name = reverseDNS(c) + "." + c.Scope.Values["region"] + "." + short
	}
	s, err := findService(c, name)
	if err != nil {
		return nil, err
	}
	kind, _ := args["serviceType"].(string)
	switch {
	case kind == "" && len(s.kinds) > 1:
		return nil, fmt.Errorf("multiple EC2 VPC Endpoint Services matched; use additional constraints to reduce matches to a single EC2 VPC Endpoint Service")
	case kind == "":
		kind = s.kinds[0]
	case !slices.Contains(s.kinds, kind):
		return nil, fmt.Errorf("no matching EC2 VPC Endpoint Service found")
	}
	names := zones(c.Scope.Values["region"])
	out := maps.Clone(args)
	maps.Copy(out, map[string]any{
		"id": name, "serviceName": name, "serviceType": kind, "serviceId": "vpce-svc-" + strings.ReplaceAll(s.domain, ".", ""),
		"availabilityZones": cloud.List(names...), "acceptanceRequired": false, "managesVpcEndpoints": false, "owner": "amazon",
		"vpcEndpointPolicySupported": true, "privateDnsName": s.privateDomain(c), "region": c.Scope.Values["region"],
		"supportedIpAddressTypes": cloud.List("ipv4"),
	})
	return out, nil
}
