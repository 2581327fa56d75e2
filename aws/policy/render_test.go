package policy_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

func TestJSONIsSortedWithoutDuplicates(t *testing.T) {
	t.Parallel()
	d := &policy.Document{ID: "logs", Statements: []policy.Statement{
		{
			Sid:    "Others are denied",
			Effect: policy.Deny,
			NotPrincipals: &policy.Principals{Services: []string{"logging.s3.amazonaws.com"},
				AWS: all("arn:aws:iam::123456789012:root", account)},
			NotActions:   []string{"s3:PutObject", "s3:GetObject", "s3:PutObject"},
			NotResources: all("arn:aws:s3:::logs/<b>", "arn:aws:s3:::logs"),
			Conditions: []policy.Condition{
				policy.Like("aws:SourceArn", "b", "a"), policy.Equals("aws:SourceAccount", account), policy.Equals("aws:SourceVpc",
					"vpc-1"),
			},
		},
		{
			Effect: policy.Allow, Actions: []string{"s3:GetObject"},
			Resources:  all("arn:aws:s3:::logs/*"),
			Principals: &policy.Principals{Everyone: true},
			Conditions: []policy.Condition{policy.Equals("aws:PrincipalOrgID", "o-exampleorgid")},
		},
	}}
	// The exact text matters: another text would show as a change in the next deployment.
	want := pulumi.String(`{"Id":"logs","Statement":[` +
		`{"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012","aws:SourceVpc":"vpc-1"},"StringLike":{"aws:SourceArn":["a","b"]}},` +
		`"Effect":"Deny","NotAction":["s3:GetObject","s3:PutObject"],` +
		`"NotPrincipal":{"AWS":["123456789012","arn:aws:iam::123456789012:root"],"Service":"logging.s3.amazonaws.com"},` +
		`"NotResource":["arn:aws:s3:::logs","arn:aws:s3:::logs/<b>"],"Sid":"Others are denied"},` +
		`{"Action":"s3:GetObject","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-exampleorgid"}},"Effect":"Allow","Principal":"*",` +
		`"Resource":"arn:aws:s3:::logs/*"}],"Version":"2012-10-17"}`)
	text, err := d.JSON(policy.Bucket)
	require.NoError(t, err)
	require.Equal(t, want, text)
	require.Equal(t, []string{"s3:PutObject", "s3:GetObject", "s3:PutObject"}, d.Statements[0].NotActions,
		"the caller's lists are not modified")
}

type topic struct {
	pulumi.CustomResourceState

	ARN pulumi.StringOutput `pulumi:"arn"`
}

// run exports the text of a trust policy for a provider whose ARN and issuer are outputs.
func run(t *testing.T, arn string, subject string, opts ...pulumitest.Option) (*pulumitest.Recording, error) {
	t.Helper()
	opts = append(opts, pulumitest.WithOutputs(func(pulumitest.Registration) resource.PropertyMap {
		return resource.PropertyMap{"arn": resource.NewProperty(arn)}
	}))
	return pulumitest.Record(func(ctx *pulumi.Context) error {
		provider := &topic{}
		if err := ctx.RegisterResource("aws:iam/openIdConnectProvider:OpenIdConnectProvider", "oidc", nil,
			provider); err != nil {
			return err
		}
		d := one(policy.Statement{
			Sid:        "Web",
			Effect:     policy.Allow,
			Actions:    []string{"sts:AssumeRoleWithWebIdentity"},
			Principals: &policy.Principals{Federated: pulumi.StringArray{provider.ARN}},
			Conditions: []policy.Condition{
				{Operator: "StringEquals", Key: pulumi.Sprintf("%s:aud", "oidc.example.com"), Values: all("sts.amazonaws.com")},
				{Operator: "StringEquals",
					Key:    provider.ARN.ApplyT(func(string) string { return "oidc.example.com:sub" }).(pulumi.StringOutput),
					Values: provider.ARN.ApplyT(func(string) []string { return []string{subject} }).(pulumi.StringArrayOutput)},
			},
		})
		text, err := d.JSON(policy.Trust)
		if err != nil {
			return err
		}
		ctx.Export("policy", text.ToStringOutput())
		return nil
	}, opts...)
}

func TestOutputsAreCheckedWhenKnown(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:iam::" + account + ":oidc-provider/oidc.example.com"
	r, err := run(t, arn, "system:serviceaccount:shop:web")
	require.NoError(t, err)
	require.JSONEq(t, `{"Version": "2012-10-17", "Statement": [{
		"Sid": "Web", "Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Principal": {"Federated": "`+arn+`"},
		"Condition": {"StringEquals": {"oidc.example.com:aud": "sts.amazonaws.com", "oidc.example.com:sub": "system:serviceaccount:shop:web"}}
	}]}`, r.Exports["policy"].StringValue())

	r, err = run(t, arn, "*", pulumitest.Preview())
	require.NoError(t, err, "unknown values are accepted")
	require.True(t, r.Exports["policy"].IsComputed())

	_, err = run(t, arn, "*")
	require.ErrorContains(t, err, `statements[0].conditions[1].values[0]: "*" matches any subject of the provider`)
	_, err = run(t, "oidc", "system:serviceaccount:shop:web")
	require.ErrorContains(t, err, `statements[0].principals.federated[0]: invalid identity provider "oidc": use its ARN`)
}

// Known values are checked even if other values of the document are outputs.
func TestKnownValuesAreCheckedBeforeTheDeployment(t *testing.T) {
	t.Parallel()
	s := identity()
	s.Actions = []string{"GetObject"}
	s.Resources = pulumi.StringArray{pulumi.Sprintf("arn:aws:s3:::%s", "logs"), pulumi.String("logs")}
	_, err := one(s).JSON(policy.Managed)
	var invalid *config.Error
	require.ErrorAs(t, err, &invalid)
	require.Len(t, invalid.Findings, 2)
	require.Equal(t, "statements[0].resources[1]", invalid.Findings[1].Path)
}

type holder struct {
	Policy policy.Document `pulumi:"policy"`
}

func (h *holder) Validate(report *config.Report) {
	h.Policy.Report(report, []string{"policy"}, policy.Managed)
}

func TestReportOfADocumentInArguments(t *testing.T) {
	t.Parallel()
	s := identity()
	s.Actions = []string{"GetObject"}
	err := config.Check("arguments", &holder{Policy: *one(s)})
	require.ErrorContains(t, err, `policy.statements[0].actions[0]: invalid action "GetObject"`)
	require.NoError(t, config.Check("arguments", &holder{Policy: *one(identity())}))
}
