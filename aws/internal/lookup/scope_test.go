package lookup_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// place is a component that looks up where it is created.
type place struct {
	pulumi.ResourceState
	component.Base

	Account pulumi.StringOutput `pulumi:"account"`
}

type placeArgs struct{}

func newPlace(ctx *pulumi.Context, name string, args *placeArgs, opts ...pulumi.ResourceOption) (*place, error) {
	p := &place{}
	if _, err := component.Register(ctx, "ashlar-aws:test:Place", name, p, args, opts...); err != nil {
		return nil, err
	}
	s, err := lookup.GetScope(ctx, p.Invoke())
	if err != nil {
		return nil, err
	}
	p.Account = pulumi.String(s.Account).ToStringOutput()
	return component.Finish(ctx, p)
}

// functions are the tokens of a lookup.
var functions = []string{
	"aws:index/getCallerIdentity:getCallerIdentity", "aws:index/getRegion:getRegion", "aws:index/getPartition:getPartition",
}

// count returns how often each function was called, by the name of the provider.
func count(r *pulumitest.Recording) map[string]map[string]int {
	out := map[string]map[string]int{}
	for _, i := range r.Invokes {
		name := ""
		if i.Provider != nil {
			name = i.Provider.Name
		}
		if out[name] == nil {
			out[name] = map[string]int{}
		}
		out[name][i.Token]++
	}
	return out
}

// once returns the counts of one lookup for each provider.
func once(providers ...string) map[string]map[string]int {
	out := map[string]map[string]int{}
	for _, p := range providers {
		out[p] = map[string]int{}
		for _, f := range functions {
			out[p][f] = 1
		}
	}
	return out
}

func TestGetScopeReturnsTheScopeOfTheProvider(t *testing.T) {
	t.Parallel()
	pulumitest.Run(t, func(ctx *pulumi.Context) error {
		s, err := lookup.GetScope(ctx)
		require.NoError(t, err)
		assert.Equal(t, lookup.Scope{
			Account: fixture.Account, Region: fixture.Region, Partition: fixture.Partition,
			DNSSuffix: "amazonaws.com", ReverseDNSPrefix: "com.amazonaws",
		}, s)
		assert.Equal(t, "arn:aws:iam::123456789012:root", s.Root())
		assert.Equal(t, "arn:aws:logs:eu-west-1:123456789012:log-group:x", s.ARN("logs", "log-group:x"))
		return nil
	}, fixture.Cloud())
}

func TestEachProviderIsLookedUpOnce(t *testing.T) {
	t.Parallel()
	program := func(ctx *pulumi.Context) error {
		parents := []pulumi.ResourceOption{pulumi.Composite()}
		for _, name := range []string{"primary", "dr"} {
			p, err := aws.NewProvider(ctx, name, nil)
			require.NoError(t, err)
			parents = append(parents, pulumi.Provider(p))
		}
		var all sync.WaitGroup
		for i, option := range parents {
			for j := range 5 {
				all.Go(func() {
					outer, err := newPlace(ctx, "outer-"+string(rune('a'+i))+string(rune('a'+j)), nil, option)
					if err != nil {
						t.Error(err)
						return
					}
					_, err = newPlace(ctx, "inner-"+string(rune('a'+i))+string(rune('a'+j)), nil, outer.Child())
					assert.NoError(t, err)
				})
			}
		}
		all.Wait()
		return nil
	}
	for range 2 {
		r := pulumitest.Run(t, program, fixture.Cloud())
		require.Equal(t, once("", "primary", "dr"), count(r), "also in a second run of the process")
	}
}

func TestProvidersOfForeignComponentsAreLookedUpEachTime(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		p, err := aws.NewProvider(ctx, "primary", nil)
		require.NoError(t, err)
		around := &pulumi.ResourceState{}
		require.NoError(t, ctx.RegisterComponentResource("test:index:Foreign", "around", around, pulumi.Providers(p)))
		for _, name := range []string{"a", "b"} {
			_, err := newPlace(ctx, name, nil, pulumi.Parent(around))
			require.NoError(t, err)
		}
		return nil
	}, fixture.Cloud())
	want := once("primary")
	for _, f := range functions {
		want["primary"][f] = 2
	}
	require.Equal(t, want, count(r))
}

func TestFailedLookupsAreReportedAndRepeated(t *testing.T) {
	t.Parallel()
	for token, want := range map[string]string{
		functions[0]: "look up the account: ", functions[1]: "look up the region: ", functions[2]: "look up the partition: ",
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			failing := true
			pulumitest.Run(t, func(ctx *pulumi.Context) error {
				_, err := lookup.GetScope(ctx)
				require.ErrorContains(t, err, want)
				failing = false
				s, err := lookup.GetScope(ctx)
				require.NoError(t, err)
				require.Equal(t, fixture.Account, s.Account)
				return nil
			}, fixture.Cloud(), pulumitest.WithInvoke(func(i pulumitest.Invocation) (resource.PropertyMap, error) {
				if i.Token == token && failing {
					return nil, errors.New("refused")
				}
				return nil, nil
			}))
		})
	}
}

func TestAccountAndPartitionAreLookedUpAlone(t *testing.T) {
	t.Parallel()
	for token, output := range map[string]func(*pulumi.Context, ...pulumi.InvokeOption) pulumi.StringOutput{
		functions[0]: lookup.Account, functions[2]: lookup.Partition,
	} {
		program := func(ctx *pulumi.Context) error {
			ctx.Export("first", output(ctx))
			ctx.Export("second", output(ctx))
			return nil
		}
		r := pulumitest.Run(t, program, fixture.Cloud())
		require.Equal(t, map[string]map[string]int{"": {token: 1}}, count(r))
		require.Contains(t, []string{fixture.Account, fixture.Partition}, r.Exports["second"].StringValue())
		_, err := pulumitest.Record(program, pulumitest.WithInvoke(func(pulumitest.Invocation) (resource.PropertyMap, error) {
			return nil, errors.New("refused")
		}))
		require.ErrorContains(t, err, "look up the ")
	}
}
