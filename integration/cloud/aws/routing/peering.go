package routing

import (
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
)

const (
	accepterToken = "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter"
)

func peering() *cloud.Type {
	return &cloud.Type{
		Token: kernel.VPCPeeringConnectionToken, Args: ec2.VpcPeeringConnectionArgs{},
		Resource: &ec2.VpcPeeringConnection{},
		Replaces: []string{"peerOwnerId", "peerRegion", "peerVpcId", "vpcId"},
		Check: func(c *cloud.Checker) {
			if accept, _ := c.Value("autoAccept").(bool); accept && c.Has("peerRegion") {
				c.Add("peerRegion", "`peer_region` cannot be set whilst `auto_accept` is `true` when creating an EC2 VPC Peering Connection")
			}
		},
		Create: createPeering,
		Update: func(c *cloud.Call) error {
			if c.Object.Bool("autoAccept") {
				c.Set("acceptStatus", "active")
			}
			return nil
		},
	}
}

func createPeering(c *cloud.Call) error {
	c.SetDefault("peerOwnerId", c.Scope.Values["account"])
	c.SetDefault("peerRegion", c.Scope.Values["region"])
	network, err := kernel.Existing(c, kernel.VPCToken, c.Text("vpcId"))
	if err != nil {
		return err
	}
	peer, err := c.Get(kernel.VPCToken, peerPlace(c.Object), c.Text("peerVpcId"))
	if err != nil {
		return err
	}
	failed := kernel.Refuse("Failed", "Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range")
	if peer == nil || peer.ID == network.ID {
		return failed
	}
	ranges, err := vpc.IPv4Ranges(c, network)
	if err != nil {
		return err
	}
	theirs, err := vpc.IPv4Ranges(c.On(&cloud.Object{Place: peer.Place}), peer)
	if err != nil {
		return err
	}
	for _, p := range theirs {
		if kernel.Overlaps(ranges, p) {
			return failed
		}
	}
	c.Set("acceptStatus", "pending-acceptance")
	if c.Object.Bool("autoAccept") {
		if peer.Place != c.Object.Place {
			return kernel.Refuse("OperationNotPermitted", "User %s cannot accept peering %s",
				c.Scope.Values["account"], c.Text("peerVpcId"))
		}
		c.Set("acceptStatus", "active")
	}
	return kernel.SetID(c, "pcx-")
}

func peerPlace(o *cloud.Object) string { return o.Text("peerOwnerId") + "/" + o.Text("peerRegion") }

// connection returns a peering connection with one side in this place.
func connection(c *cloud.Call, id string) (*cloud.Object, error) {
	all, err := c.List(kernel.VPCPeeringConnectionToken)
	if err != nil {
		return nil, err
	}
	here := c.Object.Place
	i := slices.IndexFunc(all, func(o *cloud.Object) bool {
		return o.ID == id &&
			(o.Place == here || peerPlace(o) == here)
	})
	if i < 0 {
		return kernel.Existing(c, kernel.VPCPeeringConnectionToken, id)
	}
	return all[i], nil
}

// checkPeered rejects a route to a peering connection of another VPC.
func checkPeered(c *cloud.Call, network string) error {
	o, err := connection(c, c.Text("vpcPeeringConnectionId"))
	if err == nil && o.Text("vpcId") != network && o.Text("peerVpcId") != network {
		err = kernel.Refuse("InvalidParameterValue",
			"route table %s and vpc peering connection %s belong to different networks",
			c.Text("routeTableId"), o.ID)
	}
	if err == nil && o.Text("acceptStatus") != "active" && c.Object.Type == kernel.RouteToken {
		c.Set("state", "blackhole")
	}
	return err
}

// accepter is the accepter's side of a peering connection, in another region or account. Its deletion keeps the
// connection.
func accepter() *cloud.Type {
	return &cloud.Type{
		Token: accepterToken, Args: ec2.VpcPeeringConnectionAccepterArgs{},
		Resource: &ec2.VpcPeeringConnectionAccepter{},
		Replaces: []string{"vpcPeeringConnectionId"},
		Create: func(c *cloud.Call) error {
			o, err := connection(c, c.Text("vpcPeeringConnectionId"))
			if err != nil {
				return err
			}
			c.Object.ID, c.Object.Managed = o.ID, o.Key()
			return accept(c, o)
		},
		Update: func(c *cloud.Call) error {
			o, err := connection(c, c.Object.ID)
			if err != nil {
				return err
			}
			return accept(c, o)
		},
		Refresh: func(c *cloud.Call) error {
			o, err := connection(c, c.Object.ID)
			if err == nil {
				c.Set("acceptStatus", o.Text("acceptStatus"))
			}
			return err
		},
	}
}

func accept(c *cloud.Call, o *cloud.Object) error {
	if c.Object.Bool("autoAccept") {
		o.Outputs["acceptStatus"] = "active"
		if err := c.Put(o); err != nil {
			return err
		}
	}
	c.Set("acceptStatus", o.Text("acceptStatus"))
	c.Set("vpcId", o.Text("peerVpcId"))
	c.Set("peerVpcId", o.Text("vpcId"))
	requester := kernel.SplitPlace(o.Place)
	for i, property := range []string{"peerOwnerId", "peerRegion"} {
		c.Set(property, requester[i])
	}
	return nil
}
