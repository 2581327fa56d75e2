package networkacl

import (
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
)

// aclAssociation is the association of a subnet with a network ACL. A subnet always has one, by default with the
// default ACL of its VPC.
func aclAssociation() *cloud.Type {
	return &cloud.Type{
		Token: kernel.NetworkACLAssociationToken, Args: ec2.NetworkAclAssociationArgs{},
		Resource: &ec2.NetworkAclAssociation{},
		Replaces: []string{"networkAclId", "subnetId"},
		Create: func(c *cloud.Call) error {
			acl, err := kernel.Existing(c, kernel.NetworkACLToken, c.Text("networkAclId"))
			if err != nil {
				return err
			}
			subnet, err := kernel.Existing(c, kernel.SubnetToken, c.Text("subnetId"))
			if err != nil {
				return err
			}
			if acl.Text("vpcId") != subnet.Text("vpcId") {
				return kernel.Refuse("InvalidParameterValue",
					"network acl %s and subnet %s belong to different networks", acl.ID, subnet.ID)
			}
			// The new association replaces the old one.
			old, err := c.All(kernel.NetworkACLAssociationToken, cloud.With("subnetId", subnet.ID))
			if err != nil {
				return err
			}
			for _, o := range old {
				if err := c.Delete(o); err != nil {
					return err
				}
			}
			c.Object.Managed = subnet.Key() // It is deleted with the subnet.
			return kernel.SetID(c, "aclassoc-")
		},
		Delete: func(c *cloud.Call) error {
			subnet, err := c.Here(kernel.SubnetToken, c.Text("subnetId"))
			if err != nil || subnet == nil {
				return err
			}
			return vpc.UseDefaultACL(c, subnet)
		},
	}
}

// subnetsOf returns the subnets of a network ACL.
func subnetsOf(c *cloud.Call) ([]string, error) {
	associations, err := c.All(kernel.NetworkACLAssociationToken, cloud.With("networkAclId", c.Object.ID))
	var out []string
	for _, o := range associations {
		out = append(out, o.Text("subnetId"))
	}
	slices.Sort(out)
	return out, err
}

// associateSubnets associates a network ACL with the subnets among its inputs, if there are any.
func associateSubnets(c *cloud.Call) error {
	_, asked := c.Object.Inputs["subnetIds"]
	if asked {
		if err := keepSubnets(c, c.Texts("subnetIds")); err != nil {
			return err
		}
	}
	return refreshACL(c)
}

// keepSubnets makes the subnets of a network ACL exactly those.
func keepSubnets(c *cloud.Call, wanted []string) error {
	has, err := subnetsOf(c)
	if err != nil {
		return err
	}
	for _, id := range has {
		subnet, err := c.Here(kernel.SubnetToken, id)
		if err != nil {
			return err
		}
		if subnet != nil && !slices.Contains(wanted, id) {
			if err := vpc.UseDefaultACL(c, subnet); err != nil {
				return err
			}
		}
	}
	for _, id := range wanted {
		if slices.Contains(has, id) {
			continue
		}
		subnet, err := kernel.Existing(c, kernel.SubnetToken, id)
		if err != nil {
			return err
		}
		if err := c.Create(kernel.NetworkACLAssociationToken, subnet,
			map[string]any{"networkAclId": c.Object.ID, "subnetId": id}); err != nil {
			return err
		}
	}
	return nil
}
