package policy_test

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/policy"
)

func ExampleDocument_JSON() {
	d := policy.Document{Statements: []policy.Statement{{
		Effect:     policy.Allow,
		Actions:    []string{"s3:PutObject", "s3:GetObject"},
		Resources:  pulumi.StringArray{pulumi.String("arn:aws:s3:::logs/*")},
		Conditions: []policy.Condition{policy.Equals("aws:ResourceAccount", "123456789012")},
	}}}
	text, err := d.JSON(policy.Managed)
	fmt.Println(text, err)
	// Output: {"Statement":[{"Action":["s3:GetObject","s3:PutObject"],"Condition":{"StringEquals":{"aws:ResourceAccount":"123456789012"}},"Effect":"Allow","Resource":"arn:aws:s3:::logs/*"}],"Version":"2012-10-17"} <nil>
}

func ExampleDocument_Check() {
	d := policy.Document{Statements: []policy.Statement{{
		Effect:     policy.Allow,
		Actions:    []string{"sts:AssumeRole"},
		Principals: &policy.Principals{Everyone: true},
		Resources:  pulumi.StringArray{pulumi.String("*")},
	}}}
	fmt.Println(d.Check(policy.Trust))
	// Output:
	// invalid trust policy: 2 problems:
	//   statements[0].resources: not supported in a trust policy: it applies to its role
	//   statements[0].principals.everyone: allows public access: list the principals or add a condition such as aws:PrincipalOrgID or aws:SourceVpce, or set allowWildcards to permit it
}

// Parsed policies get the same checks.
func ExampleParse() {
	d, err := policy.Parse([]byte(`{
		"Version": "2012-10-17",
		"Statement": [{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}]
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(d.Check(policy.Managed))
	// Output:
	// invalid managed policy: 1 problem:
	//   statements[0].actions[0]: allows passing all roles, and so the permissions of all roles: list the roles or add a condition on iam:PassedToService, or set allowWildcards to permit it
}
