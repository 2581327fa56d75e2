package policy

import (
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// texts are values and the path of the field that they stand in. A value that only
// the engine will know is nil.
type texts struct {
	path   []string
	values []*string
	// unknown says that even the number of values is not known.
	unknown bool
}

func (t texts) given() bool { return t.unknown || len(t.values) > 0 }

// complete reports whether every value is known.
func (t texts) complete() bool { return !t.unknown && !slices.Contains(t.values, nil) }

// each calls f with every value that is known and its path.
func (t texts) each(f func(path []string, value string)) {
	for i, v := range t.values {
		if v != nil {
			f(below(t.path, strconv.Itoa(i)), *v)
		}
	}
}

// all returns the values that are known.
func (t texts) all() []string {
	var out []string
	t.each(func(_ []string, v string) { out = append(out, v) })
	return out
}

func below(path []string, more ...string) []string { return slices.Concat(path, more) }

// plain is a document whose inputs were read.
type plain []statement

type statement struct {
	*Statement

	path                      []string
	principals, notPrincipals *principals
	actions, notActions       texts
	resources, notResources   texts
	conditions                []condition
}

type principals struct {
	path     []string
	everyone bool
	// byType has the four types of the JSON, in a fixed order.
	byType []typed
}

type typed struct {
	name string
	texts
}

type condition struct {
	path     []string
	operator string
	// key holds one value.
	key    texts
	values texts
}

// reader returns the values of an input. It is called for every input of a document, always in the same order.
type reader func(path []string, in pulumi.StringArrayInput) texts

// early reads what is known without the engine.
func early(path []string, in pulumi.StringArrayInput) texts {
	out := texts{path: path}
	switch in := in.(type) {
	case nil:
	case pulumi.StringArray:
		for _, v := range in {
			out.values = append(out.values, earlyValue(v))
		}
	default:
		out.unknown = true
	}
	return out
}

func earlyValue(in pulumi.StringInput) *string {
	if v, ok := in.(pulumi.String); ok {
		return (*string)(&v)
	}
	return nil
}

// given reads values that are plain Go values.
func given(path, values []string) texts {
	out := texts{path: path}
	for i := range values {
		out.values = append(out.values, &values[i])
	}
	return out
}

func (d *Document) plain(read reader) plain {
	out := make(plain, 0, len(d.Statements))
	for i := range d.Statements {
		out = append(out, d.Statements[i].plain([]string{"statements", strconv.Itoa(i)}, read))
	}
	return out
}

func (s *Statement) plain(path []string, read reader) statement {
	out := statement{
		Statement:     s,
		path:          path,
		principals:    s.Principals.plain(below(path, "principals"), read),
		notPrincipals: s.NotPrincipals.plain(below(path, "notPrincipals"), read),
		actions:       given(below(path, "actions"), s.Actions),
		notActions:    given(below(path, "notActions"), s.NotActions),
		resources:     read(below(path, "resources"), s.Resources),
		notResources:  read(below(path, "notResources"), s.NotResources),
	}
	for i, c := range s.Conditions {
		at := below(path, "conditions", strconv.Itoa(i))
		plain := condition{path: at, operator: c.Operator, values: read(below(at, "values"), c.Values)}
		if c.Key != nil {
			plain.key = read(below(at, "key"), pulumi.StringArray{c.Key})
		}
		out.conditions = append(out.conditions, plain)
	}
	return out
}

func (p *Principals) plain(path []string, read reader) *principals {
	if p == nil {
		return nil
	}
	return &principals{path: path, everyone: p.Everyone, byType: []typed{
		{"AWS", read(below(path, "aws"), p.AWS)},
		{"CanonicalUser", read(below(path, "canonicalUsers"), p.CanonicalUsers)},
		{"Federated", read(below(path, "federated"), p.Federated)},
		{"Service", given(below(path, "services"), p.Services)},
	}}
}

// effect returns Allow where nothing is said.
func (s *statement) effect() Effect {
	if s.Effect == "" {
		return Allow
	}
	return s.Effect
}

// complete reports whether everything in the document is known.
func (p plain) complete() bool {
	for i := range p {
		for _, t := range p[i].inputs() {
			if !t.complete() {
				return false
			}
		}
	}
	return true
}

func (s *statement) inputs() []texts {
	out := []texts{s.resources, s.notResources}
	for _, c := range s.conditions {
		out = append(out, c.key, c.values)
	}
	for _, p := range []*principals{s.principals, s.notPrincipals} {
		if p != nil {
			for _, t := range p.byType {
				out = append(out, t.texts)
			}
		}
	}
	return out
}
