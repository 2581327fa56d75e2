// Package resources creates resource groups.
package resources
