// Package flowlogs tests the flow logs of networks of AWS on the engine.
package flowlogs
