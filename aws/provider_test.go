package aws_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// canary is a secret that must stand nowhere.
const canary = "canary-5d41402abc4b2a76"

// environment returns a resolver over variables.
func environment(variables map[string]string) *credentials.Resolver {
	return credentials.New(credentials.WithLookup(func(name string) (string, bool) {
		value, ok := variables[name]
		return value, ok
	}))
}

func keys() *credentials.Resolver {
	return environment(map[string]string{"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": canary})
}

// provider makes a provider and returns what was registered.
func provider(t *testing.T, args *aws.ProviderArgs) (*pulumitest.Registration, error) {
	t.Helper()
	var failed error
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, failed = aws.NewProvider(ctx, "primary", args)
		return nil
	})
	if failed != nil {
		require.Empty(t, r.Resources, "nothing is registered")
		return nil, failed
	}
	return r.One(t, "pulumi:providers:aws"), nil
}

func TestWhatAProviderIsToldOf(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason      string
		settings    aws.ProviderSettings
		credentials *credentials.Resolver
		want        map[string]any
	}{
		"region": {"the provider retries as AWS advises; credentials are no inputs", aws.ProviderSettings{}, keys(), nil},
		"accounts": {"both guards are the provider's own", aws.ProviderSettings{AllowedAccountIDs: []string{"111122223333"}}, keys(),
			map[string]any{"allowedAccountIds": []any{"111122223333"}}},
		"role": {"a role of another account", aws.ProviderSettings{
			AssumeRole: aws.AssumeRole{ARN: "arn:aws:iam::111122223333:role/deploy", ExternalID: "x", SessionName: "ci", Duration: "1h"},
		}, keys(), map[string]any{"assumeRole": map[string]any{
			"duration": "1h", "externalId": "x", "roleArn": "arn:aws:iam::111122223333:role/deploy", "sessionName": "ci",
		}}},
		"profile": {"no keys are needed", aws.ProviderSettings{Profile: "sandbox"}, environment(nil), map[string]any{"profile": "sandbox"}},
		"machine": {"metadata is asked when it is admitted", aws.ProviderSettings{InstanceMetadata: true}, environment(nil),
			map[string]any{"skipMetadataApiCheck": false}},
		"tags": {"of the provider", aws.ProviderSettings{
			DefaultTags: map[string]string{"team": "a"}, IgnoreTags: aws.IgnoreTags{KeyPrefixes: []string{"kubernetes.io/"}},
		}, keys(), map[string]any{
			"defaultTags": map[string]any{"tags": map[string]any{"team": "a"}}, "ignoreTags": map[string]any{"keyPrefixes": []any{"kubernetes.io/"}},
		}},
		"endpoints": {"single services", aws.ProviderSettings{Endpoints: map[string]string{"s3": "http://localhost:9000"}}, keys(),
			map[string]any{"endpoints": []any{map[string]any{"s3": "http://localhost:9000"}}}},
		"switches": {"regulated places", aws.ProviderSettings{FIPS: true, DualStack: true, Retry: aws.Retry{MaxAttempts: new(3), Mode: "adaptive"}}, keys(),
			map[string]any{"useFipsEndpoint": true, "useDualstackEndpoint": true, "maxRetries": 3.0, "retryMode": "adaptive"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.settings.Region = "eu-west-1"
			r, err := provider(t, &aws.ProviderArgs{ProviderSettings: tc.settings, Credentials: tc.credentials})
			require.NoError(t, err)
			want := map[string]any{
				"region": "eu-west-1", "maxRetries": 25.0, "retryMode": "standard",
				// The SDK's own defaults.
				"skipCredentialsValidation": false, "skipRegionValidation": true,
			}
			for key, value := range tc.want {
				want[key] = value
			}
			require.Empty(t, cmp.Diff(want, r.Inputs.Mappable()), "%s (-want +got)", tc.reason)
		})
	}
}

