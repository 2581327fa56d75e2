package s3

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/kms"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/aws/policy/reference"
	"github.com/ashlar-iac/ashlar/core/config"
)

// The Sids of the component's statements.
const (
	sidPlainHTTP       = "DenyPlainHTTP"
	sidOldTLS          = "DenyOldTLS"
	sidCustomerKeys    = "DenyCustomerKeys"
	sidOtherEncryption = "DenyOtherEncryption"
	sidOtherKeys       = "DenyOtherKeys"
	sidAccessLogs      = "AccessLogs"
	sidLoadBalancers   = "LoadBalancerLogs"
	sidDelivery        = "LogDelivery"
	sidDeliveryCheck   = "LogDeliveryCheck"
)

// Condition keys of requests. Source: "Actions, resources, and condition keys for Amazon S3".
const (
	keyTLS         = "aws:SecureTransport"
	keyTLSVersion  = "s3:TlsVersion"
	keyCustomerKey = "s3:x-amz-server-side-encryption-customer-algorithm"
	keyEncryption  = "s3:x-amz-server-side-encryption"
	keyKMSKey      = "s3:x-amz-server-side-encryption-aws-kms-key-id"
)

// document returns the bucket policy: the additional statements, those of the log target, and the guards.
func (a *BucketArgs) document(arn, key pulumi.StringInput, where lookup.Scope) *policy.Document {
	d := a.additional(arn)
	d.Statements = slices.Concat(d.Statements, a.LogTarget.statements(arn, where), a.guards(arn, key))
	return d
}

// additional returns the additional statements with complete resources.
func (a *BucketArgs) additional(arn pulumi.StringInput) *policy.Document {
	d := &policy.Document{}
	for _, statement := range a.Statements {
		if empty(statement.Resources) && empty(statement.NotResources) {
			statement.Resources = pulumi.StringArray{arn, within(arn, "/*")}
		}
		statement.Resources = resolved(statement.Resources, arn)
		statement.NotResources = resolved(statement.NotResources, arn)
		d.Statements = append(d.Statements, statement)
	}
	return d
}

// resolved adds the bucket to resources that begin with a slash. A list that is an output has ARNs.
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

// guards returns the statements of the guards. Uploads that request no encryption are not denied. key is nil without a
// known KMS key.
func (a *BucketArgs) guards(arn, key pulumi.StringInput) []policy.Statement {
	objects := pulumi.StringArray{within(arn, "/*")}
	both := pulumi.StringArray{arn, objects[0]}
	var out []policy.Statement
	deny := func(sid, action string, resources pulumi.StringArray, conditions ...policy.Condition) {
		out = append(out, policy.Statement{
			Sid: sid, Effect: policy.Deny, Principals: &policy.Principals{Everyone: true},
			Actions: []string{action}, Resources: resources, Conditions: conditions,
		})
	}
	if *a.Guards.RequireTLS {
		deny(sidPlainHTTP, "s3:*", both, compare("Bool", keyTLS, pulumi.String("false")))
		deny(sidOldTLS, "s3:*", both, compare("NumericLessThan", keyTLSVersion, pulumi.String(a.Guards.MinimumTLS)))
	}
	if *a.Guards.DenyCustomerKeys {
		deny(sidCustomerKeys, "s3:PutObject", objects, present(keyCustomerKey))
	}
	otherEncryption := a.Encryption.kms()
	if a.Guards.DenyOtherEncryption != nil {
		otherEncryption = *a.Guards.DenyOtherEncryption
	}
	if otherEncryption {
		deny(sidOtherEncryption, "s3:PutObject", objects,
			compare("StringNotEquals", keyEncryption, pulumi.String(a.Encryption.Algorithm)), present(keyEncryption))
		if key != nil {
			deny(sidOtherKeys, "s3:PutObject", objects, compare("StringNotEquals", keyKMSKey, key), present(keyKMSKey))
		}
	}
	return out
}

