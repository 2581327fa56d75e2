package aws_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws"
	"github.com/ashlar-iac/ashlar/core/config"
)

var update = flag.Bool("update", false, "rewrite the files that tests compare with")

func TestSchemaIsCurrent(t *testing.T) {
	t.Parallel()
	const file = "schema.json"
	got, err := config.Schema(&aws.Configuration{}, map[string]string{
		"github.com/ashlar-iac/ashlar/aws":  ".",
		"github.com/ashlar-iac/ashlar/core": filepath.Join("..", "core"),
	})
	require.NoError(t, err)
	if *update {
		require.NoError(t, os.WriteFile(file, got, 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("the schema is out of date: run `go generate ./...` in aws (-want +got):\n%s", diff)
	}
}
