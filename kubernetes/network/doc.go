// Package network creates Services and the network policies that isolate pods.
package network
