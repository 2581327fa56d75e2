package kubernetes_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
)

func TestVersionsOfTheSectionAreChecked(t *testing.T) {
	t.Parallel()
	_, err := deploy(t, object{"enabled": true, "versions": object{"components": object{"istio": "latest"}}})
	var invalid *config.Error
	require.ErrorAs(t, err, &invalid)
	require.Len(t, invalid.Findings, 1)
	require.Equal(t, "kubernetes.versions.components.istio", invalid.Findings[0].Path)
	require.Contains(t, invalid.Findings[0].Message, `"latest" changes over time`)
}
