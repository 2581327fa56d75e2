package network

import (
	"regexp"
	"strings"

	v20240601 "github.com/pulumi/pulumi-azure-native-sdk/network/v2/v20240601"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

const zones = "Microsoft.Network/privateDnsZones"

// zoneName is what names of private zones match: 2 to 34 labels.
var zoneName = regexp.MustCompile(`^[a-zA-Z0-9_]([a-zA-Z0-9_-]*[a-zA-Z0-9_])?(\.[a-zA-Z0-9_]([a-zA-Z0-9_-]*[a-zA-Z0-9_])?){1,33}$`)

func privateZone() *cloud.Type {
	read := func(c *cloud.Call) error {
		links, err := linksOf(c, c.Object)
		registering := 0
		for _, o := range links {
			if o.Bool("registrationEnabled") {
				registering++
			}
		}
		if err != nil {
			return err
		}
		sets, err := c.All(recordSetToken, func(o *cloud.Object) bool { return o.Managed == c.Object.Key() })
		c.Set("numberOfRecordSets", float64(1+len(sets))) // With that of the start of authority.
		c.Set("numberOfVirtualNetworkLinks", float64(len(links)))
		c.Set("numberOfVirtualNetworkLinksWithRegistration", float64(registering))
		return err
	}
	return kernel.Grouped(&cloud.Type{
		Token: zoneToken, Args: v20240601.PrivateZoneArgs{}, Resource: &v20240601.PrivateZone{},
		Name:     "privateZoneName",
		Replaces: []string{"location"},
		Create: func(c *cloud.Call) error {
			if n := c.Text("name"); !zoneName.MatchString(n) || len(n) > 253 {
				return kernel.Refuse("BadRequest", "The domain name '%s' is invalid. The provided private zone name must have 2 to 34 "+
					"labels.", n)
			}
			// Source: "Azure DNS limits".
			cloud.Fill(c.Object.Outputs, map[string]any{"maxNumberOfRecordSets": 25000.0,
				"maxNumberOfVirtualNetworkLinks": 1000.0, "maxNumberOfVirtualNetworkLinksWithRegistration": 100.0})
			return read(c)
		},
		Update:  read,
		Refresh: read,
		Delete: func(c *cloud.Call) error {
			links, err := linksOf(c, c.Object)
			if err == nil && len(links) > 0 {
				err = kernel.Refuse("CannotDeleteResource", "Cannot delete resource while nested resources exist. Some existing "+
					"nested resource IDs include: '%s'. Please delete all nested resources before deleting this resource.",
					links[0].ID)
			}
			return err
		},
	}, zones)
}

func linksOf(c *cloud.Call, zone *cloud.Object) ([]*cloud.Object, error) {
	return c.All(linkToken, func(o *cloud.Object) bool { return o.Managed == zone.Key() })
}

func networkLink() *cloud.Type {
	return kernel.Child(&cloud.Type{
		Token: linkToken, Args: v20240601.VirtualNetworkLinkArgs{}, Resource: &v20240601.VirtualNetworkLink{},
		Name:     "virtualNetworkLinkName",
		Replaces: []string{"location"},
		Same:     sameIDs(),
		Create:   setLink,
		Update: func(c *cloud.Call) error {
			if !kernel.SameID(linked(c.Old), linked(c.Object)) {
				return kernel.Refuse("BadRequest", "The virtual network of the link '%s' cannot be changed.", c.Object.ID)
			}
			return setLink(c)
		},
	}, zoneToken, zones, "privateZoneName", "virtualNetworkLinks", false)
}

// linked returns the id of the network of a link.
func linked(o *cloud.Object) string { return cloud.Text(o.Block("virtualNetwork"), "id") }

// setLink checks a link against the others of its network. Source: "What is a virtual network link?".
func setLink(c *cloud.Call) error {
	network, err := c.Lookup(kernel.NetworkToken, linked(c.Object))
	if err != nil {
		return err
	}
	if network == nil {
		return kernel.Refuse("InvalidResourceReference", "Resource %s referenced by resource %s was not found.",
			linked(c.Object), c.Object.ID)
	}
	zone, err := c.Owner(c.Object)
	if err != nil {
		return err
	}
	all, err := c.List(linkToken)
	if err != nil {
		return err
	}
	for _, o := range all {
		if kernel.ID(o.ID).Same(c.Object.ID) || !kernel.SameID(linked(o), network.ID) {
			continue
		}
		other, err := c.Owner(o)
		if err != nil {
			return err
		}
		switch {
		case strings.EqualFold(other.Text("name"), zone.Text("name")):
			return kernel.Refuse("BadRequest", "A virtual network cannot be linked to multiple zones with overlapping namespaces. "+
				"You tried to link virtual network with '%s' and '%s' zones.", other.Text("name"), zone.Text("name"))
		case o.Bool("registrationEnabled") && c.Object.Bool("registrationEnabled"):
			return kernel.Refuse("BadRequest", "The virtual network %s is already linked to the zone '%s' with registration "+
				"enabled. A virtual network can have one such link.", network.ID, other.Text("name"))
		}
	}
	cloud.Fill(c.Object.Outputs, map[string]any{"registrationEnabled": false, "virtualNetworkLinkState": "Completed",
		"resolutionPolicy": "Default"})
	return nil
}
