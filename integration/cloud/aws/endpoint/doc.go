// Package endpoint simulates VPC endpoints.
package endpoint
