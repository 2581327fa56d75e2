// Package iam simulates IAM: roles, users, groups, access keys, policies, instance profiles and OpenID Connect providers.
package iam
