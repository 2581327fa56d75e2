package network

import (
	"net/netip"
	"regexp"
	"strings"

	v20240601 "github.com/pulumi/pulumi-azure-native-sdk/network/v2/v20240601"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

const recordSetToken = "azure-native:network:PrivateRecordSet"

// recordProperties are the properties with the records of each type.
func recordProperties() map[string]string {
	return map[string]string{"A": "aRecords", "AAAA": "aaaaRecords", "CNAME": "cnameRecord", "MX": "mxRecords",
		"PTR": "ptrRecords", "SOA": "soaRecord", "SRV": "srvRecords", "TXT": "txtRecords"}
}

func recordSet() *cloud.Type {
	return kernel.Child(&cloud.Type{
		Token: recordSetToken, Args: v20240601.PrivateRecordSetArgs{}, Resource: &v20240601.PrivateRecordSet{},
		Name:     "relativeRecordSetName",
		Replaces: []string{"recordType"},
		Create:   setRecordSet,
		Update:   setRecordSet,
	}, zoneToken, zones, "privateZoneName", "{recordType}", false)
}

// recordName is what names of record sets match: labels, "@" for the zone itself, or a wildcard.
var recordName = regexp.MustCompile(`^(@|(\*|[a-zA-Z0-9_]([a-zA-Z0-9_-]*[a-zA-Z0-9_])?)(\.[a-zA-Z0-9_]([a-zA-Z0-9_-]*[a-zA-Z0-9_])?)*)$`)

// setRecordSet checks a record set. Source: "DNS zones and records overview" and "Azure DNS limits". Codes are from memory.
func setRecordSet(c *cloud.Call) error {
	kind, name := c.Text("recordType"), c.Text("name")
	own, known := recordProperties()[strings.ToUpper(kind)]
	if !known {
		return kernel.Refuse("BadRequest", "The record type '%s' is invalid.", kind)
	}
	c.Set("type", zones+"/"+strings.ToUpper(kind))
	zone, err := c.Owner(c.Object)
	if err != nil {
		return err
	}
	const longest = 2147483647
	ttl, given := c.Object.Outputs["ttl"].(float64)
	switch {
	case !recordName.MatchString(name):
		return kernel.Refuse("BadRequest", "The record set name '%s' is invalid.", name)
	case !given || ttl < 1 || ttl > longest:
		return kernel.Refuse("BadRequest", "The TTL of the record set '%s' is not between 1 and %d.", name, longest)
	case c.Object.Outputs[own] == nil:
		return kernel.Refuse("BadRequest", "The record set '%s' of type %s has no %s.", name, kind, own)
	case strings.EqualFold(kind, "CNAME") && name == "@":
		return kernel.Refuse("BadRequest", "A CNAME record set cannot be created at the apex of the zone.")
	}
	for other, property := range recordProperties() {
		if property != own && c.Object.Outputs[property] != nil {
			return kernel.Refuse("BadRequest", "The record set '%s' of type %s has records of type %s.", name, kind, other)
		}
	}
	if err := checkRecords(c); err != nil {
		return err
	}
	others, err := c.All(recordSetToken, func(o *cloud.Object) bool {
		return o.Managed == zone.Key() && strings.EqualFold(o.Text("name"), name) &&
			(strings.EqualFold(kind, "CNAME") || strings.EqualFold(o.Text("recordType"), "CNAME"))
	})
	if err != nil {
		return err
	}
	if len(others) > 0 {
		return kernel.Refuse("Conflict", "The record set '%s' conflicts with %s: a CNAME record set is the only one with its name.",
			name, others[0].ID)
	}
	c.Set("isAutoRegistered", false)
	c.Set("fqdn", strings.TrimPrefix(name+".", "@.")+zone.Text("name")+".")
	return nil
}

// checkRecords checks the addresses of a record set: at most 20 of its kind.
func checkRecords(c *cloud.Call) error {
	for property, is4 := range map[string]bool{"aRecords": true, "aaaaRecords": false} {
		records := cloud.Objects(c.Object.Outputs[property])
		const most = 20
		if len(records) > most {
			return kernel.Refuse("BadRequest", "The record set has %d records. The maximum is %d.", len(records), most)
		}
		for _, record := range records {
			text := cloud.Text(record, map[bool]string{true: "ipv4Address", false: "ipv6Address"}[is4])
			if a, err := netip.ParseAddr(text); err != nil || a.Is4() != is4 {
				return kernel.Refuse("BadRequest", "The address '%s' is invalid.", text)
			}
		}
	}
	return nil
}
