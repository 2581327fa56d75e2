// Package iam creates roles that only those can assume who are meant, customer managed policies, and the identity providers that roles
// trust.
//
//	role, err := iam.NewRole(ctx, "reader", &iam.RoleArgs{
//		Trust:           iam.Trust{Services: map[string]iam.ServiceTrust{"ecs-tasks.amazonaws.com": {}}},
//		ManagedPolicies: config.Named[pulumi.StringInput]{"logs": policy.ARN},
//	}, pulumi.Provider(provider))
//
// Everything that IAM would refuse is reported before anything is made, as far as it is known then: documents, names, quotas.
package iam
