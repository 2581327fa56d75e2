package naming

import (
	"maps"
	"sync"
)

// AWS returns the rules of the aws provider. Tokens of several versions of the provider are included, and FIFO queues
// and topics (#fifo), whose names end with ".fifo". The map is a copy.
func AWS() Rules { return maps.Clone(awsRules()) }

var awsRules = sync.OnceValue(func() Rules {
	rules := Rules{}
	for _, some := range []Rules{awsIdentity(), awsStorage(), awsCompute(), awsMessages()} {
		maps.Copy(rules, some)
	}
	return rules
})

// awsIdentity returns the rules of IAM, KMS and Secrets Manager.
func awsIdentity() Rules {
	// "IAM and AWS STS quotas": names of users, groups, roles and instance profiles ignore case. Policies are treated the
	// same way, which is safe.
	iam := func(kind string, longest int) Rule {
		return Rule{
			Kind: kind, Source: "IAM and AWS STS quotas", Scope: Account, Min: 1, Max: longest,
			Characters: "a-zA-Z0-9_+=,.@-", FoldCase: true, Separator: "-",
		}
	}
	return Rules{
		"aws:iam/role:Role":                       iam("IAM role", 64),
		"aws:iam/user:User":                       iam("IAM user", 64),
		"aws:iam/group:Group":                     iam("IAM group", 128),
		"aws:iam/policy:Policy":                   iam("IAM policy", 128),
		"aws:iam/instanceProfile:InstanceProfile": iam("IAM instance profile", 128),
		"aws:kms/alias:Alias": {
			Kind: "KMS alias", Source: "CreateAlias, AWS Key Management Service API Reference", Scope: Region, Min: 7, Max: 256,
			Characters: "a-zA-Z0-9:/_-", Separator: "-", Prefix: "alias/",
			Without: Reserved{Prefixes: []string{"aws/"}},
		},
		"aws:secretsmanager/secret:Secret": {
			Kind: "Secrets Manager secret", Source: "CreateSecret, AWS Secrets Manager API Reference", Scope: Region, Min: 1, Max: 512,
			Characters: "a-zA-Z0-9/_+=.@-", Separator: "-",
		},
	}
}

// awsStorage returns the rules of buckets, databases and repositories.
func awsStorage() Rules {
	bucket := Rule{
		Kind: "S3 bucket", Source: "General purpose bucket naming rules", Scope: Global, Min: 3, Max: 63,
		Characters: "a-z0-9.-", First: lowerDigits, Last: lowerDigits, Separator: "-",
		Without: Reserved{
			Prefixes: []string{"xn--", "sthree-", "amzn-s3-demo-"},
			// "-an" is for buckets in the namespace of an account, after an account and a region.
			Suffixes:  []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3", "-an"},
			Within:    []string{".."},
			Addresses: true,
		},
	}
	database := func(kind string) Rule {
		return Rule{
			Kind: kind, Source: "Quotas and constraints for Amazon RDS", Scope: Region, Min: 1, Max: 63,
			Characters: "a-zA-Z0-9-", First: alphabet, Last: alphanumeric, FoldCase: true, Separator: "-",
			Without: Reserved{Within: []string{"--"}},
		}
	}
	return Rules{
		"aws:s3/bucket:Bucket":      bucket,
		"aws:s3/bucketV2:BucketV2":  bucket,
		"aws:rds/instance:Instance": database("RDS instance"),
		"aws:rds/cluster:Cluster":   database("RDS cluster"),
		"aws:dynamodb/table:Table": {
			Kind: "DynamoDB table", Source: "Supported data types and naming rules in Amazon DynamoDB", Scope: Region, Min: 3, Max: 255,
			Characters: "a-zA-Z0-9_.-", Separator: "-",
		},
		"aws:ecr/repository:Repository": {
			Kind: "ECR repository", Source: "CreateRepository, Amazon ECR API Reference", Scope: Region, Min: 2, Max: 256,
			Characters: "a-z0-9._/-", First: lowerDigits, Last: lowerDigits, Separator: "-",
			Without: Reserved{Within: pairs("._/-")},
		},
	}
}

