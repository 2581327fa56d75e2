package versions_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/versions"
)

func TestParseKubernetes(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		want   string
	}{
		"1.33":                 {reason: "a minor version", want: "1.33"},
		"v1.33":                {reason: "a leading v", want: "1.33"},
		"1.33.4":               {reason: "a patch level", want: "1.33"},
		"v1.33.4-eks-abc123":   {reason: "EKS", want: "1.33"},
		"v1.33.4+k3s1":         {reason: "k3s", want: "1.33"},
		"v1.33.4-gke.1036000":  {reason: "GKE", want: "1.33"},
		"v1.34.0-rc.0.12+3e4f": {reason: "a build between releases", want: "1.34"},
		"1.33+":                {reason: "major and minor of an API server's version", want: "1.33"},
		"":                     {reason: "nothing"},
		"1":                    {reason: "no minor version"},
		"v":                    {reason: "no number"},
		"1.x":                  {reason: "a wildcard is not a version"},
		"1.33.x":               {reason: "nor is this one"},
		">=1.33":               {reason: "nor a constraint"},
		"1.033":                {reason: "numbers have no leading zeros"},
		"1.99999":              {reason: "numbers have at most four digits"},
		"1.33.4 x":             {reason: "blanks do not belong"},
		"1.33.4\n":             {reason: "nor do line ends"},
		"latest":               {reason: "nothing floats"},
	}
	for give, tc := range tests {
		t.Run(give, func(t *testing.T) {
			t.Parallel()
			got, err := versions.ParseKubernetes(give)
			if tc.want == "" {
				require.ErrorContains(t, err, ": use a version such as 1.33", tc.reason)
				return
			}
			require.NoError(t, err, tc.reason)
			assert.Equal(t, tc.want, got.String(), tc.reason)
		})
	}
}

func TestKubernetesRanges(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason   string
		fits     []string
		unfit    []string
		mistaken bool
	}{
		">=1.29 <1.34":         {reason: "from, to below", fits: []string{"1.29", "1.33", "v1.33.99-x"}, unfit: []string{"1.28", "1.34"}},
		"1.29 - 1.33":          {reason: "from, to", fits: []string{"1.29", "1.33"}, unfit: []string{"1.28", "1.34"}},
		"<=1.33":               {reason: "all of 1.33", fits: []string{"1.33", "1.1"}, unfit: []string{"1.34"}},
		">1.33":                {reason: "none of 1.33", fits: []string{"1.34"}, unfit: []string{"1.33"}},
		"1.33":                 {reason: "one", fits: []string{"1.33"}, unfit: []string{"1.32", "1.34"}},
		"1.30 || 1.32":         {reason: "one or another", fits: []string{"1.30", "1.32"}, unfit: []string{"1.31"}},
		">=1.29.0-0 <1.34.0-0": {reason: "as Helm charts write it", fits: []string{"1.29", "1.33"}, unfit: []string{"1.28", "1.34"}},
		"1.x":                  {reason: "a wildcard", fits: []string{"1.0", "1.99"}, unfit: []string{"2.0"}},
		"*":                    {reason: "all", fits: []string{"1.0", "2.0"}},
		">=1.29.3":             {reason: "patch levels are not compared", mistaken: true},
		"<=1.33.99":            {reason: "patch levels are not compared", mistaken: true},
		">=1.29.0-rc.1":        {reason: "pre-releases are not compared", mistaken: true},
		"1.29.0+k3s1":          {reason: "builds are not compared", mistaken: true},
		"new":                  {reason: "not a constraint", mistaken: true},
	}
	for give, tc := range tests {
		t.Run(give, func(t *testing.T) {
			t.Parallel()
			r, err := versions.New(versions.Table{"a": {Versions: []versions.Release{{Version: "1.0.0", Kubernetes: give}}}})
			if tc.mistaken {
				require.ErrorContains(t, err, "a.versions[0].kubernetes: ", tc.reason)
				return
			}
			require.NoError(t, err, tc.reason)
			for _, k := range tc.fits {
				_, err := r.Resolve(t.Context(), "a", versions.WithKubernetes(k))
				require.NoError(t, err, "%s: %s", tc.reason, k)
			}
			for _, k := range tc.unfit {
				_, err := r.Resolve(t.Context(), "a", versions.WithKubernetes(k))
				require.Error(t, err, "%s: %s", tc.reason, k)
			}
		})
	}
}
