package cloudtest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/engine"
)

// Life is the life cycle of a program in an account. Its methods fail the test on the first error.
type Life struct {
	*engine.Stack

	t       *testing.T
	account *Account
	// changed is set if the program changed after the last check that the stack is settled.
	changed bool
	// destroyed is set once all resources are deleted.
	destroyed bool
}

// Life returns the life cycle of a program in the account. In a real account, a failed test destroys its resources.
func (a *Account) Life(t *testing.T, project string, program pulumi.RunFunc) *Life {
	t.Helper()
	l := &Life{Stack: a.Stack(t, project, program), t: t, account: a}
	t.Cleanup(func() {
		if a.Store == nil && !l.destroyed {
			// The test's own context has ended.
			if r, err := l.Stack.Destroy(context.Background()); err != nil {
				t.Errorf("delete the resources with the tag %s=%s: %v\n%s", CleanUpTag, a.run, err, r.Output)
			}
		}
	})
	return l
}

// Up creates all resources, and checks that a second up changes nothing and a refresh finds no drift.
func (l *Life) Up() *engine.Result {
	l.t.Helper()
	r, err := l.Stack.Up(l.t.Context())
	require.NoError(l.t, err, r.Output)
	again, err := l.CheckUnchanged(l.t.Context())
	require.NoError(l.t, err, again.Output)
	refresh, err := l.CheckNoDrift(l.t.Context())
	require.NoError(l.t, err, refresh.Output)
	return r
}

// Change runs up with the changed program, and checks that it has exactly the wanted steps: see [Steps]. A change that
// does not settle fails the next one, or [Life.Destroy].
func (l *Life) Change(reason string, want ...string) {
	l.t.Helper()
	slices.Sort(want)
	r, err := l.Stack.Up(l.t.Context())
	require.NoError(l.t, err, r.Output)
	require.Equal(l.t, strings.Join(want, "\n"), strings.Join(Steps(r), "\n"), reason)
	l.changed = true
}

// Output returns an output of the stack.
func (l *Life) Output(name string) any {
	l.t.Helper()
	outputs, err := l.Outputs(l.t.Context())
	require.NoError(l.t, err)
	require.Contains(l.t, outputs, name)
	return outputs[name].Value
}

// Refused runs an up that must fail with a message before it changes anything.
func (l *Life) Refused(message string) *engine.Result {
	l.t.Helper()
	r, err := l.Stack.Up(l.t.Context())
	require.Error(l.t, err, r.Output)
	require.Contains(l.t, r.Output, message)
	require.Empty(l.t, Steps(r), "nothing is changed")
	return r
}

// Destroy deletes all resources, and checks that nothing is left in the state and the account. After changes, it first
// checks that a second up would change nothing and a refresh finds no drift.
func (l *Life) Destroy() {
	l.t.Helper()
	if l.changed {
		settled, err := l.CheckSettled(l.t.Context())
		require.NoError(l.t, err, settled.Output)
	}
	r, err := l.CheckDestroyed(l.t.Context())
	require.NoError(l.t, err, r.Output)
	l.destroyed = true
	l.account.RequireEmpty(l.t)
}

// Steps returns the steps of an operation or a preview, sorted: "create TYPE NAME", "update", "replace" or "delete".
// Components and the stack itself are omitted.
func Steps(r *engine.Result) []string {
	var out []string
	for _, e := range r.Events {
		if e.ResourcePreEvent == nil {
			continue
		}
		m := e.ResourcePreEvent.Metadata
		urn := resource.URN(m.URN)
		if strings.HasPrefix(string(urn.Type()), "ashlar-") || urn.Type() == resource.RootStackType {
			continue
		}
		switch m.Op {
		case apitype.OpCreate, apitype.OpUpdate, apitype.OpReplace, apitype.OpDelete:
			out = append(out, fmt.Sprintf("%s %s %s", m.Op, urn.Type(), urn.Name()))
		}
	}
	slices.Sort(out)
	return out
}
