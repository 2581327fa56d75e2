package vpc

import (
	"net/netip"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

const cidrAssociationToken = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"

// cidrsPerVPC is a quota.
const cidrsPerVPC = 5

// cidrAssociation is an additional CIDR block of a VPC.
func cidrAssociation() *cloud.Type {
	return &cloud.Type{
		Token: cidrAssociationToken, Args: ec2.VpcIpv4CidrBlockAssociationArgs{},
		Resource: &ec2.VpcIpv4CidrBlockAssociation{},
		Replaces: []string{"cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength", "vpcId"},
		Check: func(c *cloud.Checker) {
			c.Conflict("cidrBlock", "ipv4NetmaskLength")
			c.Between("ipv4NetmaskLength", 16, 28)
			kernel.CheckCIDRs(c, "cidrBlock")
		},
		Create: createCIDRAssociation,
		Delete: func(c *cloud.Call) error {
			ranges := kernel.Prefixes(c.Text("cidrBlock"))
			users, err := c.All(kernel.SubnetToken, func(o *cloud.Object) bool {
				subnet := kernel.Prefixes(o.Text("cidrBlock"))
				return o.Text("vpcId") == c.Text("vpcId") && len(subnet) > 0 && kernel.Within(ranges, subnet[0])
			})
			if err == nil && len(users) > 0 {
				err = inUse(c.Object.ID)
			}
			return err
		},
	}
}

func createCIDRAssociation(c *cloud.Call) error {
	network, err := kernel.Existing(c, kernel.VPCToken, c.Text("vpcId"))
	if err != nil {
		return err
	}
	prefix, err := vpcRange(c, c.Object.Number("ipv4NetmaskLength"))
	if err != nil {
		return err
	}
	ranges, err := IPv4Ranges(c, network)
	if err != nil {
		return err
	}
	if len(ranges) >= cidrsPerVPC {
		return kernel.Refuse("CidrLimitExceeded", "This network '%s' has met its maximum number of allowed CIDRs: %d",
			network.ID, cidrsPerVPC)
	}
	if kernel.Overlaps(ranges, prefix) {
		return kernel.Refuse("InvalidVpc.Range", "The CIDR '%s' conflicts with another CIDR block of the network",
			prefix)
	}
	if restricted(ranges, prefix) {
		return kernel.Refuse("InvalidVpc.Range",
			"The CIDR '%s' is restricted. Use a CIDR from the same private address range as the current "+
				"VPC CIDR, or use a publicly-routable CIDR. For additional restrictions, see "+
				"https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Subnets.html", prefix)
	}
	c.Set("cidrBlock", prefix.String())
	c.Object.Managed = network.Key() // It is deleted with the VPC.
	return kernel.SetID(c, "vpc-cidr-assoc-")
}

// associationRow is a row of the table "IPv4 CIDR block association restrictions": the range of a VPC, and the ranges
// whose CIDR blocks cannot be associated with it.
type associationRow struct{ of, restricted []netip.Prefix }

// associationRows are the rows of the table. Source: "VPC CIDR blocks", Amazon VPC User Guide.
func associationRows() []associationRow {
	const tens, seventeens, nineties, benchmark = "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "198.19.0.0/16"
	row := func(of string, restricted ...string) associationRow {
		return associationRow{kernel.Prefixes(of), kernel.Prefixes(restricted...)}
	}
	return []associationRow{
		row(tens, seventeens, nineties, benchmark),
		row(seventeens, tens, nineties, "172.31.0.0/16", benchmark),
		row(nineties, tens, seventeens, benchmark),
		row(benchmark, tens, seventeens, nineties),
		// All others are publicly routable, or from 100.64.0.0/10.
		row("0.0.0.0/0", tens, seventeens, nineties, benchmark),
	}
}

// restricted reports whether a CIDR block cannot be associated with a VPC, whose first CIDR block decides. Link-local
// addresses are reserved. A VPC with addresses from 10.0.0.0/15 gets none from 10.0.0.0/16.
func restricted(has []netip.Prefix, added netip.Prefix) bool {
	if kernel.Overlaps(reserved(), added) {
		return true
	}
	low := kernel.Prefixes("10.0.0.0/15")
	if kernel.Overlaps(kernel.Prefixes("10.0.0.0/16"), added) &&
		slices.ContainsFunc(has, func(p netip.Prefix) bool { return kernel.Within(low, p) }) {
		return true
	}
	for _, row := range associationRows() {
		if kernel.Within(row.of, has[0]) {
			return kernel.Overlaps(row.restricted, added)
		}
	}
	return false
}

// reserved are the ranges that no VPC can have. Source for link-local addresses: the table; others are from memory.
func reserved() []netip.Prefix {
	return kernel.Prefixes("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4")
}

// IPv4Ranges returns the IPv4 CIDR blocks of a VPC, the first one first.
func IPv4Ranges(c *cloud.Call, network *cloud.Object) ([]netip.Prefix, error) {
	associations, err := c.All(cidrAssociationToken, cloud.With("vpcId", network.ID))
	if err != nil {
		return nil, err
	}
	out := kernel.Prefixes(network.Text("cidrBlock"))
	for _, o := range associations {
		out = append(out, kernel.Prefixes(o.Text("cidrBlock"))...)
	}
	return out, nil
}

// LocalRanges returns all CIDR blocks of a VPC.
func LocalRanges(c *cloud.Call, network *cloud.Object) ([]netip.Prefix, error) {
	out, err := IPv4Ranges(c, network)
	return append(out, kernel.Prefixes(network.Text("ipv6CidrBlock"))...), err
}
