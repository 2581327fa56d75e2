package network

import (
	"net/netip"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

// FindSubnet returns a subnet and its network, or nil.
func FindSubnet(c *cloud.Call, id string) (subnet, network *cloud.Object, err error) {
	if subnet, err = c.Lookup(subnetToken, id); err != nil || subnet == nil {
		return nil, nil, err
	}
	network, err = c.Owner(subnet)
	return subnet, network, err
}

// Ranges returns the address prefixes of a network.
func Ranges(network *cloud.Object) []netip.Prefix { return space(network) }

// SubnetRanges returns the address prefixes of a subnet.
func SubnetRanges(subnet *cloud.Object) []netip.Prefix { return prefixes(subnetPrefixes(subnet)) }

// Subnets returns the subnets of a network.
func Subnets(c *cloud.Call, network *cloud.Object) ([]*cloud.Object, error) {
	return c.All(subnetToken, func(o *cloud.Object) bool { return o.Managed == network.Key() })
}

// Free returns the number of IPv4 addresses of a subnet that neither Azure reserves nor a network interface or a private
// endpoint has. Node pools are not counted.
func Free(c *cloud.Call, subnet *cloud.Object) (int, error) {
	users, err := usersOfSubnet(c, subnet)
	if err != nil {
		return 0, err
	}
	const reserved = 5
	free := 0
	for _, p := range SubnetRanges(subnet) {
		if p.Addr().Is4() {
			free += 1<<(32-p.Bits()) - reserved
		}
	}
	for _, o := range users {
		if o.Type != kernel.PoolToken {
			free--
		}
	}
	return free, nil
}
