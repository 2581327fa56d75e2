package pulumitest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

func TestEvidence(t *testing.T) {
	t.Parallel()
	all := []compliance.Evidence{
		{Setting: "versioning", Value: "false"}, {Setting: "encryption", Value: "aws:kms", Met: true},
	}
	require.Equal(t, map[string]bool{"versioning": false, "encryption": true}, pulumitest.Evidence(all))
	require.Equal(t, []string{"versioning=false not met", "encryption=aws:kms met"}, pulumitest.EvidenceText(all))
	require.Empty(t, pulumitest.Evidence(nil))
	require.Empty(t, pulumitest.EvidenceText(nil))
}
