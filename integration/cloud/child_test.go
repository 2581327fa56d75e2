package cloud_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// region is a made-up cloud of another kind: ids are paths without case, tokens have versions, networks have children,
// and resources say where they are.
type region struct {
	t     *testing.T
	p     provider.Provider
	store *cloud.Store
	cloud *cloud.Cloud
	// work is what the cloud does for a subnet, outside of the transaction.
	work func(ctx context.Context, w *cloud.Work) error
}

func networkID(s cloud.Scope, name string) string {
	return "/accounts/" + s.Place + "/networks/" + name
}

func newRegion(t *testing.T, takes time.Duration) *region {
	t.Helper()
	r := &region{t: t, store: open(t)}
	networks := &cloud.Type{
		Token: networkType, Args: networkArgs{}, Resource: &network{}, Name: "name", Replaces: []string{"location"},
		Place: func(s cloud.Scope, inputs map[string]any) string {
			if inputs == nil {
				return ""
			}
			return s.Place + "/" + cloud.Text(inputs, "location")
		},
		Create: func(c *cloud.Call) error {
			c.Object.ID = networkID(c.Scope, c.Text("name"))
			return nil
		},
	}
	subnets := &cloud.Type{
		Token: subnetType, Args: subnetArgs{}, Resource: &subnet{}, Name: "name", Takes: takes,
		Replaces: []string{"networkId", "name"},
		AutoName: func(name string, _ *rand.Rand) string { return name },
		Same:     map[string]func(before, after string) bool{"networkId": strings.EqualFold},
		Parent: &cloud.Parent{
			Type: networkType, Segment: "subnets", Exclusive: true,
			ID: func(_ cloud.Scope, inputs map[string]any) string { return cloud.Text(inputs, "networkId") },
		},
		Create: func(c *cloud.Call) error {
			c.Set("address", c.Object.Place)
			return nil
		},
		Work: func(ctx context.Context, w *cloud.Work) error {
			if r.work == nil {
				return nil
			}
			return r.work(ctx, w)
		},
	}
	r.cloud = &cloud.Cloud{
		Name: "example", Services: []cloud.Service{{
			Types: []*cloud.Type{networks, subnets},
			Functions: map[string]cloud.Function{"example:net:getPlace": func(c *cloud.Call,
				_ map[string]any) (map[string]any, error) {
				return map[string]any{"place": c.Scope.Place}, nil
			}},
		}},
		Token: cloud.WithoutVersion, FoldIDs: true, DeleteFirst: true, Tags: cloud.Tags{Input: "tags"},
		AutoName: func(name string, random *rand.Rand) string { return name + string(rune('a'+random.IntN(26))) },
		Errors: cloud.Errors{
			Refuse: refuseWithStatus,
			Exists: func(o *cloud.Object) error {
				return errors.New("cannot create already existing resource '" + o.ID + "'")
			},
			Retryable: []string{"TooManyRequests"},
		},
		Configure: func(resource.PropertyMap) (cloud.Scope, map[string]string) {
			return cloud.Scope{Place: "one", Tags: map[string]string{"owner": "platform"}, Retries: 1}, nil
		},
	}
	r.p = r.cloud.Provider(r.store)
	require.NoError(t, r.p.Configure(t.Context(), provider.ConfigureRequest{}))
	return r
}

func refuseWithStatus(code, message string) error {
	return &cloud.Refusal{Code: code, Message: message, Text: "Status=409 Code=\"" + code + "\" Message=\"" +
		message + "\""}
}

// create creates a resource, and returns its id or the error.
func (r *region) create(ctx context.Context, typ, name string, inputs map[string]any) (string, error) {
	r.t.Helper()
	checked, err := r.p.Check(ctx, provider.CheckRequest{Urn: named(typ, name), Inputs: fromMap(inputs),
		RandomSeed: []byte("seed")})
	require.NoError(r.t, err)
	require.Empty(r.t, checked.Failures)
	made, err := r.p.Create(ctx, provider.CreateRequest{Urn: named(typ, name), Properties: checked.Inputs})
	return made.ID, err
}

func (r *region) must(typ, name string, inputs map[string]any) string {
	r.t.Helper()
	id, err := r.create(r.t.Context(), typ, name, inputs)
	require.NoError(r.t, err)
	return id
}

