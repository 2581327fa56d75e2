package kms

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/policy"
)

// administration are the actions of administrators. None of them decrypts, or lets somebody decrypt; whoever writes the policy could say so,
// as whoever administers a key could always.
func administration() []string {
	return []string{
		"kms:CancelKeyDeletion", "kms:CreateAlias", "kms:Delete*", "kms:Describe*", "kms:Disable*", "kms:Enable*", "kms:Get*", "kms:List*",
		"kms:Put*", "kms:ReplicateKey", "kms:RevokeGrant", "kms:RotateKeyOnDemand", "kms:ScheduleKeyDeletion", "kms:TagResource",
		"kms:UntagResource", "kms:Update*",
	}
}

func use() []string {
	return []string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"}
}

// document returns the key's policy. Source: "Default key policy" and "Key policies in AWS KMS".
func (a *KeyArgs) document(where lookup.Scope) *policy.Document {
	account := &policy.Principals{AWS: pulumi.StringArray{pulumi.String(where.Root())}}
	actions := administration()
	if a.Delegation == "all" {
		actions = []string{"kms:*"}
	}
	// Without the account, a key whose administrators are gone could not be deleted.
	d := &policy.Document{Statements: []policy.Statement{a.statement("Account", account, actions)}}
	if named(a.Administrators) {
		d.Statements = append(d.Statements, a.statement("Administrators", &policy.Principals{AWS: a.Administrators}, administration()))
	}
	if named(a.Users) {
		users := &policy.Principals{AWS: a.Users}
		d.Statements = append(d.Statements, a.statement("Users", users, use()),
			a.statement("UsersThroughServices", users, []string{"kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"}, policy.Condition{
				Operator: "Bool", Key: pulumi.String("kms:GrantIsForAWSResource"), Values: pulumi.StringArray{pulumi.String("true")},
			}))
	}
	for _, s := range a.Services {
		d.Statements = append(d.Statements, a.statement("Service "+s.Name, &policy.Principals{Services: []string{s.principal(where)}}, use(),
			s.conditions(where)...))
	}
	d.Statements = append(d.Statements, a.Statements...)
	return d
}

// statement returns a statement about the key. In its policy, that is every resource.
func (a *KeyArgs) statement(sid string, who *policy.Principals, actions []string, conditions ...policy.Condition) policy.Statement {
	return policy.Statement{
		Sid: sid, Effect: policy.Allow, Principals: who, Actions: actions, Resources: pulumi.StringArray{pulumi.String("*")}, Conditions: conditions,
	}
}

// principal returns the name of the service. CloudWatch Logs has one in each region.
func (s Service) principal(where lookup.Scope) string {
	if s.Name == "logs" {
		return "logs." + where.Region + "." + where.DNSSuffix
	}
	return s.Name + ".amazonaws.com"
}

// conditions keep the service from using the key on behalf of others. CloudWatch Logs tells the group that it encrypts in the encryption
// context. Source: "Encrypt log data in CloudWatch Logs using AWS Key Management Service".
func (s Service) conditions(where lookup.Scope) []policy.Condition {
	if s.Name == "logs" {
		return []policy.Condition{{Operator: "ArnLike", Key: pulumi.String("kms:EncryptionContext:aws:logs:arn"), Values: s.Resources}}
	}
	return []policy.Condition{policy.SourceAccount(pulumi.String(where.Account)), policy.SourceARN(s.Resources)}
}

// named reports whether a list holds somebody, as far as is known.
func named(in pulumi.StringArrayInput) bool {
	list, plain := in.(pulumi.StringArray)
	return in != nil && (!plain || len(list) > 0)
}
