package tags_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/tags"
)

func TestRulesDifferByType(t *testing.T) {
	t.Parallel()
	for token, want := range map[string]struct {
		max        int
		ignoreCase bool
	}{
		"aws:ec2/vpc:Vpc":                      {50, false},
		"aws:iam/policy:Policy":                {50, false},
		"aws:iam/role:Role":                    {50, true},
		"aws:iam/user:User":                    {50, true},
		"aws:s3/bucketObjectv2:BucketObjectv2": {10, false},
	} {
		r := tags.Of(token)
		require.Equal(t, want.max, r.Max, token)
		require.Equal(t, want.ignoreCase, r.IgnoreCase, token)
		require.NotEmpty(t, r.Source, token)
	}
}

func TestSameFindsKeysThatDifferByCase(t *testing.T) {
	t.Parallel()
	require.Equal(t, map[string]string{"owner": "Owner", "oWner": "Owner"},
		tags.Same(map[string]string{"owner": "", "Owner": "", "oWner": "", "team": ""}))
}
