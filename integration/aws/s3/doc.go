// Package s3 tests buckets of AWS on the engine.
package s3