// statements allows services to write logs. Sources: "Permissions for log delivery", "Enable access logs for your
// Application Load Balancer", and "Logging that requires additional permissions" of CloudWatch Logs.
func (t *LogTarget) statements(arn pulumi.StringInput, where lookup.Scope) []policy.Statement {
	var out []policy.Statement
	allow := func(sid, service, action string, resources pulumi.StringArrayInput, conditions ...policy.Condition) {
		out = append(out, policy.Statement{
			Sid: sid, Effect: policy.Allow, Principals: &policy.Principals{Services: []string{service + ".amazonaws.com"}},
			Actions: []string{action}, Resources: resources, Conditions: conditions,
		})
	}
	if t.AccessLogs {
		conditions := []policy.Condition{policy.SourceAccount(pulumi.String(where.Account))}
		if t.Buckets != nil {
			conditions = append(conditions, policy.SourceARN(t.Buckets))
		}
		allow(sidAccessLogs, "logging.s3", "s3:PutObject", pulumi.StringArray{within(arn, "/*")}, conditions...)
	}
	accounts := t.Accounts
	if accounts == nil {
		accounts = pulumi.StringArray{pulumi.String(where.Account)}
	}
	source := policy.Condition{Operator: "StringEquals", Key: pulumi.String("aws:SourceAccount"), Values: accounts}
	if t.LoadBalancers {
		allow(sidLoadBalancers, "logdelivery.elasticloadbalancing", "s3:PutObject", folders(arn, accounts),
			source, policy.SourceARN(sources(where, "elasticloadbalancing", "loadbalancer/*", accounts)))
	}
	if t.Delivery {
		from := []policy.Condition{source, policy.SourceARN(sources(where, "logs", "*", accounts))}
		allow(sidDeliveryCheck, "delivery.logs", "s3:GetBucketAcl", pulumi.StringArray{arn}, from...)
		allow(sidDelivery, "delivery.logs", "s3:PutObject", folders(arn, accounts),
			append(from, compare("StringEquals", "s3:x-amz-acl", pulumi.String("bucket-owner-full-control")))...)
	}
	return out
}

// folders returns the objects that services write logs of accounts to: in AWSLogs, with or without a prefix before it.
func folders(arn pulumi.StringInput, accounts pulumi.StringArrayInput) pulumi.StringArrayInput {
	return perAccount(accounts, func(id pulumi.StringInput) []pulumi.StringInput {
		return []pulumi.StringInput{
			concat(arn, pulumi.String("/AWSLogs/"), id, pulumi.String("/*")),
			concat(arn, pulumi.String("/*/AWSLogs/"), id, pulumi.String("/*")),
		}
	})
}

// sources returns the resources of accounts that write logs, in all regions.
func sources(where lookup.Scope, service, resource string, accounts pulumi.StringArrayInput) pulumi.StringArrayInput {
	return perAccount(accounts, func(id pulumi.StringInput) []pulumi.StringInput {
		return []pulumi.StringInput{
			concat(pulumi.String("arn:"+where.Partition+":"+service+":*:"), id, pulumi.String(":"+resource)),
		}
	})
}

// perAccount returns the values of f for all accounts.
func perAccount(accounts pulumi.StringArrayInput,
	f func(id pulumi.StringInput) []pulumi.StringInput) pulumi.StringArrayInput {
	list, known := accounts.(pulumi.StringArray)
	if !known {
		return accounts.ToStringArrayOutput().ApplyT(func(ids []string) pulumi.StringArrayOutput {
			return perAccount(pulumi.ToStringArray(ids), f).ToStringArrayOutput()
		}).(pulumi.StringArrayOutput)
	}
	var out pulumi.StringArray
	for _, id := range list {
		out = append(out, f(id)...)
	}
	return out
}

