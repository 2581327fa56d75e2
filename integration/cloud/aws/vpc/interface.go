package vpc

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func networkInterface() *cloud.Type {
	return &cloud.Type{
		Token: kernel.NetworkInterfaceToken, Args: ec2.NetworkInterfaceArgs{}, Resource: &ec2.NetworkInterface{},
		Replaces:   []string{"interfaceType", "subnetId"},
		Recomputes: map[string][]string{"privateIps": {"privateIp"}},
		Sets:       []string{"privateIps", "securityGroups"},
		Defaults:   map[string]any{"sourceDestCheck": true},
		Check: func(c *cloud.Checker) {
			if attachments, _ := c.Value("attachments").([]any); len(attachments) > 0 {
				c.Add("attachments", "the simulated AWS does not cover attachments")
			}
		},
		Create: func(c *cloud.Call) error {
			subnet, err := kernel.Existing(c, kernel.SubnetToken, c.Text("subnetId"))
			if err != nil {
				return err
			}
			if err := kernel.SetID(c, "eni-"); err != nil {
				return err
			}
			c.SetDefault("interfaceType", "interface")
			if err := SetSecurityGroups(c, "securityGroups", subnet.Text("vpcId")); err != nil {
				return err
			}
			return setAddresses(c, subnet)
		},
		Update: func(c *cloud.Call) error {
			subnet, err := kernel.Existing(c, kernel.SubnetToken, c.Text("subnetId"))
			if err != nil {
				return err
			}
			if err := SetSecurityGroups(c, "securityGroups", subnet.Text("vpcId")); err != nil {
				return err
			}
			return setAddresses(c, subnet)
		},
	}
}

// setAddresses sets the requested addresses of a network interface, or the next free one, and the outputs that depend
// on them.
func setAddresses(c *cloud.Call, subnet *cloud.Object) error {
	prefix, err := netip.ParsePrefix(subnet.Text("cidrBlock"))
	if err != nil {
		return kernel.Refuse("InvalidParameterValue", "The subnet %s has no IPv4 CIDR block.", subnet.ID)
	}
	taken, err := AddressesIn(c, subnet)
	if err != nil {
		return err
	}
	wanted := c.Texts("privateIps")
	if len(wanted) == 0 && c.Text("privateIp") != "" {
		wanted = []string{c.Text("privateIp")}
	}
	for _, text := range wanted {
		ip, err := netip.ParseAddr(text)
		if err != nil || !prefix.Contains(ip) {
			return kernel.Refuse("InvalidParameterValue",
				"Address %s does not fall within the subnet's address range", text)
		}
		if isReserved(prefix, ip) {
			return kernel.Refuse("InvalidParameterValue", "Address %s is in subnet's reserved address range", text)
		}
		if taken[text] {
			return kernel.Refuse("InvalidIPAddress.InUse", "Address %s is in use.", text)
		}
	}
	if len(wanted) == 0 {
		ip, err := freeAddress(prefix, taken)
		if err != nil {
			return err
		}
		wanted = []string{ip}
	}
	c.Set("privateIp", wanted[0])
	c.Set("privateIps", cloud.List(wanted...))
	c.Set("privateIpsCount", float64(len(wanted)-1))
	c.Set("privateDnsName", PrivateDNSName(c, wanted[0]))
	c.Set("macAddress", macAddress(wanted[0]))
	c.Set("arn", kernel.EC2ARN(c, "network-interface"))
	c.Set("ownerId", c.Scope.Values["account"])
	return nil
}

func macAddress(ip string) string {
	b := netip.MustParseAddr(ip).As16()
	return fmt.Sprintf("02:00:%02x:%02x:%02x:%02x", b[12], b[13], b[14], b[15])
}

// AddressesIn returns the private addresses in use in a subnet, without those of the call's object.
func AddressesIn(c *cloud.Call, subnet *cloud.Object) (map[string]bool, error) {
	taken := map[string]bool{}
	for _, typ := range []string{kernel.NetworkInterfaceToken, kernel.InstanceToken} {
		users, err := c.All(typ, cloud.With("subnetId", subnet.ID))
		if err != nil {
			return nil, err
		}
		for _, o := range users {
			for _, ip := range append(o.Texts("privateIps"), o.Text("privateIp")) {
				taken[ip] = true
			}
		}
	}
	return taken, nil
}

// isReserved reports whether AWS reserves an address: the first four of a subnet and the last one. Source: "Subnet sizing
// for IPv4", Amazon VPC User Guide.
func isReserved(prefix netip.Prefix, ip netip.Addr) bool {
	reserved := !prefix.Contains(ip.Next())
	for i, first := 0, prefix.Addr(); i < 4; i, first = i+1, first.Next() {
		reserved = reserved || ip == first
	}
	return reserved
}

// freeAddress returns the first free address that is not reserved.
func freeAddress(prefix netip.Prefix, taken map[string]bool) (string, error) {
	ip := prefix.Addr()
	for range 4 {
		ip = ip.Next()
	}
	for ; prefix.Contains(ip.Next()); ip = ip.Next() {
		if !taken[ip.String()] {
			return ip.String(), nil
		}
	}
	return "", kernel.Refuse("InsufficientFreeAddressesInSubnet",
		"The specified subnet does not have enough free addresses to satisfy the request.")
}

