// Package endpoints tests VPC endpoints on the engine.
package endpoints
