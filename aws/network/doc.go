// Package network creates AWS networks: a [SecureVPC] with subnets in tiers and availability zones, or a [VPC] without
// subnets. [FlowLogs] and [Endpoints] are part of a SecureVPC, and can be added to any VPC. [TierRoutes] adds routes to
// route tables that already exist.
//
//	main, err := network.NewSecureVPC(ctx, "main", &network.SecureVPCArgs{CIDR: "10.0.0.0/16"})
package network
