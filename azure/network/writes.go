package network

import (
	"slices"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// writes are the writes to one network, each of which waits for those before it. Source: issues 699, 903 and 1024 of
// pulumi-azure-native: Azure rejects parallel writes with AnotherOperationInProgress, also after it accepted them, when the
// provider does not repeat them.
type writes struct {
	mu   sync.Mutex
	done []pulumi.Resource
}

// all returns the writes so far.
func (w *writes) all() []pulumi.Resource {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.done)
}

func (w *writes) add(r pulumi.Resource) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.done = append(w.done, r)
}

// after returns an output whose dependents wait for all writes so far.
func (w *writes) after(ctx *pulumi.Context, out pulumi.StringOutput) pulumi.StringOutput {
	return pulumi.OutputWithDependencies(ctx.Context(), out, w.all()...).(pulumi.StringOutput)
}

// write creates a resource that is a write to each of some networks. It waits for all of their writes, not only the last ones:
// the engine deletes resources in parallel that are connected only through one that stays.
func write(create func(after pulumi.ResourceOption) (pulumi.Resource, error), networks ...*writes) error {
	var before []pulumi.Resource
	for _, w := range networks {
		before = append(before, w.all()...)
	}
	r, err := create(pulumi.DependsOn(before))
	if err != nil {
		return err
	}
	for _, w := range networks {
		w.add(r)
	}
	return nil
}

// ordered is a network whose writes are known.
type ordered interface{ order() *writes }

func (e *Existing) order() *writes { return &e.writes }
