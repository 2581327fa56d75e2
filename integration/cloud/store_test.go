package cloud_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// counterVariable is the folder of a store in which this test binary counts when it runs as a process of its own.
const counterVariable = "ASHLAR_TEST_COUNTER"

const rounds = 25

func TestMain(m *testing.M) {
	if dir := os.Getenv(counterVariable); dir != "" {
		if err := count(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// count increments a number in an object.
func count(dir string) error {
	store, err := cloud.Open(dir)
	if err != nil {
		return err
	}
	for range rounds {
		err := store.Do(func(tx *cloud.Tx) error {
			o, err := tx.Get("counter", "here", "one")
			if err != nil {
				return err
			}
			if o == nil {
				o = &cloud.Object{Type: "counter", Place: "here", ID: "one", Outputs: map[string]any{"n": "0"}}
			}
			n, err := strconv.Atoi(o.Text("n"))
			if err != nil {
				return err
			}
			o.Outputs["n"] = strconv.Itoa(n + 1)
			return tx.Put(o)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// TestProcessesShareAStore checks that no write of a concurrent process is lost.
func TestProcessesShareAStore(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var wg sync.WaitGroup
	var failed [4]error
	for i := range failed {
		wg.Go(func() {
			c := exec.CommandContext(t.Context(), os.Args[0])
			c.Env = append(os.Environ(), counterVariable+"="+dir)
			var out bytes.Buffer
			c.Stdout, c.Stderr = &out, &out
			if err := c.Run(); err != nil {
				failed[i] = fmt.Errorf("%w: %s", err, &out)
			}
		})
	}
	require.NoError(t, count(dir))
	wg.Wait()
	require.NoError(t, errors.Join(failed[:]...))
	store, err := cloud.Open(dir)
	require.NoError(t, err)
	all, err := store.List("counter")
	require.NoError(t, err)
	require.Len(t, all, 1)
	require.Equal(t, strconv.Itoa((len(failed)+1)*rounds), all[0].Text("n"))
}

func open(t *testing.T) *cloud.Store {
	t.Helper()
	store, err := cloud.Open(t.TempDir())
	require.NoError(t, err)
	return store
}

func put(t *testing.T, store *cloud.Store, objects ...*cloud.Object) {
	t.Helper()
	require.NoError(t, store.Do(func(tx *cloud.Tx) error {
		for _, o := range objects {
			if err := tx.Put(o); err != nil {
				return err
			}
		}
		return nil
	}))
}

func ids(t *testing.T, store *cloud.Store, typ string) []string {
	t.Helper()
	all, err := store.List(typ)
	require.NoError(t, err)
	var out []string
	for _, o := range all {
		out = append(out, o.ID)
	}
	return out
}

func TestTransactionsAreAtomic(t *testing.T) {
	t.Parallel()
	store := open(t)
	refused := errors.New("refused")
	require.ErrorIs(t, store.Do(func(tx *cloud.Tx) error {
		if err := tx.Put(&cloud.Object{Type: "a", ID: "1"}); err != nil {
			return err
		}
		return refused
	}), refused)
	require.Empty(t, ids(t, store, ""))
}

func TestOwnedObjectsAreDeletedWithTheirOwner(t *testing.T) {
	t.Parallel()
	store := open(t)
	owner := &cloud.Object{Type: "network", Place: "here", ID: "n"}
	part := &cloud.Object{Type: "table", Place: "here", ID: "t", Managed: owner.Key()}
	put(t, store, owner, part,
		&cloud.Object{Type: "route", Place: "here", ID: "r", Managed: part.Key()},
		&cloud.Object{Type: "network", Place: "there", ID: "n"},
		&cloud.Object{Type: "networks", Place: "here", ID: "other"})
	require.Equal(t, []string{"n", "n"}, ids(t, store, "network"), "a type is not the beginning of another")
	require.NoError(t, store.Do(func(tx *cloud.Tx) error { return tx.Delete(owner) }))
	require.Equal(t, []string{"n", "other"}, ids(t, store, ""))
	require.NoError(t, store.Reset())
	require.Empty(t, ids(t, store, ""))
}

func TestIDsAreUniqueAndReproducible(t *testing.T) {
	t.Parallel()
	draw := func() []string {
		var out []string
		store := open(t)
		for range 100 {
			require.NoError(t, store.Do(func(tx *cloud.Tx) error {
				digits, err := tx.Hex(17)
				out = append(out, digits)
				return err
			}))
		}
		return out
	}
	first := draw()
	require.Equal(t, first, draw())
	seen := map[string]bool{}
	for _, digits := range first {
		require.Regexp(t, `^[0-9a-f]{17}$`, digits)
		require.False(t, seen[digits])
		seen[digits] = true
	}
}

func TestStoreWithoutFolder(t *testing.T) {
	t.Parallel()
	_, err := cloud.Open("")
	require.ErrorContains(t, err, "no folder is given")
	require.ErrorContains(t, cloud.Main(&cloud.Cloud{}, "1.0.0", "", nil, nil), "ASHLAR_CLOUD is not set")
}

func TestListAndGet(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store, err := cloud.Open(dir)
	require.NoError(t, err)
	put(t, store, &cloud.Object{Type: "network", Place: "here", ID: "n", Inputs: map[string]any{"cidr": "10.0.0.0/16"}},
		&cloud.Object{Type: "table", Place: "here", ID: "t"})
	run := func(args ...string) (string, error) {
		var out bytes.Buffer
		err := cloud.Main(&cloud.Cloud{}, "1.0.0", dir, args, &out)
		return out.String(), err
	}
	out, err := run("list")
	require.NoError(t, err)
	require.Equal(t, "network\there\tn\ntable\there\tt\n", out)
	out, err = run("list", "table")
	require.NoError(t, err)
	require.Equal(t, "table\there\tt\n", out)
	out, err = run("get", "network", "n")
	require.NoError(t, err)
	require.Contains(t, out, `"cidr": "10.0.0.0/16"`)
	_, err = run("get", "network", "m")
	require.ErrorContains(t, err, `there is no network "m": the command list shows what exists`)
	out, err = run("help")
	require.NoError(t, err)
	require.Equal(t, cloud.Usage, out)
	_, err = run("reset")
	require.NoError(t, err)
	out, err = run("list")
	require.NoError(t, err)
	require.Empty(t, out)
}
