package kms

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/policy"
)

// administration returns the actions of administrators. None of them decrypts or creates a grant, but kms:PutKeyPolicy
// can allow both.
func administration() []string {
	return []string{
		"kms:CancelKeyDeletion", "kms:CreateAlias", "kms:Delete*", "kms:Describe*", "kms:Disable*", "kms:Enable*",
		"kms:Get*", "kms:List*", "kms:Put*", "kms:ReplicateKey", "kms:RevokeGrant", "kms:RotateKeyOnDemand",
		"kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:Update*",
	}
}

// use returns the actions of users.
func use() []string {
	return []string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"}
}

// document returns the key policy. Source: "Default key policy" and "Key policies in AWS KMS".
func (a *KeyArgs) document(scope lookup.Scope) *policy.Document {
	account := &policy.Principals{AWS: pulumi.StringArray{pulumi.String(scope.Root())}}
	actions := administration()
	if a.Delegation == DelegationAll {
		actions = []string{"kms:*"}
	}
	// Without the account, a key whose administrators are deleted could not be deleted.
	d := &policy.Document{Statements: []policy.Statement{statement("Account", account, actions)}}
	if given(a.Administrators) {
		administrators := &policy.Principals{AWS: a.Administrators}
		d.Statements = append(d.Statements, statement("Administrators", administrators, administration()))
	}
	if given(a.Users) {
		users := &policy.Principals{AWS: a.Users}
		grants := []string{"kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"}
		d.Statements = append(d.Statements, statement("Users", users, use()),
			statement("UsersThroughServices", users, grants, policy.Condition{
				Operator: "Bool", Key: pulumi.String("kms:GrantIsForAWSResource"),
				Values: pulumi.StringArray{pulumi.String("true")},
			}))
	}
	for _, s := range a.Services {
		principal := &policy.Principals{Services: []string{s.principal(scope)}}
		d.Statements = append(d.Statements, statement("Service "+s.Name, principal, s.actions(), s.conditions(scope)...))
	}
	d.Statements = append(d.Statements, a.Statements...)
	return d
}

// statement returns a statement about the key, which is every resource in its policy.
func statement(
	sid string, principals *policy.Principals, actions []string, conditions ...policy.Condition,
) policy.Statement {
	return policy.Statement{
		Effect: policy.Allow, Sid: sid, Principals: principals, Actions: actions,
		Resources: pulumi.StringArray{pulumi.String("*")}, Conditions: conditions,
	}
}

// principal returns the service principal. CloudWatch Logs has one in each region.
func (s Service) principal(scope lookup.Scope) string {
	if s.Name == "logs" {
		return "logs." + scope.Region + "." + scope.DNSSuffix
	}
	return s.Name + ".amazonaws.com"
}

// actions returns the actions of the service. Requests of DescribeKey have no encryption context, which the conditions of
// CloudWatch Logs require.
func (s Service) actions() []string {
	if s.Name == "logs" {
		return slices.DeleteFunc(use(), func(action string) bool { return action == "kms:DescribeKey" })
	}
	return use()
}

// conditions prevent use of the key on behalf of other customers. CloudWatch Logs provides the log group in the
// encryption context. Source: "Encrypt log data in CloudWatch Logs using AWS Key Management Service".
func (s Service) conditions(scope lookup.Scope) []policy.Condition {
	if s.Name == "logs" {
		return []policy.Condition{{
			Operator: "ArnLike", Key: pulumi.String("kms:EncryptionContext:aws:logs:arn"), Values: s.Resources,
		}}
	}
	return []policy.Condition{policy.SourceAccount(pulumi.String(scope.Account)), policy.SourceARN(s.Resources)}
}

// given reports whether a list has entries, as far as is known.
func given(in pulumi.StringArrayInput) bool {
	list, known := in.(pulumi.StringArray)
	return in != nil && (!known || len(list) > 0)
}
