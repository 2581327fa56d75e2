package stabletext_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/tools/clientcmd/api"

	"github.com/ashlar-iac/ashlar/kubernetes/internal/stabletext"
)

func TestWriteKeepsPreferences(t *testing.T) {
	t.Parallel()
	out, err := stabletext.Write(*api.NewConfig())
	require.NoError(t, err)
	require.Equal(t, "apiVersion: v1\nclusters: null\ncontexts: null\ncurrent-context: \"\"\nkind: Config\npreferences: {}\nusers: null\n",
		string(out))
}
