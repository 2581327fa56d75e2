// Package network tests AWS networks on the engine.
package network
