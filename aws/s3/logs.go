package s3

import (
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/kms"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
)

// Logging writes a record of each request to the bucket into another one. Changing any of it updates the bucket.
type Logging struct {
	// Bucket is the name of the bucket that gets the records. It is in the same region and account, and takes access logs. Default: none.
	Bucket pulumi.StringInput `pulumi:"bucket" config:"plain"`
	// Prefix begins the keys of the records, such as orders/. Default: the name of the component and a slash.
	Prefix string `pulumi:"prefix" jsonschema:"maxLength=512"`
	// Partition puts the records of each day apart, by when the requests were made (EventTime) or when the records were written
	// (DeliveryTime). With None, all are in one place.
	Partition string `pulumi:"partition" jsonschema:"default=EventTime,enum=EventTime,enum=DeliveryTime,enum=None"`
}

// LogTarget lets services of AWS write logs into the bucket, on behalf of known accounts alone. Changing any of it updates the bucket's policy.
type LogTarget struct {
	// AccessLogs takes records of requests to other buckets of the account and the region. Default: false.
	AccessLogs bool `pulumi:"accessLogs"`
	// Buckets are the ARNs of the buckets whose requests are recorded. Default: all of the account.
	Buckets pulumi.StringArrayInput `pulumi:"buckets" config:"plain"`
	// LoadBalancers takes logs of application load balancers. Default: false.
	LoadBalancers bool `pulumi:"loadBalancers"`
	// Delivery takes logs that CloudWatch delivers for other services, such as VPC flow logs and those of network load balancers and
	// firewalls. Default: false.
	Delivery bool `pulumi:"delivery"`
	// Accounts are the ids of the accounts whose load balancers and delivered logs are taken. Default: the bucket's own.
	Accounts []string `pulumi:"accounts"`
}

var _ config.Validator = (*LogTarget)(nil)

// Validate implements config.Validator.
func (t *LogTarget) Validate(report *config.Report) {
	if t.Buckets != nil && !t.AccessLogs {
		report.Add([]string{"buckets"}, "their records are not taken: set accessLogs to true")
	}
	if len(t.Accounts) > 0 && !t.LoadBalancers && !t.Delivery {
		report.Add([]string{"accounts"}, "their logs are not taken: set loadBalancers or delivery to true")
	}
	for i, a := range t.Accounts {
		if !lookup.IsID(a) {
			report.Add([]string{"accounts", strconv.Itoa(i)}, "found %q, expected an account id of 12 digits, in quotes", a)
		}
	}
}

// checkLogging follows "Enabling Amazon S3 server access logging" and "Enable access logs for your Application Load Balancer".
func (s *BucketSettings) checkLogging(report *config.Report) {
	if target, known := s.Logging.Bucket.(pulumi.String); known && s.BucketName != "" && string(target) == s.BucketName {
		report.Add([]string{"logging", "bucket"}, "the bucket would record how it records: name another bucket")
	}
	if s.Encryption.kms() && (s.LogTarget.AccessLogs || s.LogTarget.LoadBalancers) {
		report.Add([]string{"encryption", "algorithm"}, "found %s, but access logs and logs of load balancers come into buckets with AES256 alone",
			s.Encryption.Algorithm)
	}
	if s.ObjectLock.retains() && s.LogTarget.AccessLogs {
		report.Add([]string{"objectLock"}, "access logs do not come into a bucket that keeps each object for a time: leave out the time")
	}
}

// statements lets the services write. Sources: "Permissions for log delivery", "Enable access logs for your Application Load Balancer", and
// "Logging that requires additional permissions" of CloudWatch Logs.
func (t *LogTarget) statements(arn pulumi.StringInput, where lookup.Scope) []policy.Statement {
	var out []policy.Statement
	allow := func(sid, service, action string, resources pulumi.StringArray, conditions ...policy.Condition) {
		out = append(out, policy.Statement{
			Sid: sid, Principals: &policy.Principals{Services: []string{service + ".amazonaws.com"}},
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
	accounts := t.accounts(where)
	if t.LoadBalancers {
		allow(sidLoadBalancers, "logdelivery.elasticloadbalancing", "s3:PutObject", folders(arn, accounts),
			policy.SourceAccount(accounts...), policy.SourceARN(sources(where, "elasticloadbalancing", "loadbalancer/*", accounts)))
	}
	if t.Delivery {
		from := []policy.Condition{policy.SourceAccount(accounts...), policy.SourceARN(sources(where, "logs", "*", accounts))}
		allow(sidDeliveryCheck, "delivery.logs", "s3:GetBucketAcl", pulumi.StringArray{arn}, from...)
		allow(sidDelivery, "delivery.logs", "s3:PutObject", folders(arn, accounts),
			append(from, compare("StringEquals", "s3:x-amz-acl", pulumi.String("bucket-owner-full-control")))...)
	}
	return out
}

func (t *LogTarget) accounts(where lookup.Scope) pulumi.StringArray {
	if len(t.Accounts) == 0 {
		return pulumi.StringArray{pulumi.String(where.Account)}
	}
	return pulumi.ToStringArray(t.Accounts)
}

// folders returns the objects into which logs of accounts are written: in AWSLogs, with or without a prefix before it.
func folders(arn pulumi.StringInput, accounts pulumi.StringArray) pulumi.StringArray {
	var out pulumi.StringArray
	for _, a := range accounts {
		id := string(a.(pulumi.String))
		out = append(out, within(arn, "/AWSLogs/"+id+"/*"), within(arn, "/*/AWSLogs/"+id+"/*"))
	}
	return out
}

// sources returns what of the accounts writes logs, in any region.
func sources(where lookup.Scope, service, resource string, accounts pulumi.StringArray) pulumi.StringArray {
	var out pulumi.StringArray
	for _, a := range accounts {
		out = append(out, pulumi.String("arn:"+where.Partition+":"+service+":*:"+string(a.(pulumi.String))+":"+resource))
	}
	return out
}

// keyServices are the services that use the bucket's own key.
func (t *LogTarget) keyServices(where lookup.Scope) []kms.Service {
	if !t.Delivery {
		return nil
	}
	return []kms.Service{{Name: "delivery.logs", Resources: sources(where, "logs", "*", pulumi.StringArray{pulumi.String(where.Account)})}}
}

// log makes S3 record requests.
func (s *setup) log() (pulumi.Resource, error) {
	l := s.args.Logging
	if l.Bucket == nil {
		return nil, nil
	}
	format := &s3.BucketLoggingV2TargetObjectKeyFormatArgs{}
	if l.Partition == "None" {
		format.SimplePrefix = &s3.BucketLoggingV2TargetObjectKeyFormatSimplePrefixArgs{}
	} else {
		format.PartitionedPrefix = &s3.BucketLoggingV2TargetObjectKeyFormatPartitionedPrefixArgs{PartitionDateSource: pulumi.String(l.Partition)}
	}
	prefix := l.Prefix
	if prefix == "" {
		prefix = s.name + "/"
	}
	return s3.NewBucketLoggingV2(s.ctx, s.name, &s3.BucketLoggingV2Args{
		Bucket: s.bucket.ID(), TargetBucket: l.Bucket, TargetPrefix: pulumi.String(prefix), TargetObjectKeyFormat: format,
	}, s.options())
}
