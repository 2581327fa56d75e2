// Package s3 tests S3 buckets on the engine.
package s3
