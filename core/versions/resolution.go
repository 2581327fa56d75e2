package versions

import (
	"cmp"
	"fmt"
)

// resolution is one question and what there is to answer it from.
type resolution struct {
	name string
	// cluster is the version of Kubernetes as it was given, kubernetes what it
	// means, or nil.
	cluster    string
	kubernetes *KubernetesVersion
	// wish is what the configuration asks for. It is the zero value unless
	// configured.
	wish       wish
	configured bool
	// offered is the entry of the file or else of the table, or nil.
	offered *component
	source  Source
	digest  string
	builtIn *component
}

// exact answers with the version that the configuration gives.
func (q *resolution) exact() (*Resolved, error) {
	out := &Resolved{
		Component: q.name,
		Version:   q.wish.exact.String(),
		Source:    Source{Kind: StackConfiguration},
	}
	// A version that the file has dropped may still be in the table.
	listed := cmp.Or(q.offered.find(q.wish.exact), q.builtIn.find(q.wish.exact))
	if listed == nil {
		listed = &release{}
	}
	if q.fit(listed) == unfit {
		return nil, &IncompatibleError{
			Component:       q.name,
			Version:         out.Version,
			Kubernetes:      q.kubernetes.String(),
			KubernetesRange: listed.kubernetes.text,
			Fits:            q.fitting(),
		}
	}
	q.describe(out, listed)
	return out, nil
}

// choose answers with one of the versions on offer.
func (q *resolution) choose() (*Resolved, error) {
	chosen := q.offered.standard
	if q.configured || chosen == nil || q.fit(chosen) == unfit {
		chosen = q.highest()
	}
	if chosen == nil {
		return nil, q.noMatch()
	}
	source := q.source
	source.Line = chosen.line
	out := &Resolved{
		Component:  q.name,
		Version:    chosen.name,
		Source:     source,
		Constraint: q.wish.text,
		Digest:     q.digest,
	}
	q.describe(out, chosen)
	return out, nil
}

// highest returns the highest release that is known to fit, or else the highest
// that may fit, or nil.
func (q *resolution) highest() *release {
	var maybe *release
	for _, r := range q.offered.releases {
		if !q.admits(r) {
			continue
		}
		switch q.fit(r) {
		case fits:
			return r
		case notKnown:
			maybe = cmp.Or(maybe, r)
		case unfit:
		}
	}
	return maybe
}

// admits reports whether the release may be chosen, whatever the cluster.
func (q *resolution) admits(r *release) bool {
	if q.wish.constraint == nil {
		return r == q.offered.standard || isRelease(r.version, q.offered.suffix)
	}
	return q.wish.admits(r.version, q.offered.suffix)
}

type fitness int

const (
	notKnown fitness = iota
	fits
	unfit
)

// fit reports how a release and the cluster go together. Without a cluster,
// everything fits.
func (q *resolution) fit(r *release) fitness {
	switch {
	case q.kubernetes == nil:
		return fits
	case r.kubernetes == nil:
		return notKnown
	case r.kubernetes.contains(*q.kubernetes):
		return fits
	}
	return unfit
}

// fitting lists the releases on offer that are known to run on the cluster.
func (q *resolution) fitting() []string {
	if q.offered == nil {
		return nil
	}
	var out []string
	for _, r := range q.offered.releases {
		if isRelease(r.version, q.offered.suffix) && q.fit(r) == fits {
			out = append(out, r.name)
		}
	}
	return out
}

// describe says how the answer and the cluster go together.
func (q *resolution) describe(out *Resolved, r *release) {
	if r.kubernetes != nil {
		out.KubernetesRange = r.kubernetes.text
	}
	if q.kubernetes == nil {
		return
	}
	out.Kubernetes = q.kubernetes.String()
	out.Compatibility = Unknown
	if q.fit(r) == fits {
		out.Compatibility = Compatible
	}
}

// noMatch explains why there is nothing to answer with.
func (q *resolution) noMatch() error {
	e := &NoMatchError{Component: q.name, Constraint: q.wish.text}
	if q.kubernetes != nil {
		e.Kubernetes = q.kubernetes.String()
	}
	for _, r := range q.offered.releases {
		e.Offered = append(e.Offered, r.name)
		if q.admits(r) {
			e.Unfit = append(e.Unfit, fmt.Sprintf("%s needs %s", r.name, r.kubernetes.text))
		}
	}
	return e
}
