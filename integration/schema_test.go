package integration_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws"
	"github.com/ashlar-iac/ashlar/azure"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/kubernetes"
)

// sections returns all sections of stack files.
func sections() []config.Section {
	return deployment.Sections(aws.Module(), azure.Module(), kubernetes.Module())
}

// sources returns the folders of the modules by import path.
func sources() map[string]string {
	out := map[string]string{}
	for _, module := range []string{"aws", "azure", "core", "kubernetes"} {
		out["github.com/ashlar-iac/ashlar/"+module] = filepath.Join(root, module)
	}
	return out
}

// TestPublishedSchemaIsCurrent compares the published schema for editors with the
// sections of all modules.
func TestPublishedSchemaIsCurrent(t *testing.T) {
	t.Parallel()
	path := filepath.Join(root, "docs", "schema", "ashlar.schema.json")
	got, err := config.FileSchema(sections(), sources())
	require.NoError(t, err)
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, got, 0o644))
		return
	}
	if diff := cmp.Diff(read(t, path), string(got)); diff != "" {
		t.Errorf("the schema is out of date: "+
			"run `go test -run TestPublishedSchema . -update` in integration (-want +got):\n%s", diff)
	}
}
