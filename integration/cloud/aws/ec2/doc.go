// Package ec2 simulates instances, volumes, launch templates, key pairs and machine images.
package ec2
