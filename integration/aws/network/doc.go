// Package network tests networks of AWS on the engine: zones and tiers that come and go, ways out, IPv6, pools and peers.
package network
