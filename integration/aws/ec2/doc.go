// Package ec2 proves on the engine what the package ec2 of the module aws promises.
package ec2
