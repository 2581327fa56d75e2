package vpc

import (
	"fmt"
	"hash/crc32"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func prefixList() *cloud.Type {
	return &cloud.Type{
		Token: kernel.ManagedPrefixListToken, Args: ec2.ManagedPrefixListArgs{}, Resource: &ec2.ManagedPrefixList{},
		Name:       "name",
		Replaces:   []string{"addressFamily"},
		Recomputes: map[string][]string{"entries": {"version"}},
		Sets:       []string{"entries"},
		Check: func(c *cloud.Checker) {
			c.OneOf("addressFamily", "IPv4", "IPv6")
			c.Between("maxEntries", 1, 1000)
			if name, ok := c.Text("name"); ok && strings.HasPrefix(name, "com.amazonaws") {
				c.Add("name", "invalid value for name (cannot begin with com.amazonaws)")
			}
		},
		Create: func(c *cloud.Call) error {
			if err := kernel.SetID(c, "pl-"); err != nil {
				return err
			}
			c.Set("arn", kernel.EC2ARN(c, "prefix-list"))
			c.Set("ownerId", c.Scope.Values["account"])
			c.Set("version", 1.0)
			return checkEntries(c)
		},
		Update: func(c *cloud.Call) error {
			if c.Changed("entries") {
				c.Set("version", c.Old.Number("version")+1)
			}
			return checkEntries(c)
		},
		Delete: func(c *cloud.Call) error {
			for typ, property := range map[string]string{
				kernel.SecurityGroupIngressRuleToken: "prefixListId",
				kernel.SecurityGroupEgressRuleToken:  "prefixListId", kernel.RouteToken: "destinationPrefixListId",
			} {
				users, err := c.All(typ, cloud.With(property, c.Object.ID))
				if err != nil {
					return err
				}
				if len(users) > 0 {
					return kernel.Refuse("DependencyViolation",
						"The prefix list %s is still referenced by other resources.", c.Object.ID)
				}
			}
			return nil
		},
	}
}

func checkEntries(c *cloud.Call) error {
	entries, _ := c.Object.Outputs["entries"].([]any)
	if maximum := c.Object.Number("maxEntries"); float64(len(entries)) > maximum {
		return kernel.Refuse("PrefixListMaxEntriesExceeded", "You can have at most %v entries in the prefix list.",
			maximum)
	}
	seen := map[string]bool{}
	for _, e := range entries {
		entry, _ := e.(map[string]any)
		text, _ := entry["cidr"].(string)
		found := kernel.Prefixes(text)
		if len(found) == 0 || found[0].Addr().Is4() != (c.Text("addressFamily") == "IPv4") {
			return kernel.Refuse("InvalidParameterValue", "The CIDR '%s' is no %s range.", text,
				c.Text("addressFamily"))
		}
		if found[0] != found[0].Masked() {
			return kernel.Refuse("InvalidParameterValue", "The CIDR '%s' is not valid: did you mean %s?", text,
				found[0].Masked())
		}
		if seen[text] {
			return kernel.Refuse("InvalidParameterValue", "The entry %s is there twice.", text)
		}
		seen[text] = true
	}
	return nil
}

// amazonLists are the AWS-managed prefix lists, by the ends of their names, with their weights.
func amazonLists() map[string]float64 {
	return map[string]float64{
		"s3": 1, "dynamodb": 1, "ec2-instance-connect": 2, "s3express": 6, "vpc-lattice": 10,
		"route53-healthchecks":            25,
		"global.cloudfront.origin-facing": 55,
	}
}

// AmazonPrefixList returns an AWS-managed prefix list in the region of a call. Its name begins with com.amazonaws in
// every partition.
func AmazonPrefixList(c *cloud.Call, service string) *cloud.Object {
	name := "com.amazonaws." + c.Scope.Values["region"] + "." + service
	if strings.HasPrefix(service, "global.") {
		name = "com.amazonaws." + service
	}
	sum := crc32.ChecksumIEEE([]byte(name))
	id := fmt.Sprintf("pl-%08x", sum)
	cidrs := []any{fmt.Sprintf("192.0.2.%d/29", sum%32*8), fmt.Sprintf("198.51.100.%d/28", sum%16*16)}
	entries := []any{}
	for _, cidr := range cidrs {
		entries = append(entries, map[string]any{"cidr": cidr, "description": ""})
	}
	return &cloud.Object{Type: kernel.ManagedPrefixListToken, ID: id, Place: c.Object.Place, Outputs: map[string]any{
		"name": name, "addressFamily": "IPv4", "maxEntries": amazonLists()[service], "version": 1.0, "ownerId": "AWS",
		"entries": entries,
		"arn": fmt.Sprintf("arn:%s:ec2:%s:aws:prefix-list/%s", c.Scope.Values["partition"],
			c.Scope.Values["region"], id),
	}}
}

// FindPrefixList returns a prefix list of the account or of AWS.
func FindPrefixList(c *cloud.Call, id string) (*cloud.Object, error) {
	for service := range amazonLists() {
		if o := AmazonPrefixList(c, service); o.ID == id {
			return o, nil
		}
	}
	return kernel.Existing(c, kernel.ManagedPrefixListToken, id)
}

// PrefixListCIDRs returns the CIDR blocks of a prefix list.
func PrefixListCIDRs(o *cloud.Object) []any {
	out := []any{}
	entries, _ := o.Outputs["entries"].([]any)
	for _, e := range entries {
		if entry, ok := e.(map[string]any); ok {
			out = append(out, entry["cidr"])
		}
	}
	return out
}
