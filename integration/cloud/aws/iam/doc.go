// Package iam simulates IAM: roles, policies, instance profiles and OpenID Connect providers.
package iam
