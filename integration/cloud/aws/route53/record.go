package route53

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// policies are the inputs with routing policies, at most one of which a record has.
func policies() []string {
	return []string{"cidrRoutingPolicy", "failoverRoutingPolicies", "geolocationRoutingPolicies",
		"geoproximityRoutingPolicy", "latencyRoutingPolicies", "multivalueAnswerRoutingPolicy", "weightedRoutingPolicies"}
}

func record() *cloud.Type {
	return &cloud.Type{
		Token: recordToken, Args: route53.RecordArgs{}, Resource: &route53.Record{}, Place: kernel.AccountPlace,
		Replaces: []string{"name", "zoneId"}, Sets: []string{"records"},
		Same:     map[string]func(a, b string) bool{"name": sameName},
		ImportID: func(o *cloud.Object) string { return o.ID },
		Check: func(c *cloud.Checker) {
			c.OneOf("type", "A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR", "SOA", "SPF", "SRV",
				"SSHFP", "SVCB", "TLSA", "TXT")
			c.ExactlyOne("aliases", "records")
			c.Conflict("aliases", "ttl")
			c.Conflict(policies()...)
			if c.Has("records") && !c.Has("ttl") {
				c.Add("ttl", "all of `records,ttl` must be specified")
			}
			if has := slices.ContainsFunc(policies(), c.Has); has != c.Has("setIdentifier") {
				c.Add("setIdentifier", "a routing policy and setIdentifier must be specified together")
			}
			if aliases, ok := c.Value("aliases").([]any); ok && len(aliases) > 1 {
				c.Add("aliases", "expected at most 1 alias, got %d", len(aliases))
			}
		},
		Create: func(c *cloud.Call) error {
			of, err := findZone(c, c.Text("zoneId"))
			if err != nil {
				return err
			}
			parts := []string{of.ID, strings.TrimSuffix(c.Text("name"), "."), c.Text("type")}
			if set := c.Text("setIdentifier"); set != "" {
				parts = append(parts, set)
			}
			c.Object.ID, c.Object.Managed = strings.Join(parts, "_"), of.Key()
			c.Set("zoneId", of.ID)
			c.Set("fqdn", expand(c.Text("name"), of.Text("name")))
			if c.Object.Bool("allowOverwrite") {
				if err := overwrite(c); err != nil {
					return err
				}
			}
			c.SetDefault("allowOverwrite", false)
			return setRecord(c)
		},
		Update: setRecord,
	}
}

// findZone returns a zone, or rejects its id.
func findZone(c *cloud.Call, id string) (*cloud.Object, error) {
	return c.Find(kernel.HostedZoneToken, strings.TrimPrefix(id, "/hostedzone/"), "NoSuchHostedZone",
		"No hosted zone found with ID: %s")
}

// expand completes a name that does not end in that of the zone.
func expand(name, zone string) string {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	switch {
	case name == "" || name == "@":
		return zone
	case name == zone || strings.HasSuffix(name, "."+zone):
		return name
	}
	return name + "." + zone
}

// same returns the other records of the name of a call's record.
func same(c *cloud.Call) ([]*cloud.Object, error) {
	return c.All(recordToken, func(o *cloud.Object) bool {
		return o.Text("zoneId") == c.Text("zoneId") && o.Text("fqdn") == c.Text("fqdn")
	})
}

func overwrite(c *cloud.Call) error {
	others, err := same(c)
	for _, o := range others {
		if o.Text("type") == c.Text("type") && o.Text("setIdentifier") == c.Text("setIdentifier") {
			if err := c.Delete(o); err != nil {
				return err
			}
		}
	}
	return err
}

// invalid is the error of the API for a change that it rejects.
func invalid(format string, args ...any) error {
	return kernel.Refuse("InvalidChangeBatch", "["+format+"]", args...)
}

func setRecord(c *cloud.Call) error {
	of, err := findZone(c, c.Text("zoneId"))
	if err != nil {
		return err
	}
	fqdn, typ, zone := c.Text("fqdn"), c.Text("type"), of.Text("name")
	others, err := same(c)
	if err != nil {
		return err
	}
	// A zone has its own NS and SOA records from the beginning.
	exists := fqdn == zone && (typ == "NS" || typ == "SOA") && !c.Object.Bool("allowOverwrite")
	for _, o := range others {
		exists = exists || o.Text("type") == typ && o.Text("setIdentifier") == c.Text("setIdentifier")
		if o.Text("type") != typ && (typ == "CNAME" || o.Text("type") == "CNAME") {
			return invalid("RRSet of type %s with DNS name %s. is not permitted because a conflicting RRSet of type %s with "+
				"the same DNS name already exists in zone %s.", typ, fqdn, o.Text("type"), zone)
		}
	}
	switch {
	case exists:
		return invalid("Tried to create resource record set [name='%s.', type='%s'] but it already exists", fqdn, typ)
	case typ == "CNAME" && fqdn == zone:
		return invalid("RRSet of type CNAME with DNS name %s. is not permitted at apex in zone %s.", fqdn, zone)
	}
	for _, value := range c.Texts("records") {
		if problem := valueProblem(typ, value); problem != "" {
			return invalid("Invalid Resource Record: FATAL problem: %s encountered with '%s'", problem, value)
		}
	}
	return checkAlias(c, of)
}

// valueProblem returns what is wrong with a value of a record.
func valueProblem(typ, value string) string {
	ip, err := netip.ParseAddr(value)
	switch {
	case typ == "A" && (err != nil || !ip.Is4()):
		return "ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)"
	case typ == "AAAA" && (err != nil || !ip.Is6()):
		return "AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)"
	case typ == "CNAME" && (!domain.MatchString(value) || err == nil):
		return "DomainLabelIllegal (Value is not a valid domain name)"
	case typ == "MX" && !mail.MatchString(value):
		return "MXRRDATANotTwoFields (MX record doesn't have 2 fields)"
	case typ == "SRV" && !service.MatchString(value):
		return "SRVRRDATANotFourFields (SRV record doesn't have 4 fields)"
	case (typ == "TXT" || typ == "SPF") && slices.ContainsFunc(strings.Split(value, `""`),
		func(part string) bool { return len(part) > 255 }):
		return "CharacterStringTooLong (Value is too long)"
	}
	return ""
}

var (
	mail    = regexp.MustCompile(`^\d+ \S+$`)
	service = regexp.MustCompile(`^\d+ \d+ \d+ \S+$`)
)

// checkAlias rejects an alias to a record that does not exist in a zone of the account.
func checkAlias(c *cloud.Call, of *cloud.Object) error {
	for _, alias := range cloud.Objects(c.Object.Outputs["aliases"]) {
		id, name := cloud.Text(alias, "zoneId"), strings.TrimSuffix(cloud.Text(alias, "name"), ".")
		target, err := c.Here(kernel.HostedZoneToken, id)
		if err != nil {
			return err
		}
		if target == nil { // That of a service, such as a load balancer.
			continue
		}
		found, err := c.All(recordToken, func(o *cloud.Object) bool {
			return o.Text("zoneId") == id && strings.EqualFold(o.Text("fqdn"), name) && o.Text("type") == c.Text("type")
		})
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return invalid("Tried to create an alias that targets %s., type %s in zone %s, but the alias target name does "+
				"not lie within the target zone, or that target was not found", name, c.Text("type"), id)
		}
		if id != of.ID {
			return invalid("Tried to create an alias that targets %s., type %s in zone %s, but the alias target is in "+
				"another hosted zone", name, c.Text("type"), id)
		}
	}
	return nil
}
