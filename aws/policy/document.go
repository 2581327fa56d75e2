package policy

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Document is a policy. Its JSON has the version 2012-10-17, the only one with policy variables.
type Document struct {
	// ID names a policy of a resource, where the service asks for it. Default: none. Policies of IAM have none.
	ID string `pulumi:"id"`
	// Statements are what the policy allows and denies. Required. AWS evaluates them in no order: what any of them
	// denies is denied.
	Statements []Statement `pulumi:"statements" jsonschema:"required,minItems=1"`
}

// Statement allows or denies actions on resources.
type Statement struct {
	// Sid names the statement, once in a policy: letters and digits. Bucket, key and endpoint policies take spaces and
	// other characters too. Default: none.
	Sid string `pulumi:"sid"`
	// Effect is what the statement does.
	Effect Effect `pulumi:"effect" jsonschema:"default=Allow,enum=Allow,enum=Deny"`
	// Principals are those whom the statement is about. Required in policies of resources and of trust, and not
	// possible in those of identities, which are about whomever they are attached to.
	Principals *Principals `pulumi:"principals"`
	// NotPrincipals are those whom the statement is not about. It goes with Deny alone.
	NotPrincipals *Principals `pulumi:"notPrincipals"`
	// Actions are such as s3:GetObject; * stands for any characters, ? for one. Required, unless NotActions is given.
	Actions []string `pulumi:"actions"`
	// NotActions are the actions that the statement is not about. With Allow they need AllowWildcards.
	NotActions []string `pulumi:"notActions"`
	// Resources are ARNs in which * and ? stand for any characters, or "*" for everything. Required, unless
	// NotResources is given. A trust policy has none.
	Resources pulumi.StringArrayInput `pulumi:"resources" config:"plain"`
	// NotResources are the ARNs that the statement is not about. With Allow they need AllowWildcards.
	NotResources pulumi.StringArrayInput `pulumi:"notResources" config:"plain"`
	// Conditions must all be met. Default: none.
	Conditions []Condition `pulumi:"conditions"`
	// AllowWildcards admits what the package refuses as too broad: every action, every principal, and the like. It is
	// not part of the JSON. Default: false.
	AllowWildcards bool `pulumi:"allowWildcards"`
}

// Effect is what a statement does.
type Effect string

// The effects.
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// Principals are accounts, roles, users, services and federated identities.
type Principals struct {
	// Everyone stands for anybody, also without an account. It excludes the other fields. Default: false.
	Everyone bool `pulumi:"everyone"`
	// AWS holds account ids of 12 digits, or ARNs of accounts, roles, users and sessions.
	AWS pulumi.StringArrayInput `pulumi:"aws" config:"plain"`
	// Services are such as ec2.amazonaws.com.
	Services []string `pulumi:"services"`
	// Federated holds ARNs of identity providers, or names such as cognito-identity.amazonaws.com.
	Federated pulumi.StringArrayInput `pulumi:"federated" config:"plain"`
	// CanonicalUsers holds canonical user ids of S3, of 64 hexadecimal digits.
	CanonicalUsers pulumi.StringArrayInput `pulumi:"canonicalUsers" config:"plain"`
}

// Condition compares a key of the request with values.
type Condition struct {
	// Operator is such as StringEquals or ArnLike, with IfExists after it or ForAnyValue: before it. Required.
	Operator string `pulumi:"operator" jsonschema:"required,minLength=1"`
	// Key is such as aws:SourceAccount. Required.
	Key pulumi.StringInput `pulumi:"key" jsonschema:"required,minLength=1" config:"plain"`
	// Values are what is compared with: one of them must match, or none where the operator is negated. Required.
	Values pulumi.StringArrayInput `pulumi:"values" jsonschema:"required" config:"plain"`
}

// Equals is the condition that the key has one of the values.
func Equals(key string, values ...string) Condition {
	return compare("StringEquals", key, values)
}

// Like is the condition that the key matches one of the values, in which * stands for any characters and ? for one.
func Like(key string, values ...string) Condition {
	return compare("StringLike", key, values)
}

func compare(operator, key string, values []string) Condition {
	return Condition{Operator: operator, Key: pulumi.String(key), Values: pulumi.ToStringArray(values)}
}
