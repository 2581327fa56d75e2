// Package compute creates virtual machines without public addresses and passwords, with Trusted Launch, encryption at host
// and patches by the platform.
package compute
