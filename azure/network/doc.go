// Package network creates networks in Azure: a [SecureVNet] with subnets in tiers, or a [VirtualNetwork] without subnets.
// [FlowLogs] are part of both, and can be added to any network. A [PrivateEndpoint] makes a resource, such as a storage
// account, accessible from a subnet.
//
//	main, err := network.NewSecureVNet(ctx, "main", &network.SecureVNetArgs{
//		ResourceGroupName: group.Name, AddressPrefix: "10.0.0.0/16",
//	})
//
// Azure rejects parallel writes to one network with AnotherOperationInProgress. Components write to a network in sequence,
// and dependents of their outputs wait for all writes.
package network
