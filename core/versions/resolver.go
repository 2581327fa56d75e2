package versions

import (
	"context"
	"crypto/x509"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// Resolver resolves versions of components. It is safe for concurrent use.
type Resolver struct {
	configuration Configuration
	cache         cache
	fetcher       fetcher

	table    catalogue
	requests map[string]request
	location location

	// turn guards the following fields.
	turn    chan struct{}
	loaded  bool
	file    *versionFile
	fileErr error
}

// New returns a resolver. table is the built-in table, which may be nil. The first call of [Resolver.Resolve] reads the
// version file. Neither the table nor the configuration is modified or retained.
//
// Errors are a [TableError] for an invalid table, and of the class failure.Configuration for an invalid
// configuration, which config.Load rejects earlier.
func New(table Table, opts ...Option) (*Resolver, error) {
	r := &Resolver{
		cache:    defaultCache(),
		fetcher:  fetcher{attempt: attemptTimeout, overall: overallTimeout},
		turn:     make(chan struct{}, 1),
		requests: map[string]request{},
	}
	for _, o := range opts {
		o.apply(r)
	}
	var tableErr error
	r.table, tableErr = compileTable(builtIn, table)
	if err := failure.Join(tableErr, r.configuration.err(r.fetcher.loopbackHTTP)); err != nil {
		return nil, err
	}
	// Both are valid.
	r.location, _ = parseLocation(r.configuration.File, r.fetcher.loopbackHTTP)
	for name, text := range r.configuration.Components {
		r.requests[name], _ = parseRequest(text)
	}
	r.configuration.Components = nil
	return r, nil
}

// Resolve returns the version of a component from the first source that has one: an exact version in the
// configuration of the stack, the version file, the built-in table. A constraint in the configuration selects among
// the versions of the file, or of the table when the file does not have the component. Without one, the default of
// the file or table is used. For a given cluster (see [WithKubernetes]), incompatible versions are skipped, and
// compatible versions precede those of unknown compatibility.
//
// Every error is of the class failure.Version, and of failure.Configuration as well when the configuration of the
// stack causes it. It wraps an [UnknownComponentError], [NoMatchError], [IncompatibleError], [TableError],
// [DigestError] or [DownloadError] where there is one. An error of the version file is that of every later call. When
// ctx ends, the error wraps its cause and a later call reads the file again.
func (r *Resolver) Resolve(ctx context.Context, name string, opts ...ResolveOption) (*Resolved, error) {
	resolved, err := r.resolve(ctx, name, opts)
	if err != nil {
		return nil, failure.Wrap(failure.Version, "resolve", "version of "+shorten(name), err)
	}
	return resolved, nil
}

func (r *Resolver) resolve(ctx context.Context, name string, opts []ResolveOption) (*Resolved, error) {
	q := resolution{name: name}
	for _, o := range opts {
		o.applyTo(&q)
	}
	if q.cluster != "" {
		k, err := ParseKubernetes(q.cluster)
		if err != nil {
			return nil, fmt.Errorf("version of the cluster: %w", err)
		}
		q.kubernetes = &k
	}
	file, err := r.load(ctx)
	if err != nil {
		return nil, err
	}
	q.request, q.configured = r.requests[name]
	q.builtIn = r.table[name]
	q.available, q.source = q.builtIn, Source{Kind: BuiltIn}
	if file != nil && file.components[name] != nil {
		q.available, q.source, q.digest = file.components[name], Source{Kind: File, File: file.name}, file.digest
	}
	if q.request.exact != nil {
		return q.exact()
	}
	if q.available == nil {
		return nil, &UnknownComponentError{Component: name, Known: r.known(file), Configured: q.configured}
	}
	return q.choose()
}

// Check resolves every component in the configuration of the stack without a cluster, to report problems before the
// first resource is registered: an unreadable version file, constraints that no version satisfies, and unknown
// components. The table must have the components of all modules (see [Merge]). All problems are joined with
// failure.Join.
func (r *Resolver) Check(ctx context.Context) error {
	const action, subject = "check", "configured versions"
	file, err := r.load(ctx)
	if err != nil {
		return failure.Wrap(failure.Version, action, subject, err)
	}
	known := r.known(file)
	var all []error
	for _, name := range slices.Sorted(maps.Keys(r.requests)) {
		var err error
		if _, found := slices.BinarySearch(known, name); found {
			_, err = r.Resolve(ctx, name)
		} else {
			err = failure.Wrap(failure.Version, action, subject,
				&UnknownComponentError{Component: name, Known: known, Configured: true})
		}
		all = append(all, err)
	}
	return failure.Join(all...)
}

// known returns the names of all components, sorted.
func (r *Resolver) known(file *versionFile) []string {
	out := slices.Collect(maps.Keys(r.table))
	if file != nil {
		out = slices.AppendSeq(out, maps.Keys(file.components))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Option changes how a [Resolver] works.
type Option interface{ apply(*Resolver) }

type optionFunc func(*Resolver)

func (f optionFunc) apply(r *Resolver) { f(r) }

// WithConfiguration sets the decoded section ashlar:versions. Default: an empty one.
func WithConfiguration(c Configuration) Option {
	return optionFunc(func(r *Resolver) { r.configuration = c })
}

// WithCacheDirectory sets the directory for copies of pinned remote files. It is created when needed. An empty path
// disables the cache. Default: ashlar/versions in the cache directory of the user (see os.UserCacheDir).
func WithCacheDirectory(path string) Option {
	return optionFunc(func(r *Resolver) { r.cache = cache{directory: path} })
}

// WithTimeouts sets the maximum duration of a download: of each attempt, and of all attempts including waits. Zero or
// less keeps the default. Default: 10 and 30 seconds.
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

// WithRootCAs sets the certificate authorities for downloads. Default, also for nil: those of the system.
func WithRootCAs(pool *x509.CertPool) Option {
	return optionFunc(func(r *Resolver) { r.fetcher.roots = pool })
}

// WithLoopbackHTTP allows http:// URLs whose host is localhost or a loopback address, for tests. Default: only
// https://.
func WithLoopbackHTTP() Option {
	return optionFunc(func(r *Resolver) { r.fetcher.loopbackHTTP = true })
}

// ResolveOption changes one call of [Resolver.Resolve].
type ResolveOption interface{ applyTo(*resolution) }

type resolveOptionFunc func(*resolution)

func (f resolveOptionFunc) applyTo(r *resolution) { f(r) }

// WithKubernetes sets the version of the cluster in any form that [ParseKubernetes] reads. Incompatible versions are
// then skipped. Default, also for an empty string: compatibility is not checked.
func WithKubernetes(version string) ResolveOption {
	return resolveOptionFunc(func(r *resolution) { r.cluster = version })
}
