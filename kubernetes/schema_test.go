package kubernetes_test

import (
	"flag"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes"
)

// Golden files are rewritten with -update, as by `go generate ./...`.
var _ = flag.Bool("update", false, "rewrite golden files")

func TestSchemaIsCurrent(t *testing.T) {
	t.Parallel()
	got, err := config.Schema(&kubernetes.Configuration{}, map[string]string{
		"github.com/ashlar-iac/ashlar/kubernetes": ".",
		"github.com/ashlar-iac/ashlar/core":       filepath.Join("..", "core"),
	})
	require.NoError(t, err)
	pulumitest.GoldenText(t, "schema.json", string(got))
}
