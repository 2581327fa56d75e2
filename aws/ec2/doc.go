// Package ec2 creates machines that nobody reaches from outside: without a public address, keys or open ports, with
// encrypted volumes and an image that stays the same until another one is asked for. People get in through Session
// Manager.
//
//	web, err := ec2.NewInstance(ctx, "web", &ec2.InstanceArgs{Network: network})
//
// [Instance] is the machine with its role and its security group. [SecurityGroup] can be used alone, for whatever else
// stands in a network.
package ec2
