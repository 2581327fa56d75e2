package iam_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
)

func TestOIDCProviderGoldens(t *testing.T) {
	t.Parallel()
	for file, args := range map[string]*iam.OIDCProviderArgs{
		"testdata/oidc.txt": {URL: pulumi.String("https://" + policy.GitHubIssuer)},
		"testdata/oidc-everything.txt": {
			URL: pulumi.String("https://gitlab.com"), ClientIDs: strs("shop"),
			Thumbprints: strs("0123456789abcdef0123456789abcdef01234567"),
			Tags:        pulumi.StringMap{"team": pulumi.String("shop")},
		},
	} {
		fixture.Run(t, func(ctx *pulumi.Context) error {
			_, err := iam.NewOIDCProvider(ctx, "ci", args)
			return err
		}, fixture.Cloud()).Golden(t, file)
	}
}

func TestInvalidOIDCProviderArgs(t *testing.T) {
	t.Parallel()
	url := pulumi.String("https://gitlab.com")
	tests := map[string]struct {
		reason string
		args   *iam.OIDCProviderArgs
		want   string
	}{
		"nothing": {"the URL is required", &iam.OIDCProviderArgs{}, "url: required, but missing"},
		"scheme": {"IAM requires HTTPS", &iam.OIDCProviderArgs{URL: pulumi.String("http://gitlab.com")},
			`url: invalid URL "http://gitlab.com": use https://HOST/PATH`},
		"scheme in upper case": {"IAM compares URLs literally", &iam.OIDCProviderArgs{URL: pulumi.String("HTTPS://gitlab.com")},
			`url: invalid URL "HTTPS://gitlab.com": use https://HOST/PATH`},
		"empty query": {"issuers have no query", &iam.OIDCProviderArgs{URL: url + "?"}, "url: invalid URL"},
		"query":       {"issuers have no query", &iam.OIDCProviderArgs{URL: url + "?a=b"}, "url: invalid URL"},
		"client": {"a limit of IAM", &iam.OIDCProviderArgs{URL: url, ClientIDs: strs(long(256))},
			"clientIds[0]: invalid client ID: use 1 to 255 characters"},
		"clients": {"a limit of IAM", &iam.OIDCProviderArgs{URL: url, ClientIDs: strs(numbered(101)...)},
			"clientIds: 101 client IDs"},
		"thumbprint": {"SHA-1", &iam.OIDCProviderArgs{URL: url, Thumbprints: strs("0123")},
			`thumbprints[0]: invalid thumbprint "0123": use 40 hexadecimal digits`},
		"thumbprints": {"a limit of IAM", &iam.OIDCProviderArgs{URL: url,
			Thumbprints: strs(zeros, zeros, zeros, zeros, zeros, zeros)}, "thumbprints: 6 thumbprints"},
		"tags": {"reserved by AWS",
			&iam.OIDCProviderArgs{URL: url, Tags: pulumi.StringMap{"aws:x": pulumi.String("y")}}, "reserved"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.Run(t, func(ctx *pulumi.Context) error {
				_, err := iam.NewOIDCProvider(ctx, "ci", tc.args)
				var invalid *config.Error
				require.ErrorAs(t, err, &invalid, tc.reason)
				require.Len(t, invalid.Findings, 1, "%s: %v", tc.reason, err)
				require.ErrorContains(t, err, tc.want, tc.reason)
				return nil
			}, fixture.Cloud())
		})
	}
}

const zeros = "0000000000000000000000000000000000000000"

func numbered(n int) []string {
	var out []string
	for i := range n {
		out = append(out, long(i+1))
	}
	return out
}
