package credentials

import (
	"io/fs"
	"os"
)

// Resolver finds credentials in the environment. Make one with [New]. It keeps
// nothing between calls, so that what changes in the environment counts at the
// next call, and is safe for concurrent use when its functions are.
type Resolver struct {
	lookup func(name string) (value string, set bool)
	open   func(path string) (fs.File, error)
}

// Option changes how a [Resolver] reads.
type Option interface{ apply(r *Resolver) }

type optionFunc func(r *Resolver)

func (f optionFunc) apply(r *Resolver) { f(r) }

// WithLookup makes the resolver read variables with lookup, which reports
// whether the variable is set. The default, also for nil, is os.LookupEnv.
func WithLookup(lookup func(name string) (value string, set bool)) Option {
	return optionFunc(func(r *Resolver) {
		if lookup != nil {
			r.lookup = lookup
		}
	})
}

// WithOpen makes the resolver open files with open, to see that they can be
// read. The default, also for nil, is os.Open.
func WithOpen(open func(path string) (fs.File, error)) Option {
	return optionFunc(func(r *Resolver) {
		if open != nil {
			r.open = open
		}
	})
}

// New returns a resolver that reads the environment of the process, unless
// options say otherwise.
func New(opts ...Option) *Resolver {
	r := &Resolver{
		lookup: os.LookupEnv,
		open:   func(path string) (fs.File, error) { return os.Open(path) },
	}
	for _, o := range opts {
		o.apply(r)
	}
	return r
}
