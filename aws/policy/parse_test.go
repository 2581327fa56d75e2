package policy_test

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/failure"
)

func TestParse(t *testing.T) {
	t.Parallel()
	d, err := policy.Parse([]byte(`{
		"Id": "logs", "Version": "2012-10-17",
		"Statement": {
			"Sid": "A", "Effect": "Deny", "Principal": {"AWS": ["*"]}, "Action": "s3:*", "Resource": ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"],
			"Condition": {"Bool": {"aws:SecureTransport": false}, "NumericLessThan": {"s3:TlsVersion": [1.2, "1.3"]}}
		}
	}`))
	require.NoError(t, err)
	require.Equal(t, &policy.Document{ID: "logs", Statements: []policy.Statement{{
		Sid: "A", Effect: policy.Deny, Principals: &policy.Principals{Everyone: true}, Actions: []string{"s3:*"},
		Resources: all("arn:aws:s3:::logs", "arn:aws:s3:::logs/*"),
		Conditions: []policy.Condition{
			{Operator: "Bool", Key: pulumi.String("aws:SecureTransport"), Values: all("false")},
			{Operator: "NumericLessThan", Key: pulumi.String("s3:TlsVersion"), Values: all("1.2", "1.3")},
		},
	}}}, d)
	require.NoError(t, d.Check(policy.Bucket))
}

func TestParseRejects(t *testing.T) {
	t.Parallel()
	const statement = `"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"`
	tests := map[string]struct{ text, want string }{
		"nothing":   {``, "EOF"},
		"no object": {`[]`, "cannot unmarshal array"},
		"cut off":   {`{"Version": "2012-10-17", "Statement": [{`, "EOF"},
		"more": {`{"Version": "2012-10-17", "Statement": [{` + statement + `}]} {}`,
			"unexpected content after the policy"},
		"old": {`{"Version": "2008-10-17", "Statement": [{` + statement + `}]}`,
			`unsupported version "2008-10-17": use 2012-10-17`},
		"misspelt": {`{"Version": "2012-10-17", "Statement": [{"Efect": "Deny"}]}`, `unknown field "Efect"`},
		"twice": {`{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "s3:*", "Action": "sqs:*"}]}`,
			`duplicate key "Action" in Statement`},
		"principal": {`{"Version": "2012-10-17", "Statement": [{"Principal": {"Aws-Account": "1"}}]}`,
			`principal: use "*" or an object with AWS`},
		"no principal": {`{"Version": "2012-10-17", "Statement": [{"Principal": "123456789012"}]}`, `principal: use "*"`},
		"value": {`{"Version": "2012-10-17", "Statement": [{"Condition": {"Bool": {"k:v": {}}}}]}`,
			"invalid value {}: use a string, a number or a boolean"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := policy.Parse([]byte(tc.text))
			require.ErrorContains(t, err, tc.want)
			require.ErrorIs(t, err, failure.Configuration)
		})
	}
}

// documents generates valid bucket policies.
func documents() *rapid.Generator[*policy.Document] {
	strings := func(format string, min int) *rapid.Generator[[]string] {
		return rapid.SliceOfN(rapid.Map(rapid.StringMatching(`[a-z]{1,8}`),
			func(s string) string { return fmt.Sprintf(format, s) }), min, 4)
	}
	some := func(min int, known ...string) *rapid.Generator[[]string] {
		return rapid.SliceOfN(rapid.SampledFrom(known), min, 4)
	}
	return rapid.Custom(func(t *rapid.T) *policy.Document {
		d := &policy.Document{ID: rapid.StringMatching(`[a-z]{0,8}`).Draw(t, "id")}
		for i := range rapid.IntRange(1, 4).Draw(t, "statements") {
			s := policy.Statement{
				Sid:        fmt.Sprintf("S%d", i),
				Effect:     rapid.SampledFrom([]policy.Effect{policy.Allow, policy.Deny}).Draw(t, "effect"),
				Principals: &policy.Principals{AWS: all(account), Services: some(0, "ec2.amazonaws.com", "logging.s3.amazonaws.com", "weather.amazonaws.com").Draw(t, "services")},
				Actions:    some(1, "s3:GetObject", "s3:List*", "s3:GetWeather", "s3:putobject").Draw(t, "actions"),
				Resources:  all(strings("arn:aws:s3:::%s/*", 1).Draw(t, "resources")...),
			}
			for j, operator := range []string{"StringEquals", "ForAnyValue:StringLikeIfExists"} {
				if rapid.Bool().Draw(t, "condition") {
					s.Conditions = append(s.Conditions, policy.Condition{
						Operator: operator, Key: pulumi.String(fmt.Sprintf("aws:Key%d", j)), Values: all(strings("<%s>", 1).Draw(t,
							"values")...),
					})
				}
			}
			d.Statements = append(d.Statements, s)
		}
		return d
	})
}

func TestParseReadsMarshaledDocuments(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text, err := documents().Draw(t, "document").JSON(policy.Bucket)
		require.NoError(t, err)
		again, err := policy.Parse([]byte(text.(pulumi.String)))
		require.NoError(t, err)
		rewritten, err := again.JSON(policy.Bucket)
		require.NoError(t, err)
		require.Equal(t, text, rewritten)
	})
}

// FuzzParse parses any text. A valid document stays the same when it is written and parsed again.
func FuzzParse(f *testing.F) {
	f.Add(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}`)
	f.Add(`{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "NotPrincipal": {"AWS": "123456789012"}, "NotAction": ["s3:*"],
		"NotResource": "arn:aws:s3:::a", "Condition": {"Bool": {"aws:SecureTransport": [true]}}}}`)
	f.Add(`{"Id": "x", "Version": "2012-10-17", "Statement": [{"Principal": "*", "Action": "sts:AssumeRole", "Effect": "Allow"}]}`)
	kinds := []policy.Kind{policy.Managed, policy.Inline, policy.Trust, policy.Bucket, policy.Key, policy.Endpoint,
		policy.Queue}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := policy.Parse([]byte(text))
		if err != nil {
			return
		}
		for _, kind := range kinds {
			written, err := d.JSON(kind)
			if err != nil {
				continue
			}
			again, err := policy.Parse([]byte(written.(pulumi.String)))
			require.NoError(t, err)
			rewritten, err := again.JSON(kind)
			require.NoError(t, err)
			require.Equal(t, written, rewritten)
		}
	})
}
