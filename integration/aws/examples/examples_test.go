package examples_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

// TestExamples deploys each program, checks that another up and a refresh change nothing, and destroys it.
func TestExamples(t *testing.T) {
	t.Parallel()
	programs := yamlPrograms(t)
	maps.Copy(programs, goPrograms())
	require.Len(t, programs, 20)
	for _, name := range slices.Sorted(maps.Keys(programs)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := cloudtest.Simulated(t)
			life := a.Life(t, name, programs[name])
			up, err := life.Stack.Up(t.Context())
			require.NoError(t, err, up.Output)
			settled, err := life.CheckSettled(t.Context())
			require.NoError(t, err, settled.Output)
			life.Destroy()
		})
	}
}
