package reference_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/policy/reference"
)

func TestDataIsComplete(t *testing.T) {
	t.Parallel()
	date := regexp.MustCompile(`^20[0-9]{2}-[01][0-9]-[0-3][0-9]$`)
	require.Regexp(t, date, reference.Date())
	require.Regexp(t, date, reference.ManagedDate())
	require.True(t, slices.IsSorted(reference.Prefixes()))
	require.True(t, slices.IsSorted(reference.Principals()))
	total := 0
	for _, prefix := range reference.Prefixes() {
		s, ok := reference.Find(prefix)
		require.True(t, ok, prefix)
		require.NotEmpty(t, s.Actions, prefix)
		total += len(s.Actions)
	}
	require.Greater(t, total, 20000)
	for _, p := range reference.Principals() {
		require.Regexp(t, `^[a-z0-9-]+(\.[a-z0-9-]+)*\.(amazonaws|amazon)\.com$`, p)
	}
}

func TestActionsKnowTheirResourcesAndConditionKeys(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		action, resource, key  string
		missing, supports, has bool
		reason                 string
	}{
		"object":            {action: "s3:getobject", resource: "arn:aws:s3:::logs/*", key: "s3:ExistingObjectTag/team", supports: true, has: true},
		"bucket":            {action: "s3:GetObject", resource: "arn:aws:s3:::logs", key: "s3:prefix", reason: "it lists no objects"},
		"China":             {action: "s3:GetObject", resource: "arn:aws-cn:s3:::logs/*", key: "aws:SourceVpce", supports: true, has: true},
		"no resources":      {action: "logs:DescribeLogGroups", resource: "arn:aws:logs:*:*:log-group:a:*", key: "aws:ResourceTag/a"},
		"all resources":     {action: "ec2:DescribeVpcs", resource: "*", key: "ec2:Region", supports: true, has: true},
		"wildcards":         {action: "ec2:CreateTags", resource: "arn:aws:ec2:*:*:*/*", key: "aws:RequestTag/team", supports: true, has: true},
		"variable in a key": {action: "kms:Decrypt", resource: "arn:aws:kms:eu-west-1:111122223333:key/*", key: "kms:EncryptionContext:aws:s3:arn", supports: true, has: true},
		"other service":     {action: "kms:Decrypt", resource: "arn:aws:s3:::logs", key: "s3:VersionId"},
		"unknown action":    {action: "s3:GetObjects", missing: true},
		"unknown service":   {action: "s4:GetObject", missing: true},
		"no service":        {action: "", missing: true},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, ok := reference.FindAction(tc.action)
			require.Equal(t, !tc.missing, ok)
			if ok {
				require.Equal(t, tc.supports, a.Supports(tc.resource), "resource")
				require.Equal(t, tc.has, a.HasKey(tc.key), "condition key")
				require.True(t, strings.EqualFold(a.String(), tc.action))
			}
		})
	}
}

func TestMatchReturnsTheActionsOfAPattern(t *testing.T) {
	t.Parallel()
	var names []string
	for a := range reference.Match("sts:AssumeRole*") {
		names = append(names, a.Name)
	}
	require.Equal(t, []string{"AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"}, names)
	require.False(t, reference.Exists("sts:Assumed*"))
	require.False(t, reference.Exists("*"))
}

func TestIsPrincipal(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"ec2.amazonaws.com": true, "ec2.amazonaws.com.cn": true, "logs.eu-west-1.amazonaws.com": true,
		"logs.us-gov-west-1.amazonaws.com": true, "pods.eks.amazonaws.com": true, "vpc-flow-logs.amazonaws.com": true,
		"delivery.logs.amazonaws.com": true, "alexa-appkit.amazon.com": true, "codebuild.amazonaws.com": true,
		"ec3.amazonaws.com": false, "lamda.amazonaws.com": false, "ec2.example.com": false,
	} {
		require.Equal(t, want, reference.IsPrincipal(name), name)
	}
}

func TestConditionKeysWithPlaceholders(t *testing.T) {
	t.Parallel()
	known := []string{"s3:ExistingObjectTag/<key>", "s3:BucketTag/${TagKey}", "apigateway:Request/ApiName", "s3:prefix"}
	for key, want := range map[string]bool{
		"s3:ExistingObjectTag/team": true, "S3:existingobjecttag/Team": true, "s3:BucketTag/team": true, "s3:Prefix": true,
		"apigateway:request/apiname": true, "s3:ExistingObjectTag/": false, "s3:ExistingObjectTag": false,
		"apigateway:Request/Other": false, "s3:prefix/a": false,
	} {
		require.Equal(t, want, reference.HasKey(known, key), key)
	}
}

func TestManagedPoliciesAreBroadByWhatTheyAllow(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"AdministratorAccess": true, "PowerUserAccess": true, "AmazonS3FullAccess": true, "IAMFullAccess": true,
		"SecretsManagerReadWrite": true, "AWSCodeBuildAdminAccess": true, "job-function/DataScientist": true,
		"AmazonVPCFullAccess": false, "AmazonFSxFullAccess": false, "ReadOnlyAccess": false,
		"AmazonSSMManagedInstanceCore": false, "AmazonEKSClusterPolicy": false,
	} {
		p, ok := reference.FindManaged(name)
		require.True(t, ok, name)
		require.Equal(t, want, p.Broad, name)
	}
	p, ok := reference.FindManaged("AWSLambdaBasicExecutionRole")
	require.True(t, ok)
	require.Equal(t, "service-role/AWSLambdaBasicExecutionRole", p.Name, "with its path")
	_, ok = reference.FindManaged("AmazonS3FullAcces")
	require.False(t, ok)
}
