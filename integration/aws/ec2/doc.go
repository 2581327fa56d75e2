// Package ec2 tests EC2 instances and security groups on the engine.
package ec2
