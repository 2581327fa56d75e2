//go:build unix

package clusters_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/clusters"
)

func TestTheNearestVersionIsEmulated(t *testing.T) {
	t.Parallel()
	server := filepath.Join(t.TempDir(), "kube-apiserver")
	require.NoError(t, os.WriteFile(server, []byte("#!/bin/sh\necho Kubernetes v1.37.2\n"), 0o700))
	for version, tc := range map[string]struct{ reason, want string }{
		"":       {"no version", ""},
		"1.36":   {"an older one", "1.36"},
		"1.34":   {"the oldest that can be emulated", "1.34"},
		"1.29":   {"one that is older still", "1.34"},
		"1.35.4": {"a patch version", "1.35"},
		"1.37":   {"its own", ""},
		"1.39":   {"one that it does not know yet", ""},
	} {
		t.Run(tc.reason, func(t *testing.T) {
			t.Parallel()
			got, err := clusters.Emulated(t.Context(), server, version)
			require.NoError(t, err)
			require.Equal(t, tc.want, got)
		})
	}
	_, err := clusters.Emulated(t.Context(), server, "newest")
	require.ErrorContains(t, err, `version "newest" of Kubernetes`)
	_, err = clusters.Emulated(t.Context(), "/no/such/server", "1.36")
	require.ErrorContains(t, err, "read the version of /no/such/server")
}
