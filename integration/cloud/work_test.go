package cloud_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// backend is a cloud with one type, whose resources have a file in the folder of the store.
type backend struct {
	dir   string
	store *cloud.Store
	cloud *cloud.Cloud
	// broken are the operations that fail.
	broken map[string]bool
	// calls are the operations with the objects in the store at that time.
	calls []string
}

func newBackend(t *testing.T) (*backend, provider.Provider) {
	t.Helper()
	m := &backend{dir: t.TempDir(), broken: map[string]bool{}}
	var err error
	m.store, err = cloud.Open(m.dir)
	require.NoError(t, err)
	m.cloud = exampleCloud(cloud.Scope{Place: "here"}, &cloud.Type{
		Token: networkType, Args: networkArgs{}, Resource: &network{},
		Create: func(c *cloud.Call) error { return newID(c, "network-") },
		Work:   m.work,
	})
	m.cloud.Reset = func(_ context.Context, dir string) error { return os.RemoveAll(filepath.Join(dir, "running")) }
	p := m.cloud.Provider(m.store)
	require.NoError(t, p.Configure(t.Context(), provider.ConfigureRequest{}))
	return m, p
}

func (m *backend) file(o *cloud.Object) string { return filepath.Join(m.dir, "running", o.ID) }

func (m *backend) work(_ context.Context, w *cloud.Work) error {
	there, err := w.Store.List(networkType) // The store is not locked.
	if err != nil {
		return err
	}
	call := w.Operation + " of none"
	if len(there) == 1 {
		call = w.Operation + " " + there[0].Text("range")
	}
	if w.Old != nil {
		call += " after " + w.Old.Text("range")
	}
	m.calls = append(m.calls, call)
	if m.broken[w.Operation] {
		return errors.New("the " + w.Operation + " does not work")
	}
	if w.Operation == "delete" {
		return os.RemoveAll(m.file(w.Object))
	}
	if err := os.MkdirAll(filepath.Join(w.Dir, "running"), 0o700); err != nil {
		return err
	}
	w.Object.Outputs["address"] = "at:" + w.Object.Text("range")
	return os.WriteFile(m.file(w.Object), nil, 0o600)
}

func (m *backend) create(t *testing.T, p provider.Provider, cidr string) (provider.CreateResponse, error) {
	t.Helper()
	return p.Create(t.Context(), provider.CreateRequest{Urn: urn(networkType),
		Properties: fromMap(map[string]any{"range": cidr})})
}

func (m *backend) update(t *testing.T, p provider.Provider, id, cidr string) error {
	t.Helper()
	_, err := p.Update(t.Context(), provider.UpdateRequest{ID: id, Urn: urn(networkType),
		Inputs: fromMap(map[string]any{"range": cidr})})
	return err
}

func (m *backend) object(t *testing.T) *cloud.Object {
	t.Helper()
	all, err := m.store.List(networkType)
	require.NoError(t, err)
	require.Len(t, all, 1)
	return all[0]
}

func TestWorkRunsOutsideOfTheTransaction(t *testing.T) {
	t.Parallel()
	m, p := newBackend(t)
	made, err := m.create(t, p, "one")
	require.NoError(t, err)
	require.Equal(t, "at:one", resource.ToResourcePropertyMap(made.Properties)["address"].StringValue(),
		"what the work changes is an output")
	require.Equal(t, "at:one", m.object(t).Text("address"), "and is stored")
	require.FileExists(t, m.file(m.object(t)))
	require.NoError(t, m.update(t, p, made.ID, "two"))
	require.Equal(t, "at:two", m.object(t).Text("address"))
	for range 2 { // A second delete succeeds.
		require.NoError(t, p.Delete(t.Context(), provider.DeleteRequest{ID: made.ID, Urn: urn(networkType)}))
	}
	require.Equal(t, []string{"create one", "update two after one", "delete two"}, m.calls)
	require.Empty(t, ids(t, m.store, ""))
}

func TestFailedWorkIsUndone(t *testing.T) {
	t.Parallel()
	m, p := newBackend(t)
	m.broken["create"] = true
	_, err := m.create(t, p, "one")
	require.EqualError(t, err, "creating example:net:Network (a): the create does not work")
	require.Equal(t, []string{"create one", "delete one"}, m.calls)
	require.Empty(t, ids(t, m.store, ""))

	m.broken = map[string]bool{"update": true, "delete": true}
	made, err := m.create(t, p, "one")
	require.NoError(t, err)
	require.ErrorContains(t, m.update(t, p, made.ID, "two"), "the update does not work")
	require.Equal(t, "one", m.object(t).Text("range"), "it is what it was")
	require.Equal(t, "one", m.object(t).Inputs["range"])
	require.ErrorContains(t, p.Delete(t.Context(), provider.DeleteRequest{ID: made.ID, Urn: urn(networkType)}),
		"the delete does not work")
	require.Equal(t, []string{made.ID}, ids(t, m.store, ""), "it is there until its deletion works")
}

func TestWorkOfDriftAndReset(t *testing.T) {
	t.Parallel()
	m, p := newBackend(t)
	made, err := m.create(t, p, "one")
	require.NoError(t, err)
	require.NoError(t, m.cloud.Drift(m.store, networkType, made.ID, []byte("null")))
	require.Empty(t, ids(t, m.store, ""))
	require.NoFileExists(t, filepath.Join(m.dir, "running", made.ID))

	_, err = m.create(t, p, "two")
	require.NoError(t, err)
	require.NoError(t, cloud.Main(m.cloud, "1.0.0", m.dir, []string{"reset"}, &bytes.Buffer{}))
	require.Empty(t, ids(t, m.store, ""))
	require.NoDirExists(t, filepath.Join(m.dir, "running"))

	m.cloud.Reset = func(context.Context, string) error { return errors.New("it does not end") }
	require.ErrorContains(t, cloud.Main(m.cloud, "1.0.0", m.dir, []string{"reset"}, &bytes.Buffer{}), "it does not end")
}
