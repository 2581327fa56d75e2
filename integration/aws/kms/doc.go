// Package kms tests keys of AWS on the engine.
package kms
