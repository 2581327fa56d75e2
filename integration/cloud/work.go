package cloud

import (
	"context"
	"errors"
	"maps"
)

// Work is what is left to do for a request once its transaction is done, such as to start what stands behind a resource. It takes a while, and the
// store is free meanwhile.
type Work struct {
	// Operation is "create", "update" or "delete".
	Operation string
	// Scope is what the provider is configured with.
	Scope Scope
	// Object is the resource. What the work changes in it is stored.
	Object *Object
	// Old is the resource as it was before an update, or nil.
	Old *Object
	// Store reaches everything else in the cloud.
	Store *Store
	// Dir is the folder of the store, in which the work may keep files of its own.
	Dir string

	server *server
}

// Do runs a transaction of the store, with a call for the resource.
func (w *Work) Do(f func(*Call) error) error {
	return w.Store.Do(func(tx *Tx) error { return f(&Call{Tx: tx, Scope: w.Scope, Object: w.Object, server: w.server}) })
}

func (s *server) newWork(operation string, o, old *Object) *Work {
	return &Work{Operation: operation, Scope: s.scope, Object: o, Old: old, Store: s.store, Dir: s.store.Dir(), server: s}
}

// finishCreate does the work of a new resource. When that fails, the resource is removed again.
func (s *server) finishCreate(ctx context.Context, t *Type, o *Object) error {
	if t.Work == nil {
		return nil
	}
	err := t.Work(ctx, s.newWork("create", o, nil))
	if err == nil {
		return s.store.putAgain(o)
	}
	// The request may have ended, and that must not leave half of a resource.
	undone := t.Work(context.WithoutCancel(ctx), s.newWork("delete", o, nil))
	return errors.Join(err, undone, s.store.Do(func(tx *Tx) error { return tx.Delete(o) }))
}

// finishUpdate does the work of an update. When that fails, the resource is what it was before.
func (s *server) finishUpdate(ctx context.Context, t *Type, o, old *Object) error {
	if t.Work == nil {
		return nil
	}
	if err := t.Work(ctx, s.newWork("update", o, old)); err != nil {
		return errors.Join(err, s.store.putAgain(old))
	}
	return s.store.putAgain(o)
}

// finishDelete does the work of a deletion, and removes the resource. o is nil when there is nothing to do.
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

// putAgain stores an object unless somebody removed it meanwhile.
func (s *Store) putAgain(o *Object) error {
	return s.Do(func(tx *Tx) error {
		there, err := tx.get(o.Key())
		if there == nil || err != nil {
			return err
		}
		return tx.Put(o)
	})
}

// before returns the object as it is, for the time when it will be another one.
func (o *Object) before() *Object {
	return &Object{Type: o.Type, ID: o.ID, Place: o.Place, Inputs: o.Inputs, Outputs: maps.Clone(o.Outputs), Managed: o.Managed, Folded: o.Folded}
}