// awsCompute returns the rules of EC2, EKS, load balancers and Lambda.
func awsCompute() Rules {
	balancer := Rule{
		Kind: "load balancer", Source: "CreateLoadBalancer, Elastic Load Balancing API Reference", Scope: Region, Min: 1, Max: 32,
		Characters: "a-zA-Z0-9-", First: alphanumeric, Last: alphanumeric,
		// The name is the start of a domain name, which ignores case.
		FoldCase: true, Separator: "-",
		Without: Reserved{Prefixes: []string{"internal-"}},
	}
	target := balancer
	target.Kind, target.Source = "target group", "CreateTargetGroup, Elastic Load Balancing API Reference"
	target.Without = Reserved{}
	eks := func(kind, source string, scope Scope, longest int) Rule {
		return Rule{
			Kind: kind, Source: source, Scope: scope, Min: 1, Max: longest,
			Characters: "a-zA-Z0-9_-", First: alphanumeric, Separator: "-",
		}
	}
	// The API documents no limit; this is that of node groups. It rejects the prefix with "The fargate profile name starts
	// with the reserved prefix: 'eks-'".
	fargate := eks("Fargate profile", "CreateFargateProfile, Amazon EKS API Reference", Parent, 63)
	fargate.Without = Reserved{Prefixes: []string{"eks-"}}
	return Rules{
		"aws:ec2/securityGroup:SecurityGroup": {
			Kind: "security group", Source: "CreateSecurityGroup, Amazon EC2 API Reference", Scope: Parent, Min: 1, Max: 255,
			Characters: "a-zA-Z0-9 ._:/()#,@[]+=&;{}!$*-", FoldCase: true, Separator: "-",
			// AWS removes a space at the end, so that two names may become one.
			Last:    "a-zA-Z0-9._:/()#,@[]+=&;{}!$*-",
			Without: Reserved{Names: []string{"default"}, Prefixes: []string{"sg-"}},
		},
		"aws:ec2/launchTemplate:LaunchTemplate": {
			Kind: "launch template", Source: "CreateLaunchTemplate, Amazon EC2 API Reference", Scope: Region, Min: 3, Max: 128,
			Characters: "a-zA-Z0-9()./_-", Separator: "-",
		},
		"aws:ec2/keyPair:KeyPair": {
			Kind: "key pair", Source: "Create a key pair for your Amazon EC2 instance", Scope: Region, Min: 1, Max: 255,
			Characters: " -~", First: "!-~", Last: "!-~", Separator: "-",
		},
		"aws:eks/cluster:Cluster":               eks("EKS cluster", "CreateCluster, Amazon EKS API Reference", Region, 100),
		"aws:eks/nodeGroup:NodeGroup":           eks("EKS node group", "Create a managed node group for your cluster", Parent, 63),
		"aws:eks/fargateProfile:FargateProfile": fargate,
		"aws:lb/loadBalancer:LoadBalancer":      balancer,
		"aws:lb/targetGroup:TargetGroup":        target,
		"aws:lambda/function:Function": {
			Kind: "Lambda function", Source: "CreateFunction, AWS Lambda API Reference", Scope: Region, Min: 1, Max: 64,
			Characters: "a-zA-Z0-9_-", Separator: "-",
		},
	}
}

// awsMessages returns the rules of queues, topics and logs.
func awsMessages() Rules {
	message := func(kind, source string, longest int) Rule {
		return Rule{
			Kind: kind, Source: source, Scope: Region, Min: 1, Max: longest,
			Characters: "a-zA-Z0-9_-", Separator: "-",
		}
	}
	queue := message("SQS queue", "CreateQueue, Amazon SQS API Reference", 80)
	topic := message("SNS topic", "CreateTopic, Amazon SNS API Reference", 256)
	fifo := func(rule Rule) Rule {
		rule.Kind, rule.Suffix, rule.Min = "FIFO "+rule.Kind, ".fifo", rule.Min+len(".fifo")
		return rule
	}
	return Rules{
		"aws:sqs/queue:Queue":      queue,
		"aws:sqs/queue:Queue#fifo": fifo(queue),
		"aws:sns/topic:Topic":      topic,
		"aws:sns/topic:Topic#fifo": fifo(topic),
		"aws:cloudwatch/logGroup:LogGroup": {
			Kind: "log group", Source: "CreateLogGroup, Amazon CloudWatch Logs API Reference", Scope: Region, Min: 1, Max: 512,
			Characters: "a-zA-Z0-9_./#-", Separator: "-",
			Without: Reserved{Prefixes: []string{"aws/"}},
		},
	}
}

// pairs returns all pairs of the characters.
func pairs(characters string) []string {
	var out []string
	for _, a := range characters {
		for _, b := range characters {
			out = append(out, string(a)+string(b))
		}
	}
	return out
}
