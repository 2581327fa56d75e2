package credentials_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/core/failure"
)

func TestDefaultProviderNeedsARegionOrACluster(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason      string
		pkg         string
		environment environment
		config      []string
		want        string
	}{
		"No region": {
			reason: "the provider would fail with a message of its own", pkg: "aws",
			want: "find provider of aws: no provider is passed, and the default provider has no region: pass pulumi.Provider to the " +
				"component or to its parent, or set the region with pulumi config set aws:region eu-west-1, or the environment variable AWS_REGION",
		},
		"Empty region":        {reason: "an empty variable is unset", pkg: "aws", environment: environment{"AWS_REGION": ""}, want: "no region"},
		"Region":              {reason: "the variable of the SDKs", pkg: "aws", environment: environment{"AWS_REGION": "eu-west-1"}},
		"Default region":      {reason: "the variable of the CLI", pkg: "aws", environment: environment{"AWS_DEFAULT_REGION": "eu-west-1"}},
		"Configured region":   {reason: "the configuration of the stack", pkg: "aws", config: []string{"aws:region"}},
		"Region of a profile": {reason: "the shared configuration file", pkg: "aws", environment: environment{"AWS_CONFIG_FILE": "/with"}},
		"No profile":          {reason: "a file without a region", pkg: "aws", environment: environment{"AWS_CONFIG_FILE": "/without"}, want: "no region"},
		"No kubeconfig":       {reason: "no cluster", pkg: "kubernetes", environment: environment{"KUBECONFIG": "/none"}, want: "has no kubeconfig"},
		"Kubeconfig":          {reason: "one of the files exists", pkg: "kubernetes", environment: environment{"KUBECONFIG": "/none:/with"}},
		"In a pod":            {reason: "the service account of the pod", pkg: "kubernetes", environment: environment{"KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBECONFIG": "/none"}},
		"Rendered":            {reason: "no cluster is needed", pkg: "kubernetes", environment: environment{"KUBECONFIG": "/none"}, config: []string{"kubernetes:renderYamlToDirectory"}},
		"Other package":       {reason: "nothing is known of it", pkg: "random"},
	}
	files := fstest.MapFS{"with": {Data: []byte("[default]\nregion = eu-west-1\n")}, "without": {Data: []byte("[default]\noutput = json\n")}}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := credentials.New(credentials.WithLookup(tc.environment.lookup), credentials.WithOpen(func(path string) (fs.File, error) { return files.Open(strings.TrimPrefix(path, "/")) }))
			err := r.DefaultProvider(tc.pkg, func(key string) bool { return slices.Contains(tc.config, key) })
			if tc.want == "" {
				require.NoError(t, err, tc.reason)
				return
			}
			require.ErrorContains(t, err, tc.want, tc.reason)
			require.ErrorIs(t, err, failure.Provider, tc.reason)
		})
	}
}