// keyServices returns the services that use the key of the bucket.
func (t *LogTarget) keyServices(where lookup.Scope) []kms.Service {
	if !t.Delivery {
		return nil
	}
	return []kms.Service{{Name: "delivery.logs",
		Resources: sources(where, "logs", "*", pulumi.StringArray{pulumi.String(where.Account)})}}
}

func compare(operator, key string, values ...pulumi.StringInput) policy.Condition {
	return policy.Condition{Operator: operator, Key: pulumi.String(key), Values: pulumi.StringArray(values)}
}

// present is the condition that a request has a key. Without it, requests without the key meet negated operators.
func present(key string) policy.Condition { return compare("Null", key, pulumi.String("false")) }

// within returns the ARN of objects of a bucket.
func within(arn pulumi.StringInput, path string) pulumi.StringInput {
	return concat(arn, pulumi.String(path))
}

// concat joins strings. The result is a plain value if all parts are.
func concat(parts ...pulumi.StringInput) pulumi.StringInput {
	var text strings.Builder
	var all []any
	known := true
	for _, p := range parts {
		s, ok := p.(pulumi.String)
		known = known && ok
		text.WriteString(string(s))
		all = append(all, p)
	}
	if known {
		return pulumi.String(text.String())
	}
	return pulumi.Sprintf(strings.Repeat("%s", len(parts)), all...)
}

// checkStatements reports problems of the bucket policy that are known before the deployment starts.
func (a *BucketArgs) checkStatements(report *config.Report) {
	arn := a.early()
	additional := a.additional(arn)
	a.checkSids(report)
	a.checkResources(report)
	a.checkActions(report)
	if *a.PublicAccess.BlockPublicPolicy {
		a.checkPublic(report, additional)
	}
	if len(additional.Statements) > 0 {
		if _, ok := additional.Report(report, nil, policy.Bucket); !ok {
			return
		}
	} else if a.LogTarget == nil {
		return // The guards alone are short.
	}
	// The component's statements are valid: what remains is the size. Accounts and regions have similar lengths.
	d := a.document(arn, nil,
		lookup.Scope{Account: "000000000000", Region: "eu-central-1", Partition: "aws", DNSSuffix: "amazonaws.com"})
	var wrong *config.Error
	if len(d.Statements) > 0 && errors.As(d.Check(policy.Bucket), &wrong) {
		for _, f := range wrong.Findings {
			report.Add([]string{"statements"}, "with the statements of the component: %s", f.Message)
		}
	}
}

// early returns the ARN of the bucket if it is known before the deployment starts.
func (a *BucketArgs) early() pulumi.StringInput {
	if a.BucketName == "" {
		return pulumi.String("").ToStringOutput()
	}
	return pulumi.String("arn:aws:s3:::" + a.BucketName)
}

func (a *BucketArgs) checkSids(report *config.Report) {
	own := []string{
		sidPlainHTTP, sidOldTLS, sidCustomerKeys, sidOtherEncryption, sidOtherKeys, sidAccessLogs, sidLoadBalancers,
		sidDelivery, sidDeliveryCheck,
	}
	for i, statement := range a.Statements {
		if slices.Contains(own, statement.Sid) {
			report.Add([]string{"statements", strconv.Itoa(i), "sid"},
				"%s is used by a statement of the component: use another Sid", statement.Sid)
		}
	}
}

// checkResources reports resources outside the bucket, which S3 rejects.
func (a *BucketArgs) checkResources(report *config.Report) {
	for i, statement := range a.Statements {
		for key, in := range map[string]pulumi.StringArrayInput{"resources": statement.Resources,
			"notResources": statement.NotResources} {
			list, _ := in.(pulumi.StringArray)
			for j, r := range list {
				text, known := r.(pulumi.String)
				if !known || a.covers(string(text)) {
					continue
				}
				report.Add([]string{"statements", strconv.Itoa(i), key, strconv.Itoa(j)},
					"%q is not in this bucket: omit resources for the bucket and all objects, or use a path such as /reports/*", text)
			}
		}
	}
}

