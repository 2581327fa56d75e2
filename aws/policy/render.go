package policy

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// version is the version of the policy language.
const version = "2012-10-17"

// Check returns the problems of the document as a policy of a kind, in values that are known before the deployment
// starts: nil, or a *config.Error with all problems.
func (d *Document) Check(kind Kind) error {
	_, err := d.rendered(d.plain(early), kind)
	return err
}

// rendered returns the text of a document, "" if a value is not known, or its problems as an error.
func (d *Document) rendered(p plain, kind Kind) (string, error) {
	checked := d.check(p, kind)
	if !checked.failed() {
		return checked.text, nil
	}
	out := &config.Error{Subject: string(kind)}
	for _, f := range checked.findings {
		if !f.doubtful {
			out.Findings = append(out.Findings, config.Finding{Path: config.Path(f.path...), Message: f.message})
		}
	}
	return "", out
}

// Warnings returns what [Document.Report] warns about.
func (d *Document) Warnings(kind Kind) []config.Finding {
	var out []config.Finding
	for _, f := range d.check(d.plain(early), kind).findings {
		if f.doubtful {
			out = append(out, config.Finding{Path: config.Path(f.path...), Message: f.message})
		}
	}
	return out
}

// Report adds the problems of [Document.Check] to the report of a validator, and warnings about what is not in the
// reference of AWS policies, which may be newer, and about statements that have no effect. path is the path from the
// validator to the document. It returns the text of the document, "" if it has outputs, and whether there are no problems.
func (d *Document) Report(report *config.Report, path []string, kind Kind) (text string, ok bool) {
	checked := d.check(d.plain(early), kind)
	for _, f := range checked.findings {
		if f.doubtful {
			report.Warn(below(path, f.path...), "%s", f.message)
			continue
		}
		report.Add(below(path, f.path...), "%s", f.message)
	}
	return checked.text, !checked.failed()
}

// JSON returns the text of the document: without white space, with sorted keys and values and without duplicates, so it
// is the same in every deployment. Problems in known values are returned as an error. A document with outputs is
// checked again when they are known: then the returned output fails.
func (d *Document) JSON(kind Kind) (pulumi.StringInput, error) {
	p := d.plain(early)
	text, err := d.rendered(p, kind)
	if err != nil {
		return nil, err
	}
	if p.complete() {
		return pulumi.String(text), nil
	}
	var outputs []any
	d.plain(func(in pulumi.StringArrayInput) texts {
		known := early(in)
		if !known.complete() {
			outputs = append(outputs, in)
		}
		return known
	})
	return pulumi.All(outputs...).ApplyT(func(values []any) (string, error) {
		return d.rendered(d.plain(func(in pulumi.StringArrayInput) texts {
			if known := early(in); known.complete() {
				return known
			}
			list, _ := values[0].([]string)
			values = values[1:]
			return given(list)
		}), kind)
	}).(pulumi.StringOutput), nil
}

// place is the place of a value: an entry of a list in an element of a document. Most values are never reported, so it is
// a path only when that is needed.
type place struct {
	in    []string
	name  string
	index int
}

func (p place) path() []string { return below(p.in, p.name, strconv.Itoa(p.index)) }

// texts are the values of a field, which is in the element at a path.
type texts struct {
	in     []string
	name   string
	values []text
	// unknown is set if the whole list is an output.
	unknown bool
}

// text is a value. One that is an output is not known.
type text struct {
	value string
	known bool
}

// at returns the texts with their place.
func (t texts) at(in []string, name string) texts {
	t.in, t.name = in, name
	return t
}

func (t texts) given() bool { return t.unknown || len(t.values) > 0 }

// complete reports whether all values are known.
func (t texts) complete() bool {
	return !t.unknown && !slices.ContainsFunc(t.values, func(v text) bool { return !v.known })
}

// each calls f for each known value with its place.
func (t texts) each(f func(at place, value string)) {
	for i, v := range t.values {
		if v.known {
			f(place{t.in, t.name, i}, v.value)
		}
	}
}

// all returns the known values.
func (t texts) all() []string {
	out := make([]string, 0, len(t.values))
	t.each(func(_ place, v string) { out = append(out, v) })
	return out
}

func below(path []string, more ...string) []string { return slices.Concat(path, more) }

