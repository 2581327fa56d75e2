// Package iam tests IAM roles, policies and OIDC providers on the engine.
package iam