// checkActions reports actions that S3 rejects: "Action does not apply to any resource(s) in statement", and "Conditions
// do not apply to combination of actions and resources in statement". Sources: these errors of PutBucketPolicy in
// https://github.com/spack/spack-infrastructure/pull/978 and https://github.com/humanmade/S3-Uploads/issues/239, and the
// resource types and condition keys of actions in the Service Authorization Reference.
func (a *BucketArgs) checkActions(report *config.Report) {
	for i, statement := range a.Statements {
		at := report.At("statements", strconv.Itoa(i))
		for j, name := range statement.Actions {
			action, known := reference.FindAction(name)
			if !known || action.Service != "s3" {
				continue // A pattern, or reported by the checks of the policy.
			}
			types := map[string]bool{}
			for _, t := range action.Types {
				types[t.Name] = true
			}
			switch path := []string{"actions", strconv.Itoa(j)}; {
			case !types["bucket"] && !types["object"]:
				at.Add(path, "%s applies to neither buckets nor objects: use a policy of a role", action)
			case !types["bucket"] && !selects(statement.Resources, true):
				at.Add(path, "%s applies to objects: add a resource such as /* to the statement", action)
			case !types["object"] && !selects(statement.Resources, false):
				at.Add(path, "%s applies to the bucket: use a statement of its own without resources", action)
			}
			checkKeys(at, action, statement.Conditions)
		}
	}
}

// selects reports whether resources of a statement can be objects or the bucket. Without any, both are.
func selects(resources pulumi.StringArrayInput, objects bool) bool {
	list, ok := resources.(pulumi.StringArray)
	return !ok || len(list) == 0 || slices.ContainsFunc(list, func(r pulumi.StringInput) bool {
		text, known := r.(pulumi.String)
		return !known || text == "*" || strings.Contains(string(text), "/") == objects
	})
}

// checkKeys reports condition keys of S3 that requests of an action do not have.
func checkKeys(report *config.Report, action reference.Action, conditions []policy.Condition) {
	service, ok := reference.Find(action.Service)
	for i, c := range conditions {
		key, known := c.Key.(pulumi.String)
		name := string(key)
		if ok && known && strings.HasPrefix(strings.ToLower(name), "s3:") && service.HasKey(name) && !action.HasKey(name) {
			report.Add([]string{"conditions", strconv.Itoa(i), "key"},
				"requests of %s do not have the condition key %s: use a statement of its own", action, name)
		}
	}
}

// covers reports whether a resource can be in the bucket. Invalid ARNs are reported by the checks of the policy.
func (a *BucketArgs) covers(resource string) bool {
	if resource == "*" || strings.HasPrefix(resource, "/") {
		return true
	}
	_, name, isBucket := strings.Cut(resource, ":s3:::")
	if !isBucket {
		return !strings.HasPrefix(resource, "arn:")
	}
	name, _, _ = strings.Cut(name, "/")
	return name == a.BucketName
}

// checkPublic reports statements that S3 rejects because they are public. The checks of the policy decide which are,
// without allowWildcards.
func (a *BucketArgs) checkPublic(report *config.Report, additional *policy.Document) {
	for i, statement := range additional.Statements {
		if !statement.AllowWildcards {
			continue
		}
		statement.AllowWildcards = false
		var wrong *config.Error
		if !errors.As((&policy.Document{Statements: []policy.Statement{statement}}).Check(policy.Bucket), &wrong) {
			continue
		}
		if slices.ContainsFunc(wrong.Findings,
			func(f config.Finding) bool { return strings.HasSuffix(f.Path, "principals.everyone") }) {
			report.Add([]string{"statements", strconv.Itoa(i), "principals", "everyone"},
				"the bucket blocks public policies: list the principals, add a condition, or set publicAccess.blockPublicPolicy to false")
		}
	}
}
