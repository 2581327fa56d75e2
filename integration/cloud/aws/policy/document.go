package policy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// Document is a policy document.
type Document struct {
	// Statements are its statements.
	Statements []Statement

	version string
}

// Statement is a statement of a document. Elements that it lacks are empty.
type Statement struct {
	// Effect is Allow or Deny.
	Effect string
	// Principals are by kind, such as AWS or Service. The principal "*" has the kind "*".
	Principals, notPrincipals map[string][]string
	// Actions, Resources and NotResources are lists, also if the document has a single string.
	Actions, notActions, Resources, NotResources []string
	// Conditions are lists of values by operator and condition key.
	Conditions map[string]map[string][]string
	// Has are the names of the elements of the statement.
	Has map[string]bool

	id string
}

// Parse parses a document. Its error is the one of AWS.
func Parse(text string) (*Document, error) {
	var raw struct {
		Version   string          `json:"Version"`
		ID        json.RawMessage `json:"Id"`
		Statement json.RawMessage `json:"Statement"`
	}
	if strings.TrimSpace(text) != text && strings.HasPrefix(strings.TrimSpace(text), "{") && text[0] != '{' {
		return nil, kernel.Errorf("JSON strings must not have leading spaces")
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if !json.Valid([]byte(text)) || !strings.HasPrefix(text, "{") {
		return nil, kernel.Errorf("This policy contains invalid Json")
	}
	if err := decoder.Decode(&raw); err != nil || len(raw.Statement) == 0 {
		return nil, errSyntax()
	}
	var list []map[string]any
	if json.Unmarshal(raw.Statement, &list) != nil {
		var one map[string]any
		if json.Unmarshal(raw.Statement, &one) != nil {
			return nil, errSyntax()
		}
		list = []map[string]any{one}
	}
	d := &Document{version: raw.Version}
	for _, fields := range list {
		s, err := parseStatement(fields)
		if err != nil {
			return nil, err
		}
		d.Statements = append(d.Statements, s)
	}
	return d, nil
}

func errSyntax() error {
	return kernel.Errorf("Syntax errors in policy.")
}

func parseStatement(fields map[string]any) (s Statement, err error) {
	s.Has = map[string]bool{}
	for name, v := range fields {
		s.Has[name] = true
		var ok bool
		switch name {
		case "Sid":
			s.id, ok = v.(string)
		case "Effect":
			s.Effect, ok = v.(string)
		case "Principal":
			s.Principals, ok = principals(v)
		case "NotPrincipal":
			s.notPrincipals, ok = principals(v)
		case "Action":
			s.Actions, ok = texts(v)
		case "NotAction":
			s.notActions, ok = texts(v)
		case "Resource":
			s.Resources, ok = texts(v)
		case "NotResource":
			s.NotResources, ok = texts(v)
		case "Condition":
			s.Conditions, ok = conditions(v)
		}
		if !ok { // This includes unknown elements.
			return s, errSyntax()
		}
	}
	if s.Effect != "Allow" && s.Effect != "Deny" {
		return s, errSyntax()
	}
	return s, nil
}

// texts returns a string or a list of strings as a list.
func texts(v any) ([]string, bool) {
	if text, ok := v.(string); ok {
		return []string{text}, true
	}
	list, ok := v.([]any)
	if !ok {
		return nil, false
	}
	out := []string{}
	for _, e := range list {
		switch e := e.(type) {
		case string:
			out = append(out, e)
		case bool, float64: // Conditions have booleans and numbers.
			out = append(out, fmt.Sprint(e))
		default:
			return nil, false
		}
	}
	return out, true
}

func principals(v any) (map[string][]string, bool) {
	if v == "*" {
		return map[string][]string{"*": {"*"}}, true
	}
	kinds, ok := v.(map[string]any)
	out := map[string][]string{}
	for kind, v := range kinds {
		list, isList := texts(v)
		ok = ok && isList && slices.Contains([]string{"AWS", "Service", "Federated", "CanonicalUser"}, kind)
		out[kind] = list
	}
	return out, ok && len(out) > 0
}

func conditions(v any) (map[string]map[string][]string, bool) {
	operators, ok := v.(map[string]any)
	out := map[string]map[string][]string{}
	for operator, v := range operators {
		keys, isMap := v.(map[string]any)
		ok = ok && isMap && knownOperator(operator)
		out[operator] = map[string][]string{}
		for key, v := range keys {
			if scalar, isScalar := v.(bool); isScalar {
				v = fmt.Sprint(scalar)
			}
			if number, isNumber := v.(float64); isNumber {
				v = fmt.Sprint(number)
			}
			list, isList := texts(v)
			ok = ok && isList
			out[operator][key] = list
		}
	}
	return out, ok
}

// knownOperator reports whether a condition operator exists, by "IAM JSON policy elements: Condition operators".
func knownOperator(name string) bool {
	for _, set := range []string{"ForAllValues:", "ForAnyValue:"} {
		name = strings.TrimPrefix(name, set)
	}
	if name == "Null" {
		return true
	}
	return slices.Contains([]string{
		"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike",
		"StringNotLike",
		"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan",
		"NumericGreaterThanEquals",
		"DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals",
		"Bool", "BinaryEquals", "IpAddress", "NotIpAddress", "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike",
	}, strings.TrimSuffix(name, "IfExists"))
}

// Request is a request that a policy allows or denies.
type Request struct {
	// Kind and Principal are the principal: AWS and an ARN, or Service and its name.
	Kind, Principal string
	// Action is the action, such as s3:GetObject.
	Action string
	// resource is the ARN of the resource. Default: any, for resource policies.
	resource string
	// Context are the values of condition keys. Conditions with other keys are met.
	Context map[string]string
}

// Allows reports whether a statement allows a request, and none denies it.
func (d *Document) Allows(r Request) bool {
	allowed := false
	for _, s := range d.Statements {
		if !s.Applies(r) {
			continue
		}
		if s.Effect == "Deny" {
			return false
		}
		allowed = true
	}
	return allowed
}

// Applies reports whether a request matches all elements of the statement.
func (s *Statement) Applies(r Request) bool {
	if s.Has["Action"] && !kernel.MatchAny(s.Actions, r.Action, true) || s.Has["NotAction"] &&
		kernel.MatchAny(s.notActions, r.Action, true) {
		return false
	}
	if r.resource != "" && (s.Has["Resource"] && !kernel.MatchAny(s.Resources, r.resource, false) ||
		s.Has["NotResource"] && kernel.MatchAny(s.NotResources, r.resource, false)) {
		return false
	}
	if s.Has["Principal"] && !isAmong(s.Principals, r) || s.Has["NotPrincipal"] && isAmong(s.notPrincipals, r) {
		return false
	}
	for operator, keys := range s.Conditions {
		for key, wanted := range keys {
			if has, ok := lookUp(r.Context, key); ok && !meets(operator, has, wanted) {
				return false
			}
			// A statement that denies does not apply if the value of a condition key is missing.
			if _, ok := lookUp(r.Context, key); !ok && s.Effect == "Deny" {
				return false
			}
		}
	}
	return true
}

// isAmong reports whether the principal of a request is in a list. An account includes all its principals.
func isAmong(list map[string][]string, r Request) bool {
	if len(list["*"]) > 0 || slices.Contains(list["AWS"], "*") && r.Kind == "AWS" {
		return true
	}
	if r.Kind != "AWS" {
		return slices.Contains(list[r.Kind], r.Principal)
	}
	account := strings.Split(r.Principal+"::::", ":")[4]
	return slices.ContainsFunc(list["AWS"], func(p string) bool {
		return p == r.Principal || p == account || strings.HasSuffix(p, "::"+account+":root")
	})
}

// lookUp returns the value of a condition key, without regard to case.
func lookUp(context map[string]string, key string) (string, bool) {
	for name, v := range context {
		if strings.EqualFold(name, key) {
			return v, true
		}
	}
	return "", false
}

func meets(operator, has string, wanted []string) bool {
	operator = strings.TrimSuffix(operator[strings.LastIndex(operator, ":")+1:], "IfExists")
	switch operator {
	case "StringEquals", "Bool":
		return slices.Contains(wanted, has)
	case "StringNotEquals":
		return !slices.Contains(wanted, has)
	case "StringLike", "ArnLike", "ArnEquals":
		return kernel.MatchAny(wanted, has, false)
	case "StringNotLike", "ArnNotLike", "ArnNotEquals":
		return !kernel.MatchAny(wanted, has, false)
	}
	return true
}
