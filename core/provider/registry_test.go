package provider_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/provider"
)

// region and cluster are providers of two modules.
type (
	region  struct{ pulumi.ProviderResourceState }
	cluster struct{ pulumi.ProviderResourceState }
)

func add(t *testing.T, r *provider.Registry, names ...string) {
	t.Helper()
	for _, name := range names {
		require.NoError(t, provider.Add(r, core.ProviderInfo{Module: "aws", Name: name, Region: "region-of-" + name},
			func() (*region, error) { return &region{}, nil }))
	}
}

func TestProvidersAreCreatedOnceOnTheFirstRequest(t *testing.T) {
	t.Parallel()
	r := provider.NewRegistry()
	var made atomic.Int32
	require.NoError(t, provider.Add(r, core.ProviderInfo{Module: "aws", Name: "primary"}, func() (*region, error) {
		made.Add(1)
		return &region{}, nil
	}))
	_, err := r.Info("aws", "primary")
	require.NoError(t, err)
	assert.Zero(t, made.Load(), "the provider itself was not requested")

	var all sync.Map
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			if p, err := provider.Get[*region](r, "aws", "primary"); err == nil {
				all.Store(i, p)
			}
		})
	}
	wg.Wait()
	assert.EqualValues(t, 1, made.Load())
	first, _ := all.Load(0)
	count := 0
	all.Range(func(_, p any) bool {
		count++
		return assert.Same(t, first, p)
	})
	assert.Equal(t, 20, count)
}

func TestFailedFactoriesAreNotCalledAgain(t *testing.T) {
	t.Parallel()
	r := provider.NewRegistry()
	calls := 0
	cause := errors.New("no such region")
	require.NoError(t, provider.Add(r, core.ProviderInfo{Module: "aws", Name: "dr"}, func() (*region, error) {
		calls++
		return nil, cause
	}))
	for range 2 {
		_, err := provider.Get[*region](r, "aws", "dr")
		require.ErrorIs(t, err, cause)
		require.ErrorIs(t, err, failure.Provider)
		require.EqualError(t, err, "create provider aws/dr: no such region")
	}
	assert.Equal(t, 1, calls)
}

func TestProvidersAreFoundByName(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason       string
		providers    []string
		standard     string
		module, name string
		want, err    string
	}{
		"ByName": {
			reason: "a name means that provider", providers: []string{"primary", "dr"},
			module: "aws", name: "dr", want: "dr",
		},
		"Only": {
			reason: "the only provider is the default", providers: []string{"primary"},
			module: "aws", want: "primary",
		},
		"Default": {
			reason: "the default is the one that was set", providers: []string{"primary", "dr"}, standard: "dr",
			module: "aws", want: "dr",
		},
		"Ambiguous": {
			reason: "nothing is guessed among several", providers: []string{"primary", "dr"}, module: "aws",
			err: `find provider "" of module aws: several providers and no default: use one of dr, primary`,
		},
		"Unknown": {
			reason: "an unknown name lists the known", providers: []string{"primary", "dr"}, module: "aws", name: "prymary",
			err: `find provider "prymary" of module aws: unknown provider, did you mean "primary"?`,
		},
		"UnknownModule": {
			reason: "so does an unknown module", providers: []string{"primary"}, module: "asw", name: "primary",
			err: `find provider "primary" of module asw: the module has no providers, only aws`,
		},
		"None": {
			reason: "an empty registry has its own message", module: "aws", name: "primary",
			err: `find provider "primary" of module aws: no providers are configured`,
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := provider.NewRegistry()
			add(t, r, tc.providers...)
			if tc.standard != "" {
				require.NoError(t, r.SetDefault("aws", tc.standard))
			}
			got, err := r.Provider(tc.module, tc.name)
			if tc.err != "" {
				require.EqualError(t, err, tc.err, tc.reason)
				assert.ErrorIs(t, err, failure.Provider)
				return
			}
			require.NoError(t, err, tc.reason)
			assert.Equal(t, "region-of-"+tc.want, got.ProviderInfo().Region, tc.reason)
			assert.NotNil(t, got.Resource())
		})
	}
}

func TestGetChecksTheType(t *testing.T) {
	t.Parallel()
	r := provider.NewRegistry()
	add(t, r, "primary")
	_, err := provider.Get[*cluster](r, "aws", "primary")
	require.EqualError(t, err, "get provider aws/primary: it is a *provider_test.region, not a *provider_test.cluster")
	assert.ErrorIs(t, err, failure.Provider)
}

func TestAddRejects(t *testing.T) {
	t.Parallel()
	r := provider.NewRegistry()
	add(t, r, "primary")
	for _, tc := range []struct {
		info core.ProviderInfo
		want string
	}{
		{core.ProviderInfo{Module: "aws", Name: "primary"}, "add provider aws/primary: duplicate name"},
		{core.ProviderInfo{Name: "primary"}, "add provider /primary: module and name are required"},
	} {
		err := provider.Add(r, tc.info, func() (*region, error) { return &region{}, nil })
		require.EqualError(t, err, tc.want)
		require.ErrorIs(t, err, failure.Provider)
	}
	require.ErrorIs(t, r.SetDefault("aws", "dr"), failure.Provider)
	assert.Equal(t, []string{"primary"}, r.Names("aws"))
	assert.Empty(t, r.Names("azure"))
}
