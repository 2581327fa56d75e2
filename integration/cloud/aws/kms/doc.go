// Package kms simulates KMS: keys and aliases.
package kms
