package cloud

import (
	"context"
	"errors"
	"maps"
)

// Work is the rest of a request after its transaction, such as starting a server for a resource. The store is not
// locked meanwhile.
type Work struct {
	// Operation is "create", "update" or "delete".
	Operation string
	// Scope is the configuration of the provider.
	Scope Scope
	// Object is the resource. Changes of it are stored afterwards.
	Object *Object
	// Old is the resource before an update. Nil otherwise.
	Old *Object
	// Store holds all other objects.
	Store *Store
	// Dir is the folder of the store, which may hold files of the work.
	Dir string

	server *server
}

// Do runs a transaction of the store, with a call for the resource.
func (w *Work) Do(f func(*Call) error) error {
	return w.Store.Do(func(tx *Tx) error {
		return f(&Call{Tx: tx, Scope: w.Scope, Object: w.Object,
			server: w.server})
	})
}

func (s *server) newWork(operation string, o, old *Object) *Work {
	return &Work{Operation: operation, Scope: s.scope, Object: o, Old: old, Store: s.store, Dir: s.store.Dir(),
		server: s}
}

// finishCreate does the work of a new resource. If that fails, it deletes the resource.
func (s *server) finishCreate(ctx context.Context, t *Type, o *Object) error {
	if t.Work == nil {
		return nil
	}
	err := t.Work(ctx, s.newWork("create", o, nil))
	if err == nil {
		return s.store.putAgain(o)
	}
	// Half a resource must not remain, even if the request was canceled.
	undone := t.Work(context.WithoutCancel(ctx), s.newWork("delete", o, nil))
	return errors.Join(err, undone, s.store.Do(func(tx *Tx) error { return tx.Delete(o) }))
}

// finishUpdate does the work of an update. If that fails, it restores the resource.
func (s *server) finishUpdate(ctx context.Context, t *Type, o, old *Object) error {
	if t.Work == nil {
		return nil
	}
	if err := t.Work(ctx, s.newWork("update", o, old)); err != nil {
		return errors.Join(err, s.store.putAgain(old))
	}
	return s.store.putAgain(o)
}

// finishDelete does the work of a deletion, and deletes the resource. o is nil if there is nothing to do.
func (s *server) finishDelete(ctx context.Context, t *Type, o *Object) error {
	if o == nil {
		return nil
	}
	if t.Work != nil {
		if err := t.Work(ctx, s.newWork("delete", o, nil)); err != nil {
			return err
		}
	}
	return s.store.Do(func(tx *Tx) error { return tx.Delete(o) })
}

// putAgain stores an object unless it was deleted meanwhile.
func (s *Store) putAgain(o *Object) error {
	return s.Do(func(tx *Tx) error {
		there, err := tx.get(o.Key())
		if there == nil || err != nil {
			return err
		}
		return tx.Put(o)
	})
}

// before returns a copy of the object that later changes do not affect.
func (o *Object) before() *Object {
	return &Object{Type: o.Type, ID: o.ID, Place: o.Place, Inputs: o.Inputs, Outputs: maps.Clone(o.Outputs),
		Managed: o.Managed, Folded: o.Folded}
}
