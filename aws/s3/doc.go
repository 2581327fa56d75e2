// Package s3 makes buckets of Amazon S3 that nobody reads whom nobody named: public access is blocked, plain HTTP is refused, what is in them
// is encrypted, and what was overwritten or deleted can be had back for a while.
package s3
