// Package securitygroup simulates security groups and their rules.
package securitygroup
