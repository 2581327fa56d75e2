// Package iam tests roles, policies and identity providers of AWS on the engine.
package iam
