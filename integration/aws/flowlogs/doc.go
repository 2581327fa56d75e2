// Package flowlogs tests VPC flow logs on the engine.
package flowlogs