func (r *region) remove(typ, id string) error {
	return r.p.Delete(r.t.Context(), provider.DeleteRequest{Urn: urn(typ), ID: id})
}

func named(typ, name string) resource.URN {
	return resource.URN("urn:pulumi:dev::test::" + typ + "::" + name)
}

func TestPlaceFromInputs(t *testing.T) {
	t.Parallel()
	r := newRegion(t, 0)
	id := r.must(networkType, "main", map[string]any{"name": "main", "location": "north"})
	all, err := r.store.List(networkType)
	require.NoError(t, err)
	require.Equal(t, "one/north", all[0].Place)
	read, err := r.p.Read(t.Context(), provider.ReadRequest{Urn: urn(networkType), ID: id})
	require.NoError(t, err)
	require.Equal(t, id, read.ID, "a look-up by id needs no place")
	require.NoError(t, r.remove(networkType, id))
	require.Empty(t, ids(t, r.store, ""))
}

func TestIDsWithoutCase(t *testing.T) {
	t.Parallel()
	r := newRegion(t, 0)
	id := r.must(networkType, "main", map[string]any{"name": "Main", "location": "north"})
	require.Equal(t, "/accounts/one/networks/Main", id, "an id keeps its case")
	child := r.must(subnetType, "a", map[string]any{"networkId": strings.ToUpper(id), "name": "A"})
	require.Equal(t, id+"/subnets/A", child)
	read, err := r.p.Read(t.Context(), provider.ReadRequest{Urn: urn(subnetType), ID: strings.ToLower(child)})
	require.NoError(t, err)
	require.Equal(t, child, read.ID)
	_, err = r.create(t.Context(), networkType, "main", map[string]any{"name": "mAIN", "location": "north"})
	require.ErrorContains(t, err, "cannot create already existing resource '/accounts/one/networks/Main'")
	diff, err := r.p.Diff(t.Context(), provider.DiffRequest{
		Urn: urn(subnetType), OldInputs: fromMap(map[string]any{"networkId": id}),
		Inputs: fromMap(map[string]any{"networkId": strings.ToUpper(id)}),
	})
	require.NoError(t, err)
	require.False(t, diff.HasChanges, "the case of a reference is no change")
	require.NoError(t, r.remove(subnetType, strings.ToUpper(child)))
	require.Equal(t, []string{id}, ids(t, r.store, ""))
}

func TestTokensWithVersions(t *testing.T) {
	t.Parallel()
	r := newRegion(t, 0)
	id := r.must("example:net/v20240501:Network", "main", map[string]any{"name": "main", "location": "north"})
	require.Equal(t, []string{id}, ids(t, r.store, networkType), "it is stored under the token without a version")
	require.NoError(t, r.cloud.Drift(r.store, "example:net/v20230201:Network", id, []byte(`{"range": "b"}`)))
	require.NoError(t, r.store.AddFault(cloud.Fault{Type: networkType, Operation: "delete", Code: "InternalError"}))
	require.ErrorContains(t, r.remove("example:net/v20230201:Network", id), `Status=409 Code="InternalError"`,
		"faults know the token without a version")
	require.NoError(t, r.remove("example:net/v20230201:Network", id))
	answer, err := r.p.Invoke(t.Context(), provider.InvokeRequest{Token: "example:net/v1:getPlace"})
	require.NoError(t, err)
	require.Equal(t, "one", resource.ToResourcePropertyMap(answer.Return)["place"].StringValue())
	for token, want := range map[string]string{
		"example:net/v2beta1:Network": "example:net:Network", "example:net/vpn:Gateway": "example:net/vpn:Gateway",
		"example": "example",
	} {
		require.Equal(t, want, cloud.WithoutVersion(token))
	}
}

