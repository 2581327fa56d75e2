package policy

import (
	"encoding/json"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/canonical"
	"github.com/ashlar-iac/ashlar/core/config"
)

// version is the version of the policy language.
const version = "2012-10-17"

// Check returns what is wrong with the document as a policy of a kind, as far as it is known before the
// engine runs: nil or a *config.Error that holds every problem.
func (d *Document) Check(kind Kind) error {
	return failed(kind, d.check(d.plain(early), kind))
}

func failed(kind Kind, findings []finding) error {
	if len(findings) == 0 {
		return nil
	}
	out := &config.Error{Subject: string(kind)}
	for _, f := range findings {
		out.Findings = append(out.Findings, config.Finding{Path: config.Path(f.path...), Message: f.message})
	}
	return out
}

// Report adds what [Document.Check] finds to the report of a validator. path leads from the validator to the document.
func (d *Document) Report(report *config.Report, path []string, kind Kind) {
	for _, f := range d.check(d.plain(early), kind) {
		report.Add(below(path, f.path...), "%s", f.message)
	}
}

// JSON returns the text of the document: without white space, keys and values sorted, nothing twice, so that it is the same on every
// run. What is wrong is an error at once where it is known; a document with values of other resources is checked again
// when these are, and the output fails.
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

// many is a list that stands without brackets when it holds one value, as AWS itself writes it.
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
			Sid: s.Sid, Effect: s.effect(), Principal: s.principals.json(), NotPrincipal: s.notPrincipals.json(),
			Action: s.actions.json(), NotAction: s.notActions.json(), Resource: s.resources.json(), NotResource: s.notResources.json(),
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
