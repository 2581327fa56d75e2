// Package kubernetes tests the kubernetes module on the engine, with real control planes.
package kubernetes
