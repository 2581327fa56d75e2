// Package network tests the networks and private endpoints of the azure module on the engine.
package network