// An emulator has one address for everything.
func TestAnEmulator(t *testing.T) {
	t.Parallel()
	r, err := provider(t, &aws.ProviderArgs{ProviderSettings: aws.ProviderSettings{
		Region: "eu-west-1", Endpoint: "http://localhost:4566", Endpoints: map[string]string{"iam": "http://localhost:4567"},
	}, Credentials: keys()})
	require.NoError(t, err)
	endpoints := r.Inputs["endpoints"].ArrayValue()[0].ObjectValue()
	require.Equal(t, "http://localhost:4566", endpoints["ec2"].StringValue())
	require.Equal(t, "http://localhost:4567", endpoints["iam"].StringValue())
	require.Equal(t, resource.NewProperty(true), r.Inputs["s3UsePathStyle"])
}

func TestProvidersThatAreRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		settings aws.ProviderSettings
		want     string
	}{
		"no region":      {aws.ProviderSettings{}, "region"},
		"a zone":         {aws.ProviderSettings{Region: "eu-west-1a"}, "region"},
		"account":        {aws.ProviderSettings{AllowedAccountIDs: []string{"1234"}}, `allowedAccountIds[0]: found "1234": use an account ID of 12 digits in quotes`},
		"both guards":    {aws.ProviderSettings{AllowedAccountIDs: []string{"111122223333"}, ForbiddenAccountIDs: []string{"444455556666"}}, "forbiddenAccountIds"},
		"role":           {aws.ProviderSettings{AssumeRole: aws.AssumeRole{ARN: "deploy"}}, "assumeRole.arn"},
		"role's account": {aws.ProviderSettings{AllowedAccountIDs: []string{"444455556666"}, AssumeRole: aws.AssumeRole{ARN: "arn:aws:iam::111122223333:role/deploy"}}, "the role is in the account 111122223333"},
		"half a role":    {aws.ProviderSettings{AssumeRole: aws.AssumeRole{ExternalID: "x"}}, "assumeRole.arn: missing"},
		"duration":       {aws.ProviderSettings{AssumeRole: aws.AssumeRole{ARN: "arn:aws:iam::111122223333:role/deploy", Duration: "13h"}}, "expected a duration from 15m to 12h"},
		"tags":           {aws.ProviderSettings{DefaultTags: map[string]string{"aws:x": "y"}}, "reserved"},
		"endpoint":       {aws.ProviderSettings{Endpoint: "localhost:4566"}, "expected an address such as https://localhost:4566"},
		"credentials":    {aws.ProviderSettings{Endpoint: "https://user:" + canary + "@localhost"}, "without user and password"},
		"service":        {aws.ProviderSettings{Endpoints: map[string]string{"dynamobd": "https://localhost"}}, `unknown service, did you mean "dynamodb"?`},
		"other service":  {aws.ProviderSettings{Endpoints: map[string]string{"elephant": "https://localhost"}}, `unknown service, expected one that the AWS provider has, such as s3 or ec2`},
		"retry":          {aws.ProviderSettings{Retry: aws.Retry{Mode: "often"}}, "retry.mode"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tc.settings.Region == "" && name != "no region" {
				tc.settings.Region = "eu-west-1"
			}
			_, err := provider(t, &aws.ProviderArgs{ProviderSettings: tc.settings, Credentials: keys()})
			var invalid *config.Error
			require.ErrorAs(t, err, &invalid)
			require.ErrorContains(t, err, tc.want)
			require.NotContains(t, err.Error(), canary)
		})
	}
}

func TestProvidersNeedCredentials(t *testing.T) {
	t.Parallel()
	_, err := provider(t, &aws.ProviderArgs{ProviderSettings: aws.ProviderSettings{Region: "eu-west-1"}, Credentials: environment(nil)})
	require.ErrorIs(t, err, failure.Credentials)
	require.ErrorContains(t, err, "AWS_ACCESS_KEY_ID")
	_, err = provider(t, &aws.ProviderArgs{ProviderSettings: aws.ProviderSettings{Region: "eu-west-1"},
		Credentials: environment(map[string]string{"AWS_ACCESS_KEY_ID": "key"})})
	require.ErrorContains(t, err, "AWS_SECRET_ACCESS_KEY", "half of the keys never falls through to another account")
}
