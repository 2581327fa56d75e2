// Package kms makes keys of AWS Key Management Service that rotate, that are not lost by accident, and that nobody
// uses whom their policy does not name.
package kms
