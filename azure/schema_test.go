package azure_test

import (
	"flag"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// Files that tests compare with are written anew with -update, as `go generate ./...` does.
var _ = flag.Bool("update", false, "rewrite the files that tests compare with")

func TestSchemaIsCurrent(t *testing.T) {
	t.Parallel()
	got, err := config.Schema(&azure.Configuration{}, map[string]string{
		"github.com/ashlar-iac/ashlar/azure": ".",
		"github.com/ashlar-iac/ashlar/core":  filepath.Join("..", "core"),
	})
	require.NoError(t, err)
	pulumitest.GoldenText(t, "schema.json", string(got))
}
