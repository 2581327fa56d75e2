package demo_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestImports checks that the demo compiles in seconds: nothing that takes long to compile is imported.
func TestImports(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-deps", "../cmd/demo", "../cmd/simulator").Output()
	require.NoError(t, err)
	for _, path := range strings.Fields(string(out)) {
		for _, heavy := range []string{"github.com/pulumi/", "k8s.io/client-go", "k8s.io/api/", "google.golang.org/grpc"} {
			require.False(t, strings.HasPrefix(path, heavy), path)
		}
	}
}
