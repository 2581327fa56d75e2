// Package kms tests KMS keys on the engine.
package kms
