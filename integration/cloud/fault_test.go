package cloud_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		faults []cloud.Fault
		// want says for each of four creates whether it succeeds.
		want string
	}{
		"none": {"nothing goes wrong unasked", nil, "++++"},
		"once": {"one request by default",
			[]cloud.Fault{{Operation: "create", Type: subnetType, Code: "InternalError"}}, "-+++"},
		"the third":   {"others pass", []cloud.Fault{{Skip: 2, Code: "InternalError"}}, "++-+"},
		"two of them": {"several in a row", []cloud.Fault{{Skip: 1, Times: 2, Code: "InternalError"}}, "+--+"},
		"other requests": {"deletions and other types do not count",
			[]cloud.Fault{{Operation: "delete", Code: "a"}, {Type: "example:net:Network", Code: "b"}}, "++++"},
		"two faults": {"each counts all requests", []cloud.Fault{{Skip: 1, Code: "a"}, {Skip: 3, Code: "b"}},
			"+-+-"},
		"a busy cloud": {"the provider tries again, twice here", []cloud.Fault{{Times: 2, Code: "Throttling"}},
			"++++"},
		"too busy":     {"until it gives up", []cloud.Fault{{Times: 4, Code: "RequestLimitExceeded"}}, "-+++"},
		"only a delay": {"what takes long works", []cloud.Fault{{Times: 4, Delay: time.Millisecond}}, "++++"},
		"a delay, broken": {"and may still fail", []cloud.Fault{{Delay: time.Millisecond, Code: "InternalError"}},
			"-+++"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, store := serve(t)
			for _, f := range tc.faults {
				require.NoError(t, store.AddFault(f))
			}
			var got strings.Builder
			for range 4 {
				_, err := create(t.Context(), t, p)
				if err != nil {
					require.ErrorContains(t, err, "creating example:net:Subnet (a): ")
				}
				got.WriteString(map[bool]string{true: "+", false: "-"}[err == nil])
			}
			require.Equal(t, tc.want, got.String(), tc.reason)
			require.Len(t, ids(t, store, ""), strings.Count(tc.want, "+"),
				"what fails leaves nothing, what works is there once")
		})
	}
}

func create(ctx context.Context, t *testing.T, p provider.Provider) (provider.CreateResponse, error) {
	t.Helper()
	inputs, failures := check(t, p, nil, given(map[string]any{"networkId": "one"}), "seed")
	require.Empty(t, failures)
	return p.Create(ctx, provider.CreateRequest{Urn: urn(subnetType),
		Properties: resource.FromResourcePropertyMap(inputs)})
}

func TestCanceledDelay(t *testing.T) {
	t.Parallel()
	p, store := serve(t)
	require.NoError(t, store.AddFault(cloud.Fault{Delay: time.Hour}))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := create(ctx, t, p)
	require.ErrorIs(t, err, context.Canceled)
}

func TestFaultsOnTheCommandLine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run := func(args ...string) error { return cloud.Main(&cloud.Cloud{}, "1.0.0", dir, args, &bytes.Buffer{}) }
	require.ErrorContains(t, run("fault", "throttle"),
		`expected JSON such as {"operation": "create", "code": "InternalError"}`)
	require.NoError(t, run("fault", `{"operation": "create", "code": "InternalError", "message": "x"}`))
	require.NoError(t, run("reset"))
	store, err := cloud.Open(dir)
	require.NoError(t, err)
	require.Empty(t, ids(t, store, ""))
}
