// Package network creates Services, and network policies that isolate pods.
package network
