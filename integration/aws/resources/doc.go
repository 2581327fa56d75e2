// Package resources tests instances, buckets, roles, keys and providers on the engine. They are one package, because
// linking the SDK of AWS takes longer than most of the tests.
package resources
