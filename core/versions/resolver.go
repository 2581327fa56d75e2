package versions

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// Resolver finds versions of components. It is safe for concurrent use.
type Resolver struct {
	configuration Configuration
	cache         cache
	fetcher       fetcher

	table    catalogue
	wishes   map[string]wish
	location location

	// turn is held by whoever reads or writes what follows.
	turn    chan struct{}
	loaded  bool
	file    *versionFile
	fileErr error
}

// New returns a resolver that falls back to the given table, which may be nil.
// It neither reads the version file nor uses the network: the first call of
// [Resolver.Resolve] does. Neither the table nor the configuration is modified
// or kept.
//
// It fails with a [TableError] when the table is wrong, and with errors of the
// class failure.Configuration when the configuration is, which cannot happen
// to one that config.Load has validated.
func New(table Table, opts ...Option) (*Resolver, error) {
	r := &Resolver{
		cache:   defaultCache(),
		fetcher: fetcher{attempt: attemptTimeout, overall: overallTimeout},
		turn:    make(chan struct{}, 1),
		wishes:  map[string]wish{},
	}
	for _, o := range opts {
		o.apply(r)
	}
	var tableErr error
	r.table, tableErr = compileTable(builtIn, table)
	if err := failure.Join(tableErr, r.configuration.err(r.fetcher.loopbackHTTP)); err != nil {
		return nil, err
	}
	// Both were checked just now.
	r.location, _ = parseLocation(r.configuration.File, r.fetcher.loopbackHTTP)
	for name, text := range r.configuration.Components {
		r.wishes[name], _ = parseWish(text)
	}
	r.configuration.Components = nil
	return r, nil
}

// Resolve returns the version of a component, from the first of these that has
// one: an exact version in the stack's configuration, the version file, the
// built-in table. A constraint in the configuration selects among the versions
// of the file, or of the table when the file does not have the component.
// Without one, the default of the file or table is chosen. When the cluster is
// known (see [WithKubernetes]), versions that are known not to run on it are
// passed over; the highest that is known to run on it goes before those about
// which the tables say nothing.
//
// Every error is of the class failure.Version; those that the stack's
// configuration is to blame for are of failure.Configuration as well. It wraps
// an [UnknownComponentError], [NoMatchError], [IncompatibleError],
// [TableError], [DigestError] or [DownloadError] where there is one. The version
// file is read by the first call, and an error in it is every later call's.
// When ctx ends, the error wraps its cause and a later call starts anew.
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
	q.wish, q.configured = r.wishes[name]
	q.builtIn = r.table[name]
	q.offered, q.source = q.builtIn, Source{Kind: BuiltIn}
	if file != nil && file.components[name] != nil {
		q.offered, q.source, q.digest = file.components[name], Source{Kind: File, File: file.name}, file.digest
	}
	if q.wish.exact != nil {
		return q.exact()
	}
	if q.offered == nil {
		return nil, &UnknownComponentError{Component: name, Known: r.known(file), Configured: q.configured}
	}
	return q.choose()
}

// Check resolves every component that the stack's configuration names, without
// a cluster, so that what is wrong shows before the first resource is
// registered: a version file that cannot be read, constraints that nothing
// satisfies, and components that no table has, which Resolve would never be
// asked for. It is for callers whose table has the components of all modules
// (see [Merge]). All problems are in the one error, as failure.Join puts them.
func (r *Resolver) Check(ctx context.Context) error {
	const action, subject = "check", "configuration of versions"
	file, err := r.load(ctx)
	if err != nil {
		return failure.Wrap(failure.Version, action, subject, err)
	}
	known := r.known(file)
	var all []error
	for _, name := range slices.Sorted(maps.Keys(r.wishes)) {
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

// known returns the names of all components on offer, sorted.
func (r *Resolver) known(file *versionFile) []string {
	out := slices.Collect(maps.Keys(r.table))
	if file != nil {
		out = slices.AppendSeq(out, maps.Keys(file.components))
	}
	slices.Sort(out)
	return slices.Compact(out)
}
