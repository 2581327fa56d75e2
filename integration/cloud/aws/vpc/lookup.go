package vpc

import (
	"fmt"
	"maps"
	"slices"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func vpcQuery() kernel.Query {
	return kernel.Query{
		Type: kernel.VPCToken, Name: "EC2 VPC",
		Properties: map[string]string{"id": "id", "cidrBlock": "cidrBlock", "default": "default", "dhcpOptionsId": "dhcpOptionsId"},
		Filters: map[string]string{"vpc-id": "id", "cidr": "cidrBlock", "owner-id": "ownerId",
			"dhcp-options-id": "dhcpOptionsId", "is-default": "default", "isDefault": "default", "cidr-block-association.cidr-block": "cidrBlock",
			"state": "state"},
		Absent: map[string]string{"default": "false", "state": "available"},
	}
}

func subnetQuery() kernel.Query {
	return kernel.Query{
		Type: kernel.SubnetToken, Name: "EC2 Subnet",
		Properties: map[string]string{"id": "id", "vpcId": "vpcId", "cidrBlock": "cidrBlock", "defaultForAz": "defaultForAz",
			"ipv6CidrBlock":    "ipv6CidrBlock",
			"availabilityZone": "availabilityZone", "availabilityZoneId": "availabilityZoneId"},
		Filters: map[string]string{"subnet-id": "id", "vpc-id": "vpcId", "availability-zone": "availabilityZone",
			"availability-zone-id": "availabilityZoneId", "cidr-block": "cidrBlock",
			"map-public-ip-on-launch": "mapPublicIpOnLaunch",
			"default-for-az":          "defaultForAz", "defaultForAz": "defaultForAz", "state": "state", "owner-id": "ownerId"},
		Absent: map[string]string{"defaultForAz": "false", "state": "available"},
	}
}

func getVPC(c *cloud.Call, args map[string]any) (map[string]any, error) {
	o, err := vpcQuery().One(c, args)
	if err != nil {
		return nil, err
	}
	ranges, err := IPv4Ranges(c, o)
	if err != nil {
		return nil, err
	}
	cidrs := []any{}
	for i, p := range ranges {
		cidrs = append(cidrs, map[string]any{
			"associationId": fmt.Sprintf("vpc-cidr-assoc-%d", i), "cidrBlock": p.String(), "state": "associated",
		})
	}
	return kernel.Answer(o, args, map[string]any{"default": o.Bool("default"), "state": "available",
		"cidrBlockAssociations": cidrs}), nil
}

func getSubnet(c *cloud.Call, args map[string]any) (map[string]any, error) {
	o, err := subnetQuery().One(c, args)
	if err != nil {
		return nil, err
	}
	taken, err := AddressesIn(c, o)
	if err != nil {
		return nil, err
	}
	available := 0
	for _, p := range kernel.Prefixes(o.Text("cidrBlock")) {
		available = 1<<(32-p.Bits()) - 5 - len(taken)
	}
	return kernel.Answer(o, args, map[string]any{"defaultForAz": o.Bool("defaultForAz"), "state": "available",
		"availableIpAddressCount": float64(available)}), nil
}

func getSubnets(c *cloud.Call, args map[string]any) (map[string]any, error) {
	return kernel.IDs(c, subnetQuery(), args)
}

// lookUpPrefixList looks up a prefix list of AWS or of the account by its name or id.
func lookUpPrefixList(c *cloud.Call, args map[string]any, id string) (*cloud.Object, error) {
	l := kernel.Query{
		Type: kernel.ManagedPrefixListToken, Name: "EC2 Managed Prefix List",
		Properties: map[string]string{id: "id", "name": "name"},
		Filters:    map[string]string{"prefix-list-id": "id", "prefix-list-name": "name", "owner-id": "ownerId"},
	}
	for _, service := range slices.Sorted(maps.Keys(amazonLists())) {
		o := AmazonPrefixList(c, service)
		wantedName, _ := args["name"].(string)
		wantedID, _ := args[id].(string)
		filters, _ := args["filters"].([]any)
		byFilter := len(filters) > 0 && kernel.Filtered(args,
			func(name string) []string { return []string{kernel.Value(o, l.Filters[name])} })
		if (wantedName != "" && wantedName == o.Text("name")) || (wantedID != "" && wantedID == o.ID) || byFilter {
			return o, nil
		}
	}
	return l.One(c, args)
}

func getPrefixList(c *cloud.Call, args map[string]any) (map[string]any, error) {
	o, err := lookUpPrefixList(c, args, "prefixListId")
	if err != nil {
		return nil, err
	}
	out := maps.Clone(args)
	out["id"], out["name"], out["prefixListId"], out["cidrBlocks"] = o.ID, o.Text("name"), o.ID, PrefixListCIDRs(o)
	return out, nil
}

func getManagedPrefixList(c *cloud.Call, args map[string]any) (map[string]any, error) {
	o, err := lookUpPrefixList(c, args, "id")
	if err != nil {
		return nil, err
	}
	return kernel.Answer(o, args, nil), nil
}