// SetSecurityGroups checks the security groups in a property, all of which must be in the VPC. The default is the VPC's
// default security group.
func SetSecurityGroups(c *cloud.Call, property, network string) error {
	groups := c.Texts(property)
	for _, id := range groups {
		group, err := kernel.Existing(c, kernel.SecurityGroupToken, id)
		if err != nil {
			return err
		}
		if group.Text("vpcId") != network {
			return kernel.Refuse("InvalidParameter",
				"Security group %s and the network %s belong to different networks.", id, network)
		}
	}
	if len(groups) > 0 {
		return nil
	}
	of, err := kernel.Existing(c, kernel.VPCToken, network)
	if err == nil {
		c.Set(property, cloud.List(of.Text("defaultSecurityGroupId")))
	}
	return err
}

// InterfaceSpec describes the network interfaces that a resource creates.
type InterfaceSpec struct {
	// Kind is its interface type, such as "interface" or "nat_gateway".
	Kind string
	// Description is its description.
	Description string
	// Groups are the ids of its security groups.
	Groups []string
}

// InterfacesOf returns the network interfaces that a resource created.
func InterfacesOf(c *cloud.Call, owner *cloud.Object) ([]*cloud.Object, error) {
	return c.All(kernel.NetworkInterfaceToken, func(o *cloud.Object) bool { return o.Managed == owner.Key() })
}

// SetInterfaces gives a resource exactly one network interface in each subnet, and returns their ids.
func SetInterfaces(c *cloud.Call, owner *cloud.Object, subnets []*cloud.Object, as InterfaceSpec) ([]string, error) {
	has, err := InterfacesOf(c, owner)
	if err != nil {
		return nil, err
	}
	in := map[string]*cloud.Object{}
	for _, o := range has {
		if !slices.ContainsFunc(subnets, func(s *cloud.Object) bool { return s.ID == o.Text("subnetId") }) {
			if err := c.Delete(o); err != nil {
				return nil, err
			}
		}
		in[o.Text("subnetId")] = o
	}
	var ids []string
	for _, subnet := range subnets {
		o := in[subnet.ID]
		if o == nil {
			if o, err = CreateInterface(c, owner, subnet, as); err != nil {
				return nil, err
			}
		}
		o.Outputs["securityGroups"] = cloud.List(as.Groups...)
		if err := c.Put(o); err != nil {
			return nil, err
		}
		ids = append(ids, o.ID)
	}
	return ids, nil
}

// CreateInterface creates a network interface of a resource, with the private address among the resource's inputs, or a
// free one.
func CreateInterface(c *cloud.Call, owner, subnet *cloud.Object, as InterfaceSpec) (*cloud.Object, error) {
	id, err := kernel.NewID(c, "eni-")
	if err != nil {
		return nil, err
	}
	o := &cloud.Object{
		Type: kernel.NetworkInterfaceToken, ID: id, Place: owner.Place, Managed: owner.Key(),
		Inputs: map[string]any{"subnetId": subnet.ID},
		Outputs: map[string]any{"subnetId": subnet.ID, "interfaceType": as.Kind, "description": as.Description,
			"sourceDestCheck": true},
	}
	if ip, _ := owner.Inputs["privateIp"].(string); ip != "" {
		o.Outputs["privateIps"] = []any{ip}
	}
	return o, setAddresses(c.On(o), subnet)
}

// OneSubnetPerZone returns subnets of the VPC in vpcId, and rejects two in the same zone. message takes the id of the
// second one.
func OneSubnetPerZone(c *cloud.Call, ids []string, message string) ([]*cloud.Object, error) {
	zones := map[string]bool{}
	var out []*cloud.Object
	for _, id := range ids {
		subnet, err := kernel.Existing(c, kernel.SubnetToken, id)
		if err != nil {
			return nil, err
		}
		if subnet.Text("vpcId") != c.Text("vpcId") {
			return nil, kernel.Refuse("InvalidParameter", "The subnet %s is in another network than %s.", id,
				c.Text("vpcId"))
		}
		zone := subnet.Text("availabilityZone")
		if zones[zone] {
			return nil, kernel.Refuse("DuplicateSubnetsInSameZone", message, id)
		}
		zones[zone] = true
		out = append(out, subnet)
	}
	return out, nil
}

// PublicDNSName returns the public DNS name of an address. Source: "Amazon EC2 instance hostnames and domains".
func PublicDNSName(c *cloud.Call, ip string) string {
	host := "ec2-" + strings.ReplaceAll(ip, ".", "-")
	if c.Scope.Values["region"] == "us-east-1" {
		return host + ".compute-1.amazonaws.com"
	}
	return host + "." + c.Scope.Values["region"] + ".compute." + kernel.DNSSuffix(c)
}

// PrivateDNSName returns the private DNS name of an address.
func PrivateDNSName(c *cloud.Call, ip string) string {
	host := "ip-" + strings.ReplaceAll(ip, ".", "-")
	if c.Scope.Values["region"] == "us-east-1" {
		return host + ".ec2.internal"
	}
	return host + "." + c.Scope.Values["region"] + ".compute.internal"
}
