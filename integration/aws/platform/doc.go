// Package platform tests complete sections of the aws module on the engine, in two regions, and applications on their
// clusters.
package platform
