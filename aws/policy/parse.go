package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// Parse reads the JSON of a policy. Unknown and duplicate elements are errors of the class failure.Configuration, so
// that nothing that a policy denies is lost.
func Parse(text []byte) (*Document, error) {
	d, err := parse(text)
	if err != nil {
		return nil, failure.Wrap(failure.Configuration, "read", "policy", err)
	}
	return d, nil
}

func parse(text []byte) (*Document, error) {
	if err := unique(json.NewDecoder(bytes.NewReader(text)), "the policy"); err != nil {
		return nil, err
	}
	var in struct {
		ID        string `json:"Id"`
		Version   string
		Statement oneOrMore[readStatement]
	}
	if err := strict(text, &in); err != nil {
		return nil, err
	}
	if in.Version != version {
		return nil, fmt.Errorf("unsupported version %q: use %s, which supports policy variables", in.Version, version)
	}
	out := &Document{ID: in.ID}
	for _, s := range in.Statement {
		out.Statements = append(out.Statements, s.statement())
	}
	return out, nil
}

func strict(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("unexpected content after the policy")
	}
	return nil
}

// unique rejects objects with duplicate keys.
func unique(d *json.Decoder, where string) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	open, ok := token.(json.Delim)
	if !ok {
		return nil
	}
	seen := map[string]bool{}
	for d.More() {
		at := where
		if open == '{' {
			key, err := d.Token()
			if err != nil {
				return err
			}
			at = fmt.Sprint(key)
			if seen[at] {
				return fmt.Errorf("duplicate key %q in %s", at, where)
			}
			seen[at] = true
		}
		if err := unique(d, at); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}

// oneOrMore is a list, or one value without brackets.
type oneOrMore[T any] []T

func (o *oneOrMore[T]) UnmarshalJSON(text []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("[")) {
		var list []T
		if err := strict(text, &list); err != nil {
			return err
		}
		*o = list
		return nil
	}
	var one T
	if err := strict(text, &one); err != nil {
		return err
	}
	*o = []T{one}
	return nil
}

type readStatement struct {
	Sid          string
	Effect       Effect
	Principal    *readPrincipal
	NotPrincipal *readPrincipal
	Action       oneOrMore[string]
	NotAction    oneOrMore[string]
	Resource     oneOrMore[string]
	NotResource  oneOrMore[string]
	Condition    map[string]map[string]oneOrMore[scalar]
}

func (s readStatement) statement() Statement {
	out := Statement{
		Sid: s.Sid, Effect: s.Effect, Principals: s.Principal.principals(), NotPrincipals: s.NotPrincipal.principals(),
		Actions: s.Action, NotActions: s.NotAction, Resources: list(s.Resource), NotResources: list(s.NotResource),
	}
	for _, operator := range slices.Sorted(maps.Keys(s.Condition)) {
		for _, key := range slices.Sorted(maps.Keys(s.Condition[operator])) {
			var values []string
			for _, v := range s.Condition[operator][key] {
				values = append(values, string(v))
			}
			out.Conditions = append(out.Conditions, compare(operator, key, values))
		}
	}
	return out
}

// list returns nil for an empty list.
func list(values []string) pulumi.StringArrayInput {
	if len(values) == 0 {
		return nil
	}
	return pulumi.ToStringArray(values)
}

// scalar is a value of a condition. AWS also accepts numbers and booleans without quotes.
type scalar string

func (s *scalar) UnmarshalJSON(text []byte) error {
	var value any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		return err
	}
	switch value := value.(type) {
	case string:
		*s = scalar(value)
	case bool, json.Number:
		*s = scalar(fmt.Sprint(value))
	default:
		return fmt.Errorf("invalid value %s: use a string, a number or a boolean", text)
	}
	return nil
}

type readPrincipal struct {
	everyone                               bool
	AWS, Service, Federated, CanonicalUser oneOrMore[string]
}

func (p *readPrincipal) UnmarshalJSON(text []byte) error {
	if string(text) == `"*"` {
		p.everyone = true
		return nil
	}
	type fields readPrincipal
	if err := strict(text, (*fields)(p)); err != nil {
		return fmt.Errorf(`principal: use "*" or an object with AWS, Service, Federated or CanonicalUser: %w`, err)
	}
	if slices.Contains(p.AWS, "*") {
		p.everyone = true
		p.AWS = slices.DeleteFunc(p.AWS, func(v string) bool { return v == "*" })
	}
	return nil
}

func (p *readPrincipal) principals() *Principals {
	if p == nil {
		return nil
	}
	return &Principals{
		Everyone: p.everyone, AWS: list(p.AWS), Services: p.Service, Federated: list(p.Federated),
		CanonicalUsers: list(p.CanonicalUser),
	}
}
