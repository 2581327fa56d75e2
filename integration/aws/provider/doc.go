// Package provider tests providers of AWS on the engine: regions, accounts and credentials.
package provider
