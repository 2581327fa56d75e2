package deployment_test

import (
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
)

// observer counts how often the validators of arguments run.
type observer interface{ validated(which string) }

type counts struct {
	mu sync.Mutex
	n  map[string]int
}

func (c *counts) validated(which string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n == nil {
		c.n = map[string]int{}
	}
	c.n[which]++
}

// ShelfArgs are the arguments of a component.
type ShelfArgs struct {
	Boards *int              `pulumi:"boards,optional" jsonschema:"default=3,maximum=9"`
	Labels map[string]string `pulumi:"labels,optional"`
	// Observer is set by the module.
	Observer observer
}

func (a *ShelfArgs) Validate(report *config.Report) {
	if a.Observer != nil {
		a.Observer.validated("Validate")
	}
	if a.Boards != nil && *a.Boards == 7 {
		report.Add([]string{"boards"}, "unsupported number of boards")
	}
}

func (a *ShelfArgs) ValidateArguments(report *config.Report) {
	if a.Observer == nil {
		report.Add(nil, "no observer configured")
		return
	}
	a.Observer.validated("ValidateArguments")
}

type shelf struct {
	pulumi.ResourceState
	component.Base
}

func newShelf(ctx *pulumi.Context, name string, args *ShelfArgs) (*ShelfArgs, error) {
	s := &shelf{}
	args, err := component.Register(ctx, "ashlar-test:index:Shelf", name, s, args)
	if err != nil {
		return nil, err
	}
	_, err = component.Finish(ctx, s)
	return args, err
}

// shelves is a section whose entries are arguments.
type shelves struct {
	deployment.Switch
	Shelves config.Named[*shelfEntry] `pulumi:"shelves"`
}

type shelfEntry struct {
	Room string `pulumi:"room"`
	ShelfArgs
}

// deployShelves runs a module that deploys one entry.
func deployShelves(t *testing.T, deploy func(ctx *deployment.Context, entry *shelfEntry) error) {
	t.Helper()
	m := deployment.NewModule("furniture", nil, func(ctx *deployment.Context, c *shelves) error {
		return deploy(ctx, c.Shelves["hall"])
	})
	_, err := run(t, map[string]string{"furniture": `{"enabled":true,"shelves":{"hall":{"room":"hall"}}}`}, m)
	require.NoError(t, err)
}

func TestArgumentsOfAnEntryAreValidatedOnce(t *testing.T) {
	t.Parallel()
	deployShelves(t, func(ctx *deployment.Context, entry *shelfEntry) error {
		var c counts
		entry.Observer = &c
		args, err := newShelf(ctx.Context, "hall", &entry.ShelfArgs)
		require.NoError(t, err)
		assert.Equal(t, 3, *args.Boards, "the defaults are those of the section")
		assert.Equal(t, map[string]int{"ValidateArguments": 1}, c.n)

		args.Boards = nil
		assert.NotNil(t, entry.Boards, "the constructor does not share its arguments with the section")
		return nil
	})
}

func TestArgumentsWithoutAnEntryAreValidated(t *testing.T) {
	t.Parallel()
	deployShelves(t, func(ctx *deployment.Context, entry *shelfEntry) error {
		var c counts
		entry.Observer = &c
		seven, ten := 7, 10
		changed := entry.ShelfArgs
		changed.Boards = &seven
		_, err := newShelf(ctx.Context, "changed", &changed)
		require.ErrorContains(t, err, "boards: unsupported number of boards", "a changed copy")
		assert.Equal(t, map[string]int{"Validate": 1, "ValidateArguments": 1}, c.n)
		changed.Boards = &ten
		_, err = newShelf(ctx.Context, "changed", &changed)
		require.ErrorContains(t, err, "boards: expected at most 9, found the number 10", "the schema is checked as well")

		args, err := newShelf(ctx.Context, "own", &ShelfArgs{Observer: &c})
		require.NoError(t, err)
		assert.Equal(t, 3, *args.Boards, "arguments of the module")
		assert.Equal(t, 3, c.n["Validate"])

		entry.Observer = nil
		_, err = newShelf(ctx.Context, "hall", &entry.ShelfArgs)
		require.ErrorContains(t, err, "no observer configured", "what the module has to supply is always validated")
		return nil
	})
}

func TestComponentsOfOneEntryAreRegisteredInParallel(t *testing.T) {
	t.Parallel()
	deployShelves(t, func(ctx *deployment.Context, entry *shelfEntry) error {
		var c counts
		entry.Observer = &c
		var all sync.WaitGroup
		for _, name := range []string{"a", "b", "c", "d"} {
			all.Go(func() {
				args, err := newShelf(ctx.Context, name, &entry.ShelfArgs)
				if assert.NoError(t, err) {
					args.Labels = map[string]string{"shelf": name}
				}
			})
		}
		all.Wait()
		assert.Equal(t, map[string]int{"ValidateArguments": 4}, c.n)
		assert.Empty(t, entry.Labels)
		return nil
	})
}
