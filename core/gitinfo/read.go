package gitinfo

import (
	"context"
	"sync"
	"time"
)

// DefaultTimeLimit is how long [Read] takes at most, unless [WithTimeLimit]
// says otherwise.
const DefaultTimeLimit = 2 * time.Second

// Option changes how [Read] works.
type Option interface{ apply(*reader) }

type optionFunc func(*reader)

func (f optionFunc) apply(r *reader) { f(r) }

// WithTimeLimit sets how long [Read] takes at most. Default: DefaultTimeLimit.
// Zero or less means no limit but that of the context.
func WithTimeLimit(limit time.Duration) Option {
	return optionFunc(func(r *reader) { r.limit = limit })
}

// reader collects facts, which arrive one by one from another goroutine.
type reader struct {
	limit time.Duration

	mu    sync.Mutex
	facts Facts
}

// Read returns what is known of the repository that dir lies in. It never
// fails: see the package's documentation for what each fact means and when it
// is unknown. When the time limit is over or ctx is done, it returns what was
// found by then; a read that the operating system does not answer may go on in
// the background until it does. It is safe for concurrent use.
func Read(ctx context.Context, dir string, opts ...Option) Facts {
	r := &reader{limit: DefaultTimeLimit}
	for _, o := range opts {
		o.apply(r)
	}
	if r.limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, r.limit)
		defer cancel()
	}
	if ctx.Err() != nil {
		return Facts{}
	}
	// A call to a file system that hangs cannot be cancelled, only left alone.
	done := make(chan struct{})
	go func() {
		defer close(done)
		guard(func() { r.read(ctx, dir) })
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.facts
}

func (r *reader) learn(learn func(*Facts)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	learn(&r.facts)
}

// read finds the facts, the cheap ones first.
func (r *reader) read(ctx context.Context, dir string) {
	where, ok := locate(dir)
	if !ok {
		return
	}
	repo, ok := open(where)
	if !ok {
		return
	}
	defer repo.close()

	head := repo.head(ctx)
	address := repo.remote(head.branch)
	r.learn(func(f *Facts) { f.Repository, f.Branch, f.Commit = address, head.branch, head.commit })
	tag := repo.tagAt(ctx, head.commit)
	r.learn(func(f *Facts) { f.Tag = tag })
	dirty := repo.dirty(ctx, head.commit)
	r.learn(func(f *Facts) { f.Dirty = dirty })
}

// guard runs work and drops a panic. It is the last resort against a library
// that meets a broken repository: what work was to find out stays unknown.
func guard(work func()) {
	defer func() { _ = recover() }()
	work()
}
