package aks_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloudtest"
	"github.com/ashlar-iac/ashlar/integration/engine"
)

// cycle is the life cycle of a program with a cluster.
type cycle struct {
	*engine.Stack

	t *testing.T
	a *cloudtest.Account
}

func newCycle(t *testing.T, a *cloudtest.Account, project string, program pulumi.RunFunc) *cycle {
	t.Helper()
	return &cycle{a.Stack(t, project, program), t, a}
}

// up runs an up, and checks that the stack is settled.
func (c *cycle) up() *engine.Result {
	c.t.Helper()
	r, err := c.Up(c.t.Context())
	require.NoError(c.t, err, r.Output)
	c.settled()
	return r
}

// settled checks that a second up changes nothing, and that a refresh finds no drift and leads to no change. A refresh
// shows the resource that has created the cluster: the provider compares the cluster with its inputs, of which the resource
// that has taken over the cluster has none or others. The engine ignores them in updates.
func (c *cycle) settled() {
	c.t.Helper()
	again, err := c.CheckUnchanged(c.t.Context())
	require.NoError(c.t, err, again.Output)
	refresh, err := c.Refresh(c.t.Context())
	require.NoError(c.t, err, refresh.Output)
	for _, e := range refresh.Events {
		if e.ResOutputsEvent == nil {
			continue
		}
		m := e.ResOutputsEvent.Metadata
		if len(m.DetailedDiff) > 0 {
			require.Equal(c.t, "main-creation", resource.URN(m.URN).Name(), refresh.Output)
		}
	}
	again, err = c.CheckUnchanged(c.t.Context())
	require.NoError(c.t, err, again.Output)
}

// change runs an up that must have exactly the wanted steps.
func (c *cycle) change(reason string, want ...string) {
	c.t.Helper()
	slices.Sort(want)
	r, err := c.Up(c.t.Context())
	require.NoError(c.t, err, r.Output)
	require.Equal(c.t, strings.Join(want, "\n"), strings.Join(cloudtest.Steps(r), "\n"), reason)
}

// refused runs an up that must fail with a message before it changes anything.
func (c *cycle) refused(message string) {
	c.t.Helper()
	r, err := c.Up(c.t.Context())
	require.Error(c.t, err, r.Output)
	require.Contains(c.t, r.Output, message)
	require.Empty(c.t, cloudtest.Steps(r), "nothing is changed")
}

// output returns an output of the stack.
func (c *cycle) output(name string) string {
	c.t.Helper()
	outputs, err := c.Outputs(c.t.Context())
	require.NoError(c.t, err)
	return outputs[name].Value.(string)
}

// destroy deletes all resources, and checks that nothing is left.
func (c *cycle) destroy() {
	c.t.Helper()
	r, err := c.CheckDestroyed(c.t.Context())
	require.NoError(c.t, err, r.Output)
	c.a.RequireEmpty(c.t)
}

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
