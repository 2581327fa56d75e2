package route53

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// domain is the form of a domain name of up to 255 characters.
//
// Source: "DNS domain name format".
var domain = regexp.MustCompile(`^([\x21-\x7e]{1,63}\.)*[\x21-\x7e]{1,63}\.?$`)

func zone() *cloud.Type {
	return &cloud.Type{
		Token: kernel.HostedZoneToken, Args: route53.ZoneArgs{}, Resource: &route53.Zone{}, Place: kernel.AccountPlace,
		Name:     "name",
		Replaces: []string{"delegationSetId", "name"},
		Sets:     []string{"vpcs"},
		Defaults: map[string]any{"comment": "Managed by Pulumi", "forceDestroy": false},
		Same:     map[string]func(a, b string) bool{"name": sameName},
		Check: func(c *cloud.Checker) {
			c.Conflict("delegationSetId", "vpcs")
			if text, ok := c.Text("comment"); ok && len(text) > 256 {
				c.Add("comment", "expected length of comment to be in the range (0 - 256)")
			}
		},
		Create: func(c *cloud.Call) error {
			if name := c.Text("name"); !domain.MatchString(name) || len(name) > 255 {
				return kernel.Refuse("InvalidDomainName", "%s is not a valid domain name", name)
			}
			digits, err := c.Hex(20)
			if err != nil {
				return err
			}
			c.Object.ID = "Z" + strings.ToUpper(digits)
			c.Set("name", strings.TrimSuffix(c.Text("name"), "."))
			c.Set("zoneId", c.Object.ID)
			c.Set("arn", "arn:"+c.Scope.Values["partition"]+":route53:::hostedzone/"+c.Object.ID)
			servers := []any{}
			for i, top := range []string{"com", "net", "org", "co.uk"} {
				servers = append(servers, fmt.Sprintf("ns-%d.awsdns-%02d.%s", 1+512*i, i, top))
			}
			c.Set("nameServers", servers)
			c.Set("primaryNameServer", servers[0])
			return setNetworks(c)
		},
		Update: setNetworks,
		Delete: func(c *cloud.Call) error {
			left, err := c.All(recordToken, cloud.With("zoneId", c.Object.ID))
			if err == nil && len(left) > 0 && !c.Object.Bool("forceDestroy") {
				err = kernel.Refuse("HostedZoneNotEmpty",
					"The specified hosted zone contains non-required resource record sets and so cannot be deleted.")
			}
			return err
		},
	}
}

// sameName reports whether two domain names are the same: a final dot has no meaning.
func sameName(a, b string) bool {
	return strings.EqualFold(strings.TrimSuffix(a, "."), strings.TrimSuffix(b, "."))
}

// setNetworks checks the VPCs of a private zone. A VPC has at most one zone of a name.
func setNetworks(c *cloud.Call) error {
	for _, v := range cloud.Objects(c.Object.Outputs["vpcs"]) {
		id := cloud.Text(v, "vpcId")
		region := cmp.Or(cloud.Text(v, "vpcRegion"), c.Scope.Values["region"])
		o, err := c.Get(kernel.VPCToken, c.Scope.Values["account"]+"/"+region, id)
		if err != nil {
			return err
		}
		if o == nil {
			return kernel.Refuse("InvalidVPCId", "The VPC: %s in region %s you provided does not exist.", id, region)
		}
		same, err := c.All(kernel.HostedZoneToken, func(o *cloud.Object) bool {
			return o.Text("name") == c.Text("name") && slices.ContainsFunc(cloud.Objects(o.Outputs["vpcs"]),
				func(of map[string]any) bool { return cloud.Text(of, "vpcId") == id })
		})
		if err != nil {
			return err
		}
		if len(same) > 0 {
			return kernel.Refuse("ConflictingDomainExists",
				"The VPC %s in region %s has already been associated with the hosted zone %s with the same domain name.", id,
				region, same[0].ID)
		}
	}
	return nil
}

// getZone looks up a zone by its id, or by its name, tags and VPC.
func getZone(c *cloud.Call, args map[string]any) (map[string]any, error) {
	private, network := args["privateZone"] == true, cloud.Text(args, "vpcId")
	name, id := strings.TrimSuffix(cloud.Text(args, "name"), "."), cloud.Text(args, "zoneId")
	found, err := kernel.InAccount(c).All(kernel.HostedZoneToken, func(o *cloud.Object) bool {
		vpcs := cloud.Objects(o.Outputs["vpcs"])
		switch {
		case id != "":
			return o.ID == id
		case network != "":
			return o.Text("name") == name && slices.ContainsFunc(vpcs,
				func(v map[string]any) bool { return cloud.Text(v, "vpcId") == network })
		}
		wanted, _ := args["tags"].(map[string]any)
		for key, v := range wanted {
			if kernel.Tags(o)[key] != v {
				return false
			}
		}
		return (name == "" || o.Text("name") == name) && private == (len(vpcs) > 0)
	})
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, kernel.Errorf("no matching Route 53 Hosted Zone found")
	case len(found) > 1:
		return nil, kernel.Errorf("multiple Route 53 Hosted Zones matched")
	}
	o := found[0]
	return map[string]any{"id": o.ID, "zoneId": o.ID, "arn": o.Text("arn"), "name": o.Text("name"),
		"comment": o.Text("comment"), "nameServers": o.Outputs["nameServers"],
		"primaryNameServer": o.Text("primaryNameServer"), "privateZone": len(cloud.Objects(o.Outputs["vpcs"])) > 0,
		"callerReference": "terraform-" + o.ID, "resourceRecordSetCount": 2.0, "linkedServicePrincipal": "",
		"linkedServiceDescription": "", "vpcId": network, "tags": kernel.Tags(o)}, nil
}
