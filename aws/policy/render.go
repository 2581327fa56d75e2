package policy

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/canonical"
	"github.com/ashlar-iac/ashlar/core/config"
)

// version is the version of the policy language.
const version = "2012-10-17"

// Check returns the problems of the document as a policy of a kind, in values that are known before the deployment
// starts: nil, or a *config.Error with all problems.
func (d *Document) Check(kind Kind) error {
	return failed(kind, d.check(d.plain(early), kind))
}

func failed(kind Kind, findings []finding) error {
	findings = slices.DeleteFunc(findings, func(f finding) bool { return f.doubtful })
	if len(findings) == 0 {
		return nil
	}
	out := &config.Error{Subject: string(kind)}
	for _, f := range findings {
		out.Findings = append(out.Findings, config.Finding{Path: config.Path(f.path...), Message: f.message})
	}
	return out
}

// Warnings returns what [Document.Report] warns about.
func (d *Document) Warnings(kind Kind) []config.Finding {
	var out []config.Finding
	for _, f := range d.check(d.plain(early), kind) {
		if f.doubtful {
			out = append(out, config.Finding{Path: config.Path(f.path...), Message: f.message})
		}
	}
	return out
}

// Report adds the problems of [Document.Check] to the report of a validator, and warnings about what is not in the
// reference of AWS policies, which may be newer, and about statements that have no effect. path is the path from the
// validator to the document.
func (d *Document) Report(report *config.Report, path []string, kind Kind) {
	for _, f := range d.check(d.plain(early), kind) {
		if f.doubtful {
			report.Warn(below(path, f.path...), "%s", f.message)
			continue
		}
		report.Add(below(path, f.path...), "%s", f.message)
	}
}

// JSON returns the text of the document: without white space, with sorted keys and values and without duplicates, so it
// is the same in every deployment. Problems in known values are returned as an error. A document with outputs is
// checked again when they are known: then the returned output fails.
func (d *Document) JSON(kind Kind) (pulumi.StringInput, error) {
	p := d.plain(early)
	if err := failed(kind, d.check(p, kind)); err != nil {
		return nil, err
	}
	if p.complete() {
		text, err := p.json(d.ID)
		return pulumi.String(text), err
	}
	var inputs []any
	d.plain(func(_ []string, in pulumi.StringArrayInput) texts {
		if in == nil {
			in = pulumi.StringArray{}
		}
		inputs = append(inputs, in)
		return texts{}
	})
	return pulumi.All(inputs...).ApplyT(func(values []any) (string, error) {
		p := d.plain(func(path []string, _ pulumi.StringArrayInput) texts {
			list, _ := values[0].([]string)
			values = values[1:]
			return given(path, list)
		})
		if err := failed(kind, d.check(p, kind)); err != nil {
			return "", err
		}
		return p.json(d.ID)
	}).(pulumi.StringOutput), nil
}

// texts are the values of a field and its path. Values that are outputs are nil.
type texts struct {
	path   []string
	values []*string
	// unknown is set if the whole list is an output.
	unknown bool
}

func (t texts) given() bool { return t.unknown || len(t.values) > 0 }

// complete reports whether all values are known.
func (t texts) complete() bool { return !t.unknown && !slices.Contains(t.values, nil) }

// each calls f for each known value with its path.
func (t texts) each(f func(path []string, value string)) {
	for i, v := range t.values {
		if v != nil {
			f(below(t.path, strconv.Itoa(i)), *v)
		}
	}
}

// all returns the known values.
func (t texts) all() []string {
	var out []string
	t.each(func(_ []string, v string) { out = append(out, v) })
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
type reader func(path []string, in pulumi.StringArrayInput) texts

// early reads the values that are known before the deployment starts.
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

// given reads plain Go values.
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

type jsonDocument struct {
	ID        string `json:"Id,omitempty"`
	Version   string
	Statement []jsonStatement
}

type jsonStatement struct {
	Sid          string `json:",omitempty"`
	Effect       Effect
	Principal    *jsonPrincipal             `json:",omitempty"`
	NotPrincipal *jsonPrincipal             `json:",omitempty"`
	Action       many                       `json:",omitempty"`
	NotAction    many                       `json:",omitempty"`
	Resource     many                       `json:",omitempty"`
	NotResource  many                       `json:",omitempty"`
	Condition    map[string]map[string]many `json:",omitempty"`
}

// many is a list. A single value has no brackets, as AWS writes it.
type many []string

func (m many) MarshalJSON() ([]byte, error) {
	if len(m) == 1 {
		return json.Marshal(m[0])
	}
	return json.Marshal([]string(m))
}

type jsonPrincipal struct {
	everyone bool
	byType   map[string]many
}

func (p *jsonPrincipal) MarshalJSON() ([]byte, error) {
	if p.everyone {
		return json.Marshal("*")
	}
	return json.Marshal(p.byType)
}

func (t texts) json() many { return slices.Compact(slices.Sorted(slices.Values(t.all()))) }

func (p *principals) json() *jsonPrincipal {
	if p == nil {
		return nil
	}
	out := &jsonPrincipal{everyone: p.everyone, byType: map[string]many{}}
	for _, t := range p.byType {
		if t.given() {
			out.byType[t.name] = t.json()
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
				js.Condition = map[string]map[string]many{}
			}
			if js.Condition[c.operator] == nil {
				js.Condition[c.operator] = map[string]many{}
			}
			js.Condition[c.operator][c.key.all()[0]] = c.values.json()
		}
		out.Statement = append(out.Statement, js)
	}
	text, err := canonical.CompactJSON(out)
	return string(text), err
}
