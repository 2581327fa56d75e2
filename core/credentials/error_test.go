package credentials_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// rejection is an environment with unusable credentials.
type rejection struct {
	reason string
	env    environment
	// source is the source in the details of the error.
	source credentials.Source
	// want is a part of the text of each problem.
	want []string
}

func runRejections(t *testing.T, resolve func(environment) error, tests map[string]rejection) {
	t.Helper()
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := resolve(tc.env)
			require.ErrorIs(t, err, failure.Credentials, tc.reason)
			var details *credentials.Error
			require.ErrorAs(t, err, &details)
			assert.Equal(t, tc.source, details.Source, tc.reason)
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

func TestASourceOfAnotherCloudIsAConfigurationError(t *testing.T) {
	t.Parallel()
	_, err := resolver(nil).AWS(credentials.AWSRequest{Sources: []credentials.Source{credentials.AzureCLI}})
	require.ErrorIs(t, err, failure.Configuration)
	require.NotErrorIs(t, err, failure.Credentials)
	require.EqualError(t, err, `find AWS credentials: unknown source "azure-cli": use aws-static-keys, `+
		`aws-web-identity, aws-profile, aws-container or aws-instance-metadata`)
}