func TestChildrenAreBelowTheirParent(t *testing.T) {
	t.Parallel()
	r := newRegion(t, 0)
	_, err := r.create(t.Context(), subnetType, "a", map[string]any{"networkId": "/accounts/one/networks/none"})
	require.ErrorContains(t, err,
		`Code="ParentResourceNotFound" Message="the parent resource /accounts/one/networks/none does not exist"`)
	network := r.must(networkType, "main", map[string]any{"name": "main", "location": "north"})
	child := r.must(subnetType, "a", map[string]any{"networkId": network})
	require.Equal(t, network+"/subnets/a", child, "a child has an automatic name without digits")
	all, err := r.store.List(subnetType)
	require.NoError(t, err)
	require.Equal(t, "one/north", all[0].Place, "a child is where its parent is")
	_, err = r.create(t.Context(), subnetType, "a", map[string]any{"networkId": network})
	require.ErrorContains(t, err, "cannot create already existing resource")
	require.NoError(t, r.remove(networkType, network))
	require.Empty(t, ids(t, r.store, ""), "children are deleted with their parent")
}

func TestErrorOfAMissingParent(t *testing.T) {
	t.Parallel()
	r := newRegion(t, 0)
	r.cloud.Errors.ParentNotFound = func(typ, id string) error {
		return cloud.Refuse("NotFound", "there is no %s %s", typ, id)
	}
	_, err := r.create(t.Context(), subnetType, "a", map[string]any{"networkId": "none"})
	require.EqualError(t, err, "creating example:net:Subnet (a): NotFound: there is no example:net:Network none")
}

func TestTagsWithoutDefaults(t *testing.T) {
	t.Parallel()
	r := newRegion(t, 0)
	checked := 0
	r.cloud.Tags.Check = func(*cloud.Checker) { checked++ }
	r.must(networkType, "main", map[string]any{"name": "main", "location": "north", "tags": map[string]any{"a": "b"}})
	require.Equal(t, 1, checked)
	all, err := r.store.List(networkType)
	require.NoError(t, err)
	require.NotContains(t, all[0].Outputs, "allTags")
}

func TestReplacementsThatDeleteFirst(t *testing.T) {
	t.Parallel()
	r := newRegion(t, 0)
	for name, want := range map[string]bool{"mine": true, "": false} {
		inputs := map[string]any{"location": "north"}
		if name != "" {
			inputs["name"] = name
		}
		checked, err := r.p.Check(t.Context(),
			provider.CheckRequest{Urn: urn(networkType), Inputs: fromMap(inputs), RandomSeed: []byte("seed")})
		require.NoError(t, err)
		moved := resource.ToResourcePropertyMap(checked.Inputs).Copy()
		moved["location"] = resource.NewProperty("south")
		diff, err := r.p.Diff(t.Context(), provider.DiffRequest{Urn: urn(networkType), OldInputs: checked.Inputs,
			Inputs: resource.FromResourcePropertyMap(moved)})
		require.NoError(t, err)
		require.Equal(t, provider.UpdateReplace, diff.DetailedDiff["location"].Kind)
		require.Equal(t, want, diff.DeleteBeforeReplace, "name %q", name)
	}
	// The automatic name of a child is always the same, so that its replacement needs it, too.
	checked, err := r.p.Check(t.Context(),
		provider.CheckRequest{Urn: urn(subnetType), Inputs: fromMap(map[string]any{"networkId": "x"})})
	require.NoError(t, err)
	moved := resource.ToResourcePropertyMap(checked.Inputs).Copy()
	moved["networkId"] = resource.NewProperty("y")
	diff, err := r.p.Diff(t.Context(), provider.DiffRequest{Urn: urn(subnetType), OldInputs: checked.Inputs,
		Inputs: resource.FromResourcePropertyMap(moved)})
	require.NoError(t, err)
	require.True(t, diff.DeleteBeforeReplace)
}

