package cloud

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/ashlar-iac/ashlar/integration/process"
)

// operation is one request of the engine.
type operation struct {
	// name is create, read, update, delete or invoke.
	name string
	// token is that of the type or function.
	token string
	// takes is how long the cloud works on it.
	takes time.Duration
	// begin does it, within a transaction. Required.
	begin func(*Tx) error
	// finish does the rest, outside of the transaction. Default: nothing.
	finish func() error

	// busy are the keys of the objects that are busy until the operation ends.
	busy []string
}

// run does an operation, and retries it as a provider does.
func (s *server) run(ctx context.Context, op *operation) error {
	for try := 0; ; try++ {
		err := s.attempt(ctx, op)
		var r *Refusal
		if try >= s.scope.Retries || !errors.As(err, &r) || !slices.Contains(s.cloud.Errors.Retryable, r.Code) {
			return err
		}
	}
}

func (s *server) attempt(ctx context.Context, op *operation) (err error) {
	op.busy = nil
	var hit *Fault
	err = s.store.Do(func(tx *Tx) (err error) {
		if hit, err = tx.fault(op.name, op.token); err != nil || hit.fails() {
			return err
		}
		return op.begin(tx)
	})
	if err != nil {
		return err
	}
	released := func() error { return s.release(op) }
	defer func() { err = errors.Join(err, released()) }()
	if err := pause(ctx, op.takes); err != nil {
		return err
	}
	if op.finish != nil && !hit.fails() {
		if err := op.finish(); err != nil {
			return err
		}
	}
	if hit == nil {
		return nil
	}
	if err := pause(ctx, hit.Delay); err != nil {
		return err
	}
	if hit.Kill {
		_ = released()
		os.Exit(1) //nolint:gocritic // The process dies in the middle of an operation, as one that is killed.
	}
	if hit.fails() {
		return s.cloud.refuse(hit.Code, "%s", hit.Message)
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return nil
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// occupy makes the objects busy that must be idle for an operation, or refuses if one of them is busy.
func (s *server) occupy(tx *Tx, op *operation, t *Type, o *Object) error {
	var keys []string
	if t.Parent != nil && t.Parent.Exclusive {
		keys = append(keys, o.Managed)
	}
	if s.exclusive[t.Token] {
		keys = append(keys, o.Key())
	}
	for _, key := range keys {
		busy, err := tx.isBusy(key)
		if err != nil {
			return err
		}
		if busy {
			of, err := tx.get(key)
			if err != nil {
				return err
			}
			return s.busyError(of)
		}
		if err := tx.setBusy(key, true); err != nil {
			return err
		}
	}
	op.busy = keys
	return nil
}

func (s *server) busyError(o *Object) error {
	if s.cloud.Errors.Busy != nil {
		return s.cloud.Errors.Busy(o)
	}
	return s.cloud.refuse("AnotherOperationInProgress",
		"another operation on %s or a resource that depends on it is in progress", o.ID)
}

// release ends what [server.occupy] began.
func (s *server) release(op *operation) error {
	if len(op.busy) == 0 {
		return nil
	}
	return s.store.Do(func(tx *Tx) error {
		for _, key := range op.busy {
			if err := tx.setBusy(key, false); err != nil {
				return err
			}
		}
		op.busy = nil
		return nil
	})
}

// setBusy stores that this process works on an object, or no longer does.
func (t *Tx) setBusy(key string, busy bool) error {
	if !busy {
		return t.tx.Bucket(busyBucket).Delete([]byte(key))
	}
	me, err := process.Identify(os.Getpid())
	if err != nil {
		return fmt.Errorf("make an object of the simulated cloud busy: %w", err)
	}
	return t.tx.Bucket(busyBucket).Put([]byte(key), []byte(me.String()))
}

// isBusy reports whether a running process works on an object.
func (t *Tx) isBusy(key string) (bool, error) {
	text := t.tx.Bucket(busyBucket).Get([]byte(key))
	if text == nil {
		return false, nil
	}
	id, err := process.ParseIdentity(string(text))
	if err != nil {
		return false, err
	}
	return id.Running()
}
