// Package provider tests AWS providers on the engine: regions, accounts and credentials.
package provider