// plain is a document with the values of its inputs.
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
	// key has one value.
	key    texts
	values texts
}

// reader returns the values of an input. It is called for all inputs of a document, always in the same order.
type reader func(in pulumi.StringArrayInput) texts

// early reads the values that are known before the deployment starts.
func early(in pulumi.StringArrayInput) texts {
	switch in := in.(type) {
	case nil:
		return texts{}
	case pulumi.StringArray:
		out := make([]text, len(in))
		for i, v := range in {
			value, known := v.(pulumi.String)
			out[i] = text{string(value), known}
		}
		return texts{values: out}
	}
	return texts{unknown: true}
}

// given reads plain Go values.
func given(values []string) texts {
	out := make([]text, len(values))
	for i, v := range values {
		out[i] = text{v, true}
	}
	return texts{values: out}
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
		principals:    s.Principals.plain(path, "principals", read),
		notPrincipals: s.NotPrincipals.plain(path, "notPrincipals", read),
		actions:       given(s.Actions).at(path, "actions"),
		notActions:    given(s.NotActions).at(path, "notActions"),
		resources:     read(s.Resources).at(path, "resources"),
		notResources:  read(s.NotResources).at(path, "notResources"),
	}
	for i, c := range s.Conditions {
		at := below(path, "conditions", strconv.Itoa(i))
		plain := condition{path: at, operator: c.Operator, values: read(c.Values).at(at, "values")}
		if c.Key != nil {
			plain.key = read(pulumi.StringArray{c.Key}).at(at, "key")
		}
		out.conditions = append(out.conditions, plain)
	}
	return out
}

func (p *Principals) plain(in []string, name string, read reader) *principals {
	if p == nil {
		return nil
	}
	path := below(in, name)
	return &principals{path: path, everyone: p.Everyone, byType: []typed{
		{"AWS", read(p.AWS).at(path, "aws")},
		{"CanonicalUser", read(p.CanonicalUsers).at(path, "canonicalUsers")},
		{"Federated", read(p.Federated).at(path, "federated")},
		{"Service", given(p.Services).at(path, "services")},
	}}
}

// complete reports whether all values of the document are known.
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

// The JSON has sorted keys: another order would show as a change in the next deployment. The fields of the structs are in
// this order, and encoding/json sorts the keys of maps.
type jsonDocument struct {
	ID        string `json:"Id,omitempty"`
	Statement []jsonStatement
	Version   string
}

type jsonStatement struct {
	Action       any                       `json:",omitempty"`
	Condition    map[string]map[string]any `json:",omitempty"`
	Effect       Effect
	NotAction    any    `json:",omitempty"`
	NotPrincipal any    `json:",omitempty"`
	NotResource  any    `json:",omitempty"`
	Principal    any    `json:",omitempty"`
	Resource     any    `json:",omitempty"`
	Sid          string `json:",omitempty"`
}

// json returns the values without duplicates. A single value has no brackets, as AWS writes it. None is nil.
func (t texts) json() any {
	switch all := t.all(); len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	default:
		slices.Sort(all)
		if all = slices.Compact(all); len(all) == 1 {
			return all[0]
		}
		return all
	}
}

func (p *principals) json() any {
	switch {
	case p == nil:
		return nil
	case p.everyone:
		return "*"
	}
	out := map[string]any{}
	for _, t := range p.byType {
		if t.given() {
			out[t.name] = t.json()
		}
	}
	return out
}

func (p plain) json(id string) (string, error) {
	out := jsonDocument{ID: id, Version: version}
	for i := range p {
		s := &p[i]
		js := jsonStatement{
			Sid: s.Sid, Effect: s.Effect, Principal: s.principals.json(), NotPrincipal: s.notPrincipals.json(),
			Action: s.actions.json(), NotAction: s.notActions.json(), Resource: s.resources.json(),
			NotResource: s.notResources.json(),
		}
		for _, c := range s.conditions {
			if js.Condition == nil {
				js.Condition = map[string]map[string]any{}
			}
			if js.Condition[c.operator] == nil {
				js.Condition[c.operator] = map[string]any{}
			}
			js.Condition[c.operator][c.key.values[0].value] = c.values.json()
		}
		out.Statement = append(out.Statement, js)
	}
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(out)
	return strings.TrimSuffix(text.String(), "\n"), err
}
