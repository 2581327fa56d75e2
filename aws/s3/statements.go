package s3

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
)

// document returns the bucket's policy: the statements of the user, then those of services that write logs, then the guards.
func (s *BucketSettings) document(arn, key pulumi.StringInput, where lookup.Scope) *policy.Document {
	d := s.given(arn)
	d.Statements = slices.Concat(d.Statements, s.LogTarget.statements(arn, where), s.denies(arn, key))
	return d
}

// given returns the statements of the user, with their resources.
func (s *BucketSettings) given(arn pulumi.StringInput) *policy.Document {
	d := &policy.Document{}
	for _, statement := range s.Statements {
		if statement.Resources == nil && statement.NotResources == nil {
			statement.Resources = pulumi.StringArray{arn, within(arn, "/*")}
		}
		statement.Resources = resolved(statement.Resources, arn)
		statement.NotResources = resolved(statement.NotResources, arn)
		d.Statements = append(d.Statements, statement)
	}
	return d
}

// resolved puts the bucket in front of resources that begin with a slash. A list that is an output stays as it is: it is a program that
// makes those, which has ARNs.
func resolved(in pulumi.StringArrayInput, arn pulumi.StringInput) pulumi.StringArrayInput {
	list, ok := in.(pulumi.StringArray)
	if !ok {
		return in
	}
	out := slices.Clone(list)
	for i, r := range list {
		if path, ok := r.(pulumi.String); ok && strings.HasPrefix(string(path), "/") {
			out[i] = within(arn, string(path))
		}
	}
	return out
}

// checkStatements reports what is wrong with the policy, as far as it is known.
func (s *BucketSettings) checkStatements(report *config.Report) {
	arn := s.early()
	user := s.given(arn)
	s.checkSids(report)
	s.checkResources(report)
	if *s.PublicAccess.BlockPublicPolicy {
		s.checkPublic(report, user)
	}
	if len(user.Statements) > 0 {
		user.Report(report, nil, policy.Bucket)
		if user.Check(policy.Bucket) != nil {
			return
		}
	}
	// The rest of the policy is sound by itself: what is left is its size. Accounts and regions have much the same length.
	d := s.document(arn, nil, lookup.Scope{Account: "000000000000", Region: "eu-central-1", Partition: "aws", DNSSuffix: "amazonaws.com"})
	var wrong *config.Error
	if len(d.Statements) > 0 && errors.As(d.Check(policy.Bucket), &wrong) {
		for _, f := range wrong.Findings {
			report.Add([]string{"statements"}, "with those of the bucket itself: %s", f.Message)
		}
	}
}

// early returns the bucket's ARN as far as it is known before the engine runs.
func (s *BucketSettings) early() pulumi.StringInput {
	if s.BucketName == "" {
		return pulumi.String("").ToStringOutput()
	}
	return pulumi.String("arn:aws:s3:::" + s.BucketName)
}

func (s *BucketSettings) checkSids(report *config.Report) {
	own := []string{
		sidPlainHTTP, sidOldTLS, sidCustomerKeys, sidOtherEncryption, sidOtherKeys, sidAccessLogs, sidLoadBalancers, sidDelivery, sidDeliveryCheck,
	}
	for i, statement := range s.Statements {
		if slices.Contains(own, statement.Sid) {
			report.Add([]string{"statements", strconv.Itoa(i), "sid"}, "%s is a statement of the bucket itself: choose another one", statement.Sid)
		}
	}
}

// checkResources reports resources that are not the bucket's, which S3 refuses.
func (s *BucketSettings) checkResources(report *config.Report) {
	for i, statement := range s.Statements {
		for key, in := range map[string]pulumi.StringArrayInput{"resources": statement.Resources, "notResources": statement.NotResources} {
			list, _ := in.(pulumi.StringArray)
			for j, r := range list {
				text, known := r.(pulumi.String)
				if !known || s.covers(string(text)) {
					continue
				}
				report.Add([]string{"statements", strconv.Itoa(i), key, strconv.Itoa(j)},
					"found %q, which is not of this bucket: leave it out for the bucket and its objects, or write objects of it as /reports/*", text)
			}
		}
	}
}

// covers reports whether a text can be a resource of the bucket's policy. Whether it is an ARN, the policy's own rules say.
func (s *BucketSettings) covers(resource string) bool {
	if resource == "*" || strings.HasPrefix(resource, "/") {
		return true
	}
	_, name, isBucket := strings.Cut(resource, ":s3:::")
	if !isBucket {
		return !strings.HasPrefix(resource, "arn:")
	}
	name, _, _ = strings.Cut(name, "/")
	return name == s.BucketName
}

// checkPublic reports statements that S3 refuses because they are public. Whether one is, the policy's own rule says, which
// allowWildcards turns off.
func (s *BucketSettings) checkPublic(report *config.Report, user *policy.Document) {
	for i, statement := range user.Statements {
		if !statement.AllowWildcards {
			continue
		}
		statement.AllowWildcards = false
		var wrong *config.Error
		if !errors.As((&policy.Document{Statements: []policy.Statement{statement}}).Check(policy.Bucket), &wrong) {
			continue
		}
		if slices.ContainsFunc(wrong.Findings, func(f config.Finding) bool { return strings.HasSuffix(f.Path, "principals.everyone") }) {
			report.Add([]string{"statements", strconv.Itoa(i), "principals", "everyone"},
				"the bucket blocks policies that are public: name the principals, narrow the statement by a condition, or set publicAccess.blockPublicPolicy to false")
		}
	}
}
