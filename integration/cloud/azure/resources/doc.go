// Package resources simulates resource groups. Source: "Manage Azure resource groups".
package resources
