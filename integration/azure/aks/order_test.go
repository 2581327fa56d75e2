package aks_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/engine"
)

// position returns when an operation on a pool was done.
func position(t *testing.T, r *engine.Result, op, name string) int {
	t.Helper()
	for i, e := range r.Events {
		if e.ResOutputsEvent == nil || string(e.ResOutputsEvent.Metadata.Op) != op {
			continue
		}
		urn := resource.URN(e.ResOutputsEvent.Metadata.URN)
		if string(urn.Type()) == poolType && strings.HasPrefix(urn.Name(), name) {
			return i
		}
	}
	require.Fail(t, "no "+op+" of "+name)
	return 0
}
