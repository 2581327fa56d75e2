// Package network makes networks in AWS: a [VPC] alone, or a [SecureVPC] with subnets, routes, gateways and guards.
// [FlowLogs] and [Endpoints] are parts of a SecureVPC that can be used with any VPC.
//
//	vpc, err := network.NewSecureVPC(ctx, "main", &network.SecureVPCArgs{...})
//
// Everything that a person chooses is in a struct of settings, which the arguments of the component embed: FlowLogsSettings
// in FlowLogsArgs, EndpointsSettings in EndpointsArgs. The configuration of the module has the same structs. What comes from other
// resources, such as the identity of the VPC, is in the arguments alone.
package network
