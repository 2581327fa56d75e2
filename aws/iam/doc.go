// Package iam creates IAM roles, customer managed policies and OIDC identity providers.
//
//	role, err := iam.NewRole(ctx, "reader", &iam.RoleArgs{
//		Trust:           iam.Trust{Services: map[string]iam.ServiceTrust{"ecs-tasks.amazonaws.com": {}}},
//		ManagedPolicies: config.Named[pulumi.StringInput]{"logs": policy.ARN},
//	}, pulumi.Provider(provider))
//
// Policies, names and quotas are checked before resources are created. Values that are outputs of other resources are
// checked when they are known.
package iam
