package aws_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws"
	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// canary is a secret that must not be visible anywhere.
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

// provider creates a provider and returns its registration.
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

// role is a role of the account 111122223333.
func role() *aws.AssumeRole {
	return &aws.AssumeRole{ARN: pulumi.String("arn:aws:iam::111122223333:role/deploy")}
}

func ids(all ...string) pulumi.StringArrayInput { return pulumi.ToStringArray(all) }

func TestProviderInputs(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason      string
		args        aws.ProviderArgs
		credentials *credentials.Resolver
		want        map[string]any
	}{
		"region": {"the retries that AWS recommends, and no credentials", aws.ProviderArgs{}, keys(), nil},
		"accounts": {"the guard on the account", aws.ProviderArgs{AllowedAccountIDs: ids("111122223333")}, keys(),
			map[string]any{"allowedAccountIds": []any{"111122223333"}}},
		"empty lists": {"the same as none", aws.ProviderArgs{
			AllowedAccountIDs: ids(), DefaultTags: pulumi.StringMap{}, IgnoreTags: &aws.IgnoreTags{},
		}, keys(), nil},
		"role": {"a role of another account", aws.ProviderArgs{AssumeRole: &aws.AssumeRole{
			ARN: role().ARN, ExternalID: pulumi.String("x"), SessionName: "ci", Duration: "1h",
		}}, keys(), map[string]any{"assumeRole": map[string]any{
			"duration": "1h", "externalId": "x", "roleArn": "arn:aws:iam::111122223333:role/deploy", "sessionName": "ci",
		}}},
		"profile": {
			"no keys are needed", aws.ProviderArgs{Profile: "sandbox"}, environment(nil), map[string]any{"profile": "sandbox"},
		},
		"instance metadata": {"enabled when credentials come from it", aws.ProviderArgs{InstanceMetadata: true}, environment(nil),
			map[string]any{"skipMetadataApiCheck": false}},
		"tags": {"default and ignored tags", aws.ProviderArgs{
			DefaultTags: pulumi.StringMap{"team": pulumi.String("a")}, IgnoreTags: &aws.IgnoreTags{KeyPrefixes: []string{"kubernetes.io/"}},
		}, keys(), map[string]any{
			"defaultTags": map[string]any{"tags": map[string]any{"team": "a"}}, "ignoreTags": map[string]any{"keyPrefixes": []any{"kubernetes.io/"}},
		}},
		"endpoints": {"single services", aws.ProviderArgs{Endpoints: map[string]string{"s3": "http://localhost:9000"}}, keys(),
			map[string]any{"endpoints": []any{map[string]any{"s3": "http://localhost:9000"}}}},
		"FIPS and dual-stack": {"and retries", aws.ProviderArgs{
			FIPS: true, DualStack: true, Retry: &aws.Retry{MaxAttempts: new(3), Mode: aws.RetryAdaptive},
		}, keys(), map[string]any{"useFipsEndpoint": true, "useDualstackEndpoint": true, "maxRetries": 3.0, "retryMode": "adaptive"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.args.Region, tc.args.Credentials = "eu-west-1", tc.credentials
			r, err := provider(t, &tc.args)
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

func TestProviderInputsCanBeOutputs(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := aws.NewProvider(ctx, "primary", &aws.ProviderArgs{
			Region:            "eu-west-1",
			AllowedAccountIDs: pulumi.StringArray{fixture.Text(ctx, "111122223333")},
			AssumeRole:        &aws.AssumeRole{ARN: fixture.Text(ctx, "arn:aws:iam::111122223333:role/deploy")},
			DefaultTags:       pulumi.StringMap{"team": fixture.Text(ctx, "a")},
			Credentials:       keys(),
		})
		return err
	})
	inputs := r.One(t, "pulumi:providers:aws").Inputs.Mappable()
	require.Equal(t, []any{"111122223333"}, inputs["allowedAccountIds"])
	require.Equal(t, map[string]any{"roleArn": "arn:aws:iam::111122223333:role/deploy"}, inputs["assumeRole"])
	require.Equal(t, map[string]any{"tags": map[string]any{"team": "a"}}, inputs["defaultTags"])
}

func TestEndpointIsForAllOtherServices(t *testing.T) {
	t.Parallel()
	r, err := provider(t, &aws.ProviderArgs{
		Region: "eu-west-1", Endpoint: "http://localhost:4566", Endpoints: map[string]string{"iam": "http://localhost:4567"},
		Credentials: keys(),
	})
	require.NoError(t, err)
	endpoints := r.Inputs["endpoints"].ArrayValue()[0].ObjectValue()
	require.Equal(t, "http://localhost:4566", endpoints["ec2"].StringValue())
	require.Equal(t, "http://localhost:4567", endpoints["iam"].StringValue())
	require.Equal(t, resource.NewProperty(true), r.Inputs["s3UsePathStyle"])
}

func TestInvalidProvidersAreRejected(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		args aws.ProviderArgs
		want string
	}{
		"no region": {aws.ProviderArgs{}, "region"},
		"zone":      {aws.ProviderArgs{Region: "eu-west-1a"}, "region"},
		"account ID": {
			aws.ProviderArgs{AllowedAccountIDs: ids("1234")}, `allowedAccountIds[0]: found "1234": use an account ID of 12 digits in quotes`,
		},
		"both guards": {
			aws.ProviderArgs{AllowedAccountIDs: ids("111122223333"), ForbiddenAccountIDs: ids("444455556666")},
			"forbiddenAccountIds: allowedAccountIds and forbiddenAccountIds are mutually exclusive",
		},
		"role": {aws.ProviderArgs{AssumeRole: &aws.AssumeRole{ARN: pulumi.String("deploy")}}, "assumeRole.arn"},
		"account of the role": {
			aws.ProviderArgs{AllowedAccountIDs: ids("444455556666"), AssumeRole: role()},
			"assumeRole.arn: the account of the role, 111122223333, is not in allowedAccountIds",
		},
		"role without ARN": {
			aws.ProviderArgs{AssumeRole: &aws.AssumeRole{ExternalID: pulumi.String("x")}}, "assumeRole.arn: required, but missing",
		},
		"duration": {
			aws.ProviderArgs{AssumeRole: &aws.AssumeRole{ARN: role().ARN, Duration: "13h"}},
			`assumeRole.duration: invalid duration "13h": use 15m to 12h`,
		},
		"tags": {
			aws.ProviderArgs{DefaultTags: pulumi.StringMap{"aws:x": pulumi.String("y")}}, "reserved",
		},
		"endpoint": {
			aws.ProviderArgs{Endpoint: "localhost:4566"},
			"endpoint: invalid URL: use one such as https://localhost:4566",
		},
		"credentials in URLs": {
			aws.ProviderArgs{Endpoint: "https://user:" + canary + "@localhost"}, "without user and password",
		},
		"misspelled service": {
			aws.ProviderArgs{Endpoints: map[string]string{"dynamobd": "https://localhost"}}, `unknown service, did you mean "dynamodb"?`,
		},
		"unknown service": {
			aws.ProviderArgs{Endpoints: map[string]string{"elephant": "https://localhost"}},
			`unknown service, use one that the provider supports, such as s3 or ec2`,
		},
		"no URL": {aws.ProviderArgs{Endpoints: map[string]string{"s3": ""}}, "endpoints.s3: missing: use a URL"},
		"retry":  {aws.ProviderArgs{Retry: &aws.Retry{Mode: "often"}}, "retry.mode"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tc.args.Region == "" && name != "no region" {
				tc.args.Region = "eu-west-1"
			}
			tc.args.Credentials = keys()
			_, err := provider(t, &tc.args)
			var invalid *config.Error
			require.ErrorAs(t, err, &invalid)
			require.ErrorContains(t, err, tc.want)
			require.NotContains(t, err.Error(), canary)
		})
	}
	_, err := provider(t, nil)
	require.ErrorContains(t, err, "region: required, but missing")
}

func TestProvidersNeedCredentials(t *testing.T) {
	t.Parallel()
	_, err := provider(t, &aws.ProviderArgs{Region: "eu-west-1", Credentials: environment(nil)})
	require.ErrorIs(t, err, failure.Credentials)
	require.ErrorContains(t, err, "AWS_ACCESS_KEY_ID")
	_, err = provider(t, &aws.ProviderArgs{
		Region: "eu-west-1", Credentials: environment(map[string]string{"AWS_ACCESS_KEY_ID": "key"}),
	})
	require.ErrorContains(t, err, "AWS_SECRET_ACCESS_KEY", "an incomplete pair of keys does not fall back to another source")
}

func TestProviderValidatorsAcceptZeroValues(t *testing.T) {
	t.Parallel()
	require.Error(t, config.Check("arguments", &aws.ProviderArgs{}))
	require.Error(t, config.Check("arguments", &aws.ProviderArgs{AssumeRole: &aws.AssumeRole{}}))
}
