// Package ec2 creates EC2 instances and security groups.
//
// An instance has no public address, no key pair and no open ports: users connect through Session Manager. Its volumes
// are encrypted, its metadata service requires IMDSv2, and its image stays the same until an upgrade is requested.
//
//	web, err := ec2.NewInstance(ctx, "web", &ec2.InstanceArgs{Network: network})
//
// [Instance] creates the instance with its role, security group and volumes. [SecurityGroup] can be used on its own for
// other resources in a VPC.
package ec2
