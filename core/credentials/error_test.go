package credentials_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// refusal is an environment that must not be used.
type refusal struct {
	reason string
	env    environment
	// source and set are the error's details.
	source credentials.Source
	set    []string
	// want holds parts of the error's text, one for each problem.
	want []string
}

func runRefusals(t *testing.T, resolve func(environment) error, tests map[string]refusal) {
	t.Helper()
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := resolve(tc.env)
			require.ErrorIs(t, err, failure.Credentials, tc.reason)
			var details *credentials.Error
			require.ErrorAs(t, err, &details)
			assert.Equal(t, tc.source, details.Source, tc.reason)
			assert.Equal(t, tc.set, details.Set, tc.reason)
			assert.Equal(t, "provider primary", details.Subject)
			assert.NotEmpty(t, details.Alternatives)
			for _, want := range tc.want {
				require.ErrorContains(t, err, want, tc.reason)
			}
			if tc.source != "" {
				assert.Len(t, details.Problems, len(tc.want), tc.reason)
			}
			requireNoCanary(t, err.Error())
		})
	}
}

func TestASourceOfAnotherCloudIsAConfigurationMistake(t *testing.T) {
	t.Parallel()
	_, err := resolver(nil).AWS(credentials.AWSRequest{Sources: []credentials.Source{credentials.AzureCLI}})
	require.ErrorIs(t, err, failure.Configuration)
	require.NotErrorIs(t, err, failure.Credentials)
	require.EqualError(t, err, `find AWS credentials: there is no source "azure-cli"; known are aws-static-keys, `+
		`aws-web-identity, aws-profile, aws-container and aws-instance-metadata`)
}
