// Package s3 creates private S3 buckets: public access and plain HTTP are blocked, objects are encrypted, and
// overwritten and deleted objects can be restored for a while.
package s3