// Operations on children of one parent are rejected while another one is in progress, and not when they follow each
// other.
func TestBusyParents(t *testing.T) {
	t.Parallel()
	r := newRegion(t, 0)
	network := r.must(networkType, "main", map[string]any{"name": "main", "location": "north"})
	other := r.must(networkType, "other", map[string]any{"name": "other", "location": "north"})
	a := r.must(subnetType, "a", map[string]any{"networkId": network})
	var began, end sync.WaitGroup
	began.Add(1)
	end.Add(1)
	r.work = func(context.Context, *cloud.Work) error {
		began.Done()
		end.Wait()
		return nil
	}
	created := make(chan error, 1)
	go func() {
		_, err := r.create(context.Background(), subnetType, "b", map[string]any{"networkId": network})
		created <- err
	}()
	began.Wait()
	r.work = nil
	// The store is free while the operation lasts.
	require.Len(t, ids(t, r.store, subnetType), 2)
	busy := `Code="AnotherOperationInProgress"`
	_, err := r.create(t.Context(), subnetType, "c", map[string]any{"networkId": network})
	require.ErrorContains(t, err, busy)
	require.ErrorContains(t, r.remove(subnetType, a), busy)
	_, err = r.p.Update(t.Context(), provider.UpdateRequest{Urn: urn(networkType), ID: network,
		Inputs: fromMap(map[string]any{"name": "main", "location": "north"})})
	require.ErrorContains(t, err, busy, "the parent is busy itself")
	require.ErrorContains(t, r.remove(networkType, network), busy)
	r.must(subnetType, "d", map[string]any{"networkId": other})
	require.Len(t, ids(t, r.store, subnetType), 3, "what was rejected left nothing")

	end.Done()
	require.NoError(t, <-created)
	r.must(subnetType, "c", map[string]any{"networkId": network})
	require.NoError(t, r.remove(networkType, network))
}

func TestParentIsNotBusyAfterAFailure(t *testing.T) {
	t.Parallel()
	r := newRegion(t, 0)
	network := r.must(networkType, "main", map[string]any{"name": "main", "location": "north"})
	r.work = func(_ context.Context, w *cloud.Work) error {
		if w.Operation == "create" {
			return errors.New("no capacity")
		}
		return nil
	}
	_, err := r.create(t.Context(), subnetType, "a", map[string]any{"networkId": network})
	require.ErrorContains(t, err, "no capacity")
	r.work = nil
	r.must(subnetType, "a", map[string]any{"networkId": network})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, r.store.AddFault(cloud.Fault{Type: subnetType, Delay: time.Hour}))
	_, err = r.create(ctx, subnetType, "b", map[string]any{"networkId": network})
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, r.remove(networkType, network))
}

// Operations that take time collide when a program starts them together.
func TestOperationsThatTakeTime(t *testing.T) {
	t.Parallel()
	r := newRegion(t, 200*time.Millisecond)
	network := r.must(networkType, "main", map[string]any{"name": "main", "location": "north"})
	results := make(chan error, 2)
	for _, name := range []string{"a", "b"} {
		go func() {
			_, err := r.create(context.Background(), subnetType, name, map[string]any{"networkId": network})
			results <- err
		}()
	}
	problems := 0
	for range 2 {
		if err := <-results; err != nil {
			require.ErrorContains(t, err, "AnotherOperationInProgress")
			problems++
		}
	}
	require.Equal(t, 1, problems)
	start := time.Now()
	require.NoError(t, r.remove(subnetType, network+"/subnets/"+
		map[bool]string{true: "a", false: "b"}[strings.HasSuffix(ids(t, r.store, subnetType)[0], "/a")]))
	require.GreaterOrEqual(t, time.Since(start), 200*time.Millisecond, "a deletion takes time, too")
	require.Empty(t, ids(t, r.store, subnetType))
}

// Retryable errors are retried, whatever function returns them.
func TestRetryableErrors(t *testing.T) {
	t.Parallel()
	r := newRegion(t, 0)
	r.cloud.Errors.Busy = func(o *cloud.Object) error { return refuseWithStatus("TooManyRequests", o.ID) }
	network := r.must(networkType, "main", map[string]any{"name": "main", "location": "north"})
	tries := 0
	r.work = func(_ context.Context, w *cloud.Work) error {
		if tries++; w.Operation == "create" && tries == 1 {
			return refuseWithStatus("TooManyRequests", "later")
		}
		return nil
	}
	r.must(subnetType, "a", map[string]any{"networkId": network})
	require.Equal(t, 3, tries, "it was created, removed and created again")
}

// A process that ends in the middle of an operation leaves nothing busy.
func TestBusyMarksOfDeadProcesses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, cloud.MarkBusy(dir, "a", "999999:1"))
	busy, err := cloud.IsBusy(dir, "a")
	require.NoError(t, err)
	require.False(t, busy)
	require.NoError(t, cloud.MarkBusy(dir, "a", ""))
	busy, err = cloud.IsBusy(dir, "a")
	require.NoError(t, err)
	require.True(t, busy, "process %d runs", os.Getpid())
}
