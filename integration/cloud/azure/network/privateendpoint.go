package network

import (
	"net/netip"
	"slices"
	"strings"

	v20240501 "github.com/pulumi/pulumi-azure-native-sdk/network/v2/v20240501"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

const endpoints = "Microsoft.Network/privateEndpoints"

func privateEndpoint() *cloud.Type {
	return kernel.Grouped(&cloud.Type{
		Token: endpointToken, Args: v20240501.PrivateEndpointArgs{}, Resource: &v20240501.PrivateEndpoint{},
		Name: "privateEndpointName",
		// Source: issue 3883 of pulumi-azure-native.
		Replaces: []string{"location", "subnet"},
		Same:     sameIDs(),
		Create:   setEndpoint,
		Update:   setEndpoint,
	}, endpoints)
}

// groupIDs are the group ids of resource types in lower case. Other types accept any. Source: "Azure Private Endpoint
// private DNS zone values".
func groupIDs() map[string][]string {
	return map[string][]string{
		"microsoft.storage/storageaccounts": {"blob", "blob_secondary", "dfs", "dfs_secondary", "file", "queue",
			"queue_secondary", "table", "table_secondary", "web", "web_secondary"},
		"microsoft.keyvault/vaults":                  {"vault"},
		"microsoft.containerservice/managedclusters": {"management"},
		"microsoft.containerregistry/registries":     {"registry"},
	}
}

// setEndpoint checks an endpoint, and gives it an address of its subnet.
func setEndpoint(c *cloud.Call) error {
	if err := checkName(c); err != nil {
		return err
	}
	within, err := c.Lookup(subnetToken, cloud.Text(c.Object.Block("subnet"), "id"))
	if err != nil {
		return err
	}
	if within == nil {
		return kernel.Refuse("InvalidResourceReference", "Resource %s referenced by resource %s was not found. Please make sure "+
			"that the referenced resource exists, and that both resources are in the same region.",
			cloud.Text(c.Object.Block("subnet"), "id"), c.Object.ID)
	}
	var target, group string
	for _, property := range []string{"privateLinkServiceConnections", "manualPrivateLinkServiceConnections"} {
		connections := cloud.Objects(c.Object.Inputs[property])
		if len(connections) == 0 {
			continue
		}
		groups := cloud.Texts(connections[0]["groupIds"])
		if len(connections) > 1 || len(groups) > 1 || target != "" {
			return kernel.Refuse("InvalidRequestFormat", "Private endpoint %s has more than one connection or group id.",
				c.Object.ID)
		}
		target = cloud.Text(connections[0], "privateLinkServiceId")
		if len(groups) == 1 {
			group = groups[0]
		}
		if err := checkTarget(c, target, group); err != nil {
			return err
		}
		status := "Approved"
		if property != "privateLinkServiceConnections" {
			status = "Pending"
		}
		answer := map[string]any{"provisioningState": "Succeeded", "privateLinkServiceConnectionState": map[string]any{
			"status": status, "description": "", "actionsRequired": "None"}, "type": endpoints + "/" + property,
			"id": c.Object.ID + "/" + property + "/" + cloud.Text(connections[0], "name")}
		cloud.Fill(answer, connections[0])
		c.Set(property, []any{answer})
	}
	if target == "" {
		return kernel.Refuse("InvalidRequestFormat", "Private endpoint %s has no connection.", c.Object.ID)
	}
	address, err := endpointAddress(c, within)
	if err != nil {
		return err
	}
	c.Set("customDnsConfigs", []any{map[string]any{"fqdn": hostName(c, target, group), "ipAddresses": cloud.List(address)}})
	return setInterface(c)
}

// setInterface sets the network interface of an endpoint.
func setInterface(c *cloud.Call) error {
	nic := c.Text("customNetworkInterfaceName")
	if c.Object.Outputs["networkInterfaces"] != nil {
		return nil
	}
	if nic == "" {
		suffix, err := kernel.NewGUID(c)
		if err != nil {
			return err
		}
		nic = c.Text("name") + ".nic." + suffix
	}
	c.Set("networkInterfaces", []any{map[string]any{"id": kernel.Below(c.Scope, kernel.ID(c.Object.ID).Group(),
		"Microsoft.Network/networkInterfaces", nic)}})
	return nil
}

// checkTarget refuses a resource that does not exist, or that has no such group id.
func checkTarget(c *cloud.Call, target, group string) error {
	if err := kernel.Need(c, target); err != nil {
		return err
	}
	groups, ok := groupIDs()[strings.ToLower(kernel.ID(target).Type())]
	if ok && !slices.Contains(groups, group) {
		return kernel.Refuse("InvalidPrivateLinkServiceGroupId", "The group id '%s' of the private endpoint %s is invalid for %s. "+
			"The valid group ids are: %s.", group, c.Object.ID, target, strings.Join(groups, ", "))
	}
	return nil
}

// hostName returns the public name of a resource that an endpoint makes private.
func hostName(c *cloud.Call, target, group string) string {
	environment := kernel.Environments()[c.Scope.Values["environment"]]
	name, typ := kernel.ID(target).Name(), strings.ToLower(kernel.ID(target).Type())
	switch typ {
	case "microsoft.storage/storageaccounts":
		service, secondary, _ := strings.Cut(group, "_")
		if secondary != "" {
			name += "-" + secondary
		}
		return name + "." + service + "." + environment.StorageSuffix
	case "microsoft.keyvault/vaults":
		return name + "." + environment.VaultSuffix
	}
	return name
}

// endpointAddress returns the address of an endpoint: the requested one, the one that it has, or the first that is free.
func endpointAddress(c *cloud.Call, within *cloud.Object) (string, error) {
	requested := ""
	if configured := cloud.Objects(c.Object.Inputs["ipConfigurations"]); len(configured) > 0 {
		requested = cloud.Text(configured[0], "privateIPAddress")
	}
	return assign(c, within, requested, address(c.Object))
}

// assign returns an address of a subnet for the object of a call: the requested one, the one that it has, or the first
// that is free.
func assign(c *cloud.Call, within *cloud.Object, requested, has string) (string, error) {
	others, err := usersOfSubnet(c, within)
	if err != nil {
		return "", err
	}
	used := map[string]bool{}
	for _, o := range others {
		if !kernel.ID(o.ID).Same(c.Object.ID) {
			used[address(o)] = true
		}
	}
	own := prefixes(subnetPrefixes(within))
	if requested != "" {
		return requestedAddress(within, requested, own, used)
	}
	if a, err := netip.ParseAddr(has); err == nil && slices.ContainsFunc(own,
		func(p netip.Prefix) bool { return p.Contains(a) }) {
		return has, nil
	}
	for _, p := range own {
		if !p.Addr().Is4() {
			continue
		}
		for a := p.Addr(); p.Contains(a); a = a.Next() {
			if !reservedAddress(p, a) && !used[a.String()] {
				return a.String(), nil
			}
		}
	}
	return "", kernel.Refuse("SubnetIsFull", "Subnet %s with address prefix %s does not have enough capacity for 1 IP "+
		"addresses.", within.Text("name"), strings.Join(subnetPrefixes(within), ", "))
}

// requestedAddress checks an address that the program chose.
func requestedAddress(within *cloud.Object, text string, own []netip.Prefix, used map[string]bool) (string, error) {
	a, err := netip.ParseAddr(text)
	i := slices.IndexFunc(own, func(p netip.Prefix) bool { return p.Contains(a) })
	switch {
	case err != nil || i < 0:
		return "", kernel.Refuse("PrivateIPAddressNotInSubnet", "Private static IP address %s does not belong to the range of "+
			"subnet prefix %s.", text, strings.Join(subnetPrefixes(within), ", "))
	case reservedAddress(own[i], a):
		return "", kernel.Refuse("PrivateIPAddressInReservedRange", "Private static IP address %s falls within reserved IP "+
			"range of subnet prefix %s.", text, own[i])
	case used[a.String()]:
		return "", kernel.Refuse("PrivateIPAddressIsAllocated", "IP address %s is already allocated in subnet %s.", text,
			within.ID)
	}
	return text, nil
}

// reservedAddress reports whether an address is one of the five that Azure reserves in a subnet: the first four, and the
// last. Source: "Azure Virtual Network FAQ".
func reservedAddress(p netip.Prefix, a netip.Addr) bool {
	first := p.Masked().Addr()
	for range 4 {
		if a == first {
			return true
		}
		first = first.Next()
	}
	return !p.Contains(a.Next())
}

// address returns the private address of an endpoint or a network interface, or "".
func address(o *cloud.Object) string {
	if o.Type == kernel.InterfaceToken {
		for _, configuration := range cloud.Objects(o.Outputs["ipConfigurations"]) {
			return cloud.Text(configuration, "privateIPAddress")
		}
	}
	for _, dns := range cloud.Objects(o.Outputs["customDnsConfigs"]) {
		for _, a := range cloud.Texts(dns["ipAddresses"]) {
			return a
		}
	}
	return ""
}

func zoneGroup() *cloud.Type {
	return kernel.Child(&cloud.Type{
		Token: zoneGroupToken, Args: v20240501.PrivateDnsZoneGroupArgs{}, Resource: &v20240501.PrivateDnsZoneGroup{},
		Name:   "privateDnsZoneGroupName",
		Same:   map[string]func(before, after string) bool{"privateDnsZoneId": kernel.SameID},
		Create: setZoneGroup,
		Update: setZoneGroup,
	}, endpointToken, endpoints, "privateEndpointName", "privateDnsZoneGroups", false)
}

// setZoneGroup adds the records of an endpoint to private zones. Source: "Azure Private Endpoint DNS integration": an
// endpoint has one group, with up to five zones.
func setZoneGroup(c *cloud.Call) error {
	endpoint, err := c.Owner(c.Object)
	if err != nil {
		return err
	}
	others, err := c.All(zoneGroupToken, func(o *cloud.Object) bool {
		return o.Managed == endpoint.Key() && !kernel.ID(o.ID).Same(c.Object.ID)
	})
	if err != nil {
		return err
	}
	if len(others) > 0 {
		return kernel.Refuse("PrivateEndpointAlreadyHasPrivateDnsZoneGroup", "Private endpoint %s already has the private DNS "+
			"zone group %s.", endpoint.ID, others[0].ID)
	}
	configs := cloud.Objects(c.Object.Inputs["privateDnsZoneConfigs"])
	if len(configs) == 0 || len(configs) > 5 {
		return kernel.Refuse("InvalidRequestFormat", "Private DNS zone group %s has %d zones. It has 1 to 5.", c.Object.ID,
			len(configs))
	}
	var answers []any
	for _, config := range configs {
		id := cloud.Text(config, "privateDnsZoneId")
		zone, err := c.Lookup(zoneToken, id)
		if err != nil {
			return err
		}
		if zone == nil {
			return kernel.Refuse("InvalidResourceReference", "Resource %s referenced by resource %s was not found. Please make "+
				"sure that the referenced resource exists, and that both resources are in the same region.", id, c.Object.ID)
		}
		var name string
		for _, dns := range cloud.Objects(endpoint.Outputs["customDnsConfigs"]) {
			name, _, _ = strings.Cut(cloud.Text(dns, "fqdn"), ".")
		}
		answer := map[string]any{"recordSets": []any{map[string]any{"recordType": "A", "recordSetName": name,
			"fqdn": name + "." + zone.Text("name"), "ttl": 10.0, "ipAddresses": cloud.List(address(endpoint)),
			"provisioningState": "Succeeded"}}}
		cloud.Fill(answer, config)
		answers = append(answers, answer)
	}
	c.Set("privateDnsZoneConfigs", answers)
	return nil
}
