package kernel

import (
	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// notFound are the errors of the EC2 API for ids that do not exist, by type: a code, and a message that takes the id.
func notFound() map[string][2]string {
	return map[string][2]string{
		VPCToken:                       {"InvalidVpcID.NotFound", "The vpc ID '%s' does not exist"},
		SubnetToken:                    {"InvalidSubnetID.NotFound", "The subnet ID '%s' does not exist"},
		SecurityGroupToken:             {"InvalidGroup.NotFound", "The security group '%s' does not exist"},
		NetworkACLToken:                {"InvalidNetworkAclID.NotFound", "The networkAcl ID '%s' does not exist"},
		RouteTableToken:                {"InvalidRouteTableID.NotFound", "The routeTable ID '%s' does not exist"},
		InternetGatewayToken:           {"InvalidGatewayID.NotFound", "The gateway ID '%s' does not exist"},
		EgressOnlyInternetGatewayToken: {"InvalidGatewayID.NotFound", "The eigw ID '%s' does not exist"},
		NATGatewayToken:                {"InvalidNatGatewayID.NotFound", "The natGateway ID '%s' does not exist"},
		NetworkInterfaceToken: {"InvalidNetworkInterfaceID.NotFound",
			"The networkInterface ID '%s' does not exist"},
		VPCEndpointToken: {"InvalidVpcEndpointId.NotFound", "The Vpc Endpoint Id '%s' does not exist"},
		TransitGatewayToken: {"InvalidTransitGatewayID.NotFound",
			"Transit Gateway %s was deleted or does not exist."},
		TransitGatewayAttachmentToken: {"InvalidTransitGatewayAttachmentID.NotFound",
			"Transit Gateway Attachment %s was deleted or does not exist."},
		VPCPeeringConnectionToken: {"InvalidVpcPeeringConnectionID.NotFound",
			"The vpcPeeringConnection ID '%s' does not exist"},
		ManagedPrefixListToken: {"InvalidPrefixListID.NotFound", "The prefix list ID '%s' does not exist"},
		ElasticIPToken:         {"InvalidAllocationID.NotFound", "The allocation ID '%s' does not exist"},
		InstanceToken:          {"InvalidInstanceID.NotFound", "The instance ID '%s' does not exist"},
		IPAMToken:              {"InvalidIpamId.NotFound", "The ipam ID '%s' does not exist"},
		IPAMPoolToken:          {"InvalidIpamPoolId.NotFound", "The ipam-pool ID '%s' does not exist"},
		DHCPOptionsToken:       {"InvalidDhcpOptionID.NotFound", "The dhcpOption ID '%s' does not exist"},
	}
}

// Existing returns an object of the EC2 API in the same place, or the API's error if it does not exist.
func Existing(c *cloud.Call, typ, id string) (*cloud.Object, error) {
	words := notFound()[typ]
	return c.Find(typ, id, words[0], words[1])
}

// Unused refuses to delete an object whose id other objects have as a property.
func Unused(c *cloud.Call, kind, property string, types ...string) error {
	for _, typ := range types {
		users, err := c.All(typ, func(o *cloud.Object) bool {
			return o.Text(property) == c.Object.ID &&
				o.Managed != c.Object.Key()
		})
		if err != nil {
			return err
		}
		if len(users) > 0 {
			return Refuse("DependencyViolation", "The %s '%s' has dependencies and cannot be deleted.", kind,
				c.Object.ID)
		}
	}
	return nil
}
