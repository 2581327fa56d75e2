// Package kernel holds what the services of the simulated AWS share: regions and partitions, ARNs, the tokens of types
// that other services refer to, look-ups with filters, CIDR blocks, and the errors of EC2 about missing and used
// resources. It imports no service.
package kernel
