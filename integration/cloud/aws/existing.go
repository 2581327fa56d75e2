package aws

import (
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// instanceToken is the type of machines, whose network is the business of this part.
const instanceToken = "aws:ec2/instance:Instance"

// absence is what AWS says of ids that do not exist, by type: a code, and a message that holds the id.
func absence() map[string][2]string {
	return map[string][2]string{
		vpcType:               {"InvalidVpcID.NotFound", "The vpc ID '%s' does not exist"},
		subnetType:            {"InvalidSubnetID.NotFound", "The subnet ID '%s' does not exist"},
		securityGroupType:     {"InvalidGroup.NotFound", "The security group '%s' does not exist"},
		networkACLType:        {"InvalidNetworkAclID.NotFound", "The networkAcl ID '%s' does not exist"},
		routeTableType:        {"InvalidRouteTableID.NotFound", "The routeTable ID '%s' does not exist"},
		internetGatewayType:   {"InvalidGatewayID.NotFound", "The gateway ID '%s' does not exist"},
		egressGatewayType:     {"InvalidGatewayID.NotFound", "The eigw ID '%s' does not exist"},
		natGatewayType:        {"InvalidNatGatewayID.NotFound", "The natGateway ID '%s' does not exist"},
		networkInterfaceType:  {"InvalidNetworkInterfaceID.NotFound", "The networkInterface ID '%s' does not exist"},
		endpointType:          {"InvalidVpcEndpointId.NotFound", "The Vpc Endpoint Id '%s' does not exist"},
		transitGatewayType:    {"InvalidTransitGatewayID.NotFound", "Transit Gateway %s was deleted or does not exist."},
		transitAttachmentType: {"InvalidTransitGatewayAttachmentID.NotFound", "Transit Gateway Attachment %s was deleted or does not exist."},
		peeringType:           {"InvalidVpcPeeringConnectionID.NotFound", "The vpcPeeringConnection ID '%s' does not exist"},
		prefixListType:        {"InvalidPrefixListID.NotFound", "The prefix list ID '%s' does not exist"},
		addressType:           {"InvalidAllocationID.NotFound", "The allocation ID '%s' does not exist"},
		instanceToken:         {"InvalidInstanceID.NotFound", "The instance ID '%s' does not exist"},
		ipamType:              {"InvalidIpamId.NotFound", "The ipam ID '%s' does not exist"},
		ipamPoolType:          {"InvalidIpamPoolId.NotFound", "The ipam-pool ID '%s' does not exist"},
		dhcpOptionsType:       {"InvalidDhcpOptionID.NotFound", "The dhcpOption ID '%s' does not exist"},
	}
}

// existing returns an object in the same place, or refuses as AWS does when there is none.
func existing(c *cloud.Call, typ, id string) (*cloud.Object, error) {
	words := absence()[typ]
	return c.Find(typ, id, words[0], words[1])
}

// unused refuses to delete what others refer to.
func unused(c *cloud.Call, kind, property string, types ...string) error {
	for _, typ := range types {
		users, err := c.All(typ, func(o *cloud.Object) bool { return o.Text(property) == c.Object.ID && o.Managed != c.Object.Key() })
		if err != nil {
			return err
		}
		if len(users) > 0 {
			return cloud.Refuse("DependencyViolation", "The %s '%s' has dependencies and cannot be deleted.", kind, c.Object.ID)
		}
	}
	return nil
}

// with17 returns a prefix and 17 hexadecimal digits.
func with17(c *cloud.Call, prefix string) (string, error) {
	digits, err := c.Hex(17)
	return prefix + digits, err
}

// splitPlace returns the account and the region of a place.
func splitPlace(place string) [2]string {
	account, region, _ := strings.Cut(place, "/")
	return [2]string{account, region}
}
