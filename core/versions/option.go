package versions

import (
	"crypto/x509"
	"time"
)

// Option changes how a [Resolver] works.
type Option interface{ apply(*Resolver) }

type optionFunc func(*Resolver)

func (f optionFunc) apply(r *Resolver) { f(r) }

// WithConfiguration gives the decoded section ashlar:versions. Default: an empty
// one, so that everything comes from the built-in table.
func WithConfiguration(c Configuration) Option {
	return optionFunc(func(r *Resolver) { r.configuration = c })
}

// WithCacheDirectory says where copies of pinned remote files are kept. It is
// made when it is needed. An empty path means that none are kept. Default:
// ashlar/versions in the user's cache folder (see os.UserCacheDir).
func WithCacheDirectory(path string) Option {
	return optionFunc(func(r *Resolver) { r.cache = cache{directory: path} })
}

// WithTimeouts limits how long a remote file may take: each attempt, and all of
// them with the waits between. A value of zero or less keeps the default.
// Default: 10 and 30 seconds.
func WithTimeouts(attempt, overall time.Duration) Option {
	return optionFunc(func(r *Resolver) {
		if attempt > 0 {
			r.fetcher.attempt = attempt
		}
		if overall > 0 {
			r.fetcher.overall = overall
		}
	})
}

// WithRootCAs says which certificate authorities a remote file's server may be
// vouched for by. Nil means those of the system, which is the default.
func WithRootCAs(pool *x509.CertPool) Option {
	return optionFunc(func(r *Resolver) { r.fetcher.roots = pool })
}

// WithLoopbackHTTP allows plain http:// URLs whose host is localhost or
// a loopback address. It is made for tests. Default: only https:// is read.
func WithLoopbackHTTP() Option {
	return optionFunc(func(r *Resolver) { r.fetcher.loopbackHTTP = true })
}

// ResolveOption changes one call of [Resolver.Resolve].
type ResolveOption interface{ applyTo(*resolution) }

type resolveOptionFunc func(*resolution)

func (f resolveOptionFunc) applyTo(r *resolution) { f(r) }

// WithKubernetes gives the version of the cluster that the component will run
// on, in any form that [ParseKubernetes] reads. Only versions that are not
// known to be unfit for it are chosen. An empty string means that it is not
// known, which is the default: then compatibility is not looked at.
func WithKubernetes(version string) ResolveOption {
	return resolveOptionFunc(func(r *resolution) { r.cluster = version })
}
