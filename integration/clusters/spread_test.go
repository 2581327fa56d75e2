package clusters_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/clusters"
)

func TestPlacesOfNodes(t *testing.T) {
	t.Parallel()
	places := []string{"a", "b", "c"}
	require.Equal(t, "a", clusters.Fewest(places, nil))
	require.Equal(t, "b", clusters.Fewest(places, []string{"a", "c", "c"}))
	require.Equal(t, "a", clusters.Most(places, nil))
	require.Equal(t, "c", clusters.Most(places, []string{"a", "c", "c", "other", "other", "other"}))
}
