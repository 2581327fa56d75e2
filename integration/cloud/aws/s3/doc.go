// Package s3 simulates S3: buckets, their settings and objects.
package s3
