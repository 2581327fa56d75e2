// Package network tests AWS networks, their endpoints and flow logs on the engine.
package network
