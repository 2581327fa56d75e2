package cloudtest

import (
	"cmp"
	"os"
	"testing"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	simulated "github.com/ashlar-iac/ashlar/integration/cloud/aws"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/plugin"
)

// Environment variables of tests in a real AWS account or an emulator.
const (
	EnvEndpoint = "ASHLAR_AWS_ENDPOINT"
	EnvRegion   = "ASHLAR_AWS_REGION"
)

// onAWS returns AWS as a target.
func onAWS() target {
	return target{
		provider: "aws", version: simulated.Version, cli: "aws",
		simulated: func(region string) *cloud.Cloud {
			return simulated.New(func() bool { return true }, simulated.WithRegion(region))
		},
		build: plugin.AWS, credentials: plugin.AWSCredentials(),
		region: "eu-west-1", regionVariable: "AWS_REGION",
		place: func(region string) string { return simulated.Account + "/" + region },
	}
}

// AWS runs a test in a simulated AWS account and, if configured, in a real one.
func AWS(t *testing.T, test func(t *testing.T, a *Account)) {
	t.Helper()
	t.Run("simulated", func(t *testing.T) {
		t.Parallel()
		test(t, Simulated(t))
	})
	t.Run("live", func(t *testing.T) {
		t.Parallel()
		a := &Account{cloud: onAWS(), endpoint: os.Getenv(EnvEndpoint), run: time.Now().UTC().Format("20060102-150405")}
		a.cloud.region = cmp.Or(os.Getenv(EnvRegion), a.cloud.region)
		switch {
		case a.endpoint != "":
			t.Logf("endpoint: %s", a.endpoint)
		case os.Getenv(EnvLive) == "aws":
			t.Logf("WARNING: creating resources with the tag %s=%s in a real AWS account, which costs money",
				CleanUpTag, a.run)
		default:
			t.Skipf("set %s=aws and credentials to run in a real account, or %s to run against an emulator", EnvLive,
				EnvEndpoint)
		}
		test(t, a)
	})
}

// Simulated returns an empty simulated AWS account. Its clusters have no control planes, see [Account.WithControlPlanes].
func Simulated(t *testing.T) *Account {
	t.Helper()
	return newSimulated(t, onAWS())
}

// RequireRefused runs a program in an empty simulated AWS account without an engine, and checks that it fails with a
// message before AWS creates or rejects anything.
func RequireRefused(t *testing.T, message string, program pulumi.RunFunc) {
	t.Helper()
	a := awstest.NewAccount(t, true).Use(map[string]any{"region": onAWS().region})
	_, err := a.Deploy(program)
	require.ErrorContains(t, err, message)
	require.NotContains(t, err.Error(), "api error")
	made, err := onAWS().simulated(onAWS().region).Made(a.Store, "")
	require.NoError(t, err)
	require.Empty(t, made, "objects in the account")
}

// Provider creates an explicit provider of an AWS account.
func (a *Account) Provider(ctx *pulumi.Context, name, region string) (*aws.Provider, error) {
	args := &aws.ProviderArgs{Region: pulumi.String(region)}
	if a.Store == nil {
		args.DefaultTags = &aws.ProviderDefaultTagsArgs{Tags: pulumi.StringMap{CleanUpTag: pulumi.String(a.run)}}
	}
	if a.endpoint != "" {
		all := pulumi.String(a.endpoint)
		args.Endpoints = aws.ProviderEndpointArray{&aws.ProviderEndpointArgs{
			Cloudwatchlogs: all, Ec2: all, Eks: all, Events: all, Iam: all, Kms: all, Logs: all, S3: all, Sqs: all,
			Ssm: all, Sts: all,
		}}
		args.S3UsePathStyle, args.SkipCredentialsValidation, args.SkipMetadataApiCheck = pulumi.Bool(true),
			pulumi.Bool(true), pulumi.Bool(true)
	}
	return aws.NewProvider(ctx, name, args)
}
