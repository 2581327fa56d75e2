package iam

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// rendered is a policy document in the order of elements in which the provider writes it.
//
// Source of all rules of rendering: terraform-provider-aws, internal/service/iam: policy_document_data_source.go and
// policy_model.go.
type rendered struct {
	Version   string              `json:",omitempty"`
	ID        string              `json:"Id,omitempty"`
	Statement []renderedStatement `json:",omitempty"`
}

type renderedStatement struct {
	Sid          string          `json:",omitempty"`
	Effect       string          `json:",omitempty"`
	Action       textsOrOne      `json:",omitempty"`
	NotAction    textsOrOne      `json:",omitempty"`
	Resource     textsOrOne      `json:",omitempty"`
	NotResource  textsOrOne      `json:",omitempty"`
	Principal    json.RawMessage `json:",omitempty"`
	NotPrincipal json.RawMessage `json:",omitempty"`
	Condition    json.RawMessage `json:",omitempty"`
}

// textsOrOne is a list of texts that is written as a text if it has one.
type textsOrOne []string

// MarshalJSON implements json.Marshaler.
func (l textsOrOne) MarshalJSON() ([]byte, error) {
	if len(l) == 1 {
		return json.Marshal(l[0])
	}
	return json.Marshal([]string(l))
}

// UnmarshalJSON implements json.Unmarshaler.
func (l *textsOrOne) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*l = textsOrOne{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(l))
}

// merge adds another document: its statements replace those of the same Sid.
func (d *rendered) merge(other rendered) {
	if other.ID != "" {
		d.ID = other.ID
	}
	d.Version = max(d.Version, other.Version)
	for _, s := range other.Statement {
		i := slices.IndexFunc(d.Statement, func(own renderedStatement) bool { return s.Sid != "" && own.Sid == s.Sid })
		if i >= 0 {
			d.Statement[i] = s
		} else {
			d.Statement = append(d.Statement, s)
		}
	}
}

// getPolicyDocument renders a policy document.
func getPolicyDocument(_ *cloud.Call, args map[string]any) (map[string]any, error) {
	var out rendered
	sids := map[string]bool{}
	for i, text := range cloud.Texts(args["sourcePolicyDocuments"]) {
		var d rendered
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			return nil, fmt.Errorf("writing IAM Policy Document: merging source document %d: %w", i, err)
		}
		for _, s := range d.Statement {
			if s.Sid != "" && sids[s.Sid] {
				return nil, fmt.Errorf("writing IAM Policy Document: merging source document %d: duplicate Sid (%s) in "+ //nolint:staticcheck // The text of the provider.
					"source_policy_documents. Remove the Sid or ensure Sids are unique.", i, s.Sid)
			}
			sids[s.Sid] = true
		}
		out.merge(d)
	}
	own, err := renderOwn(args)
	if err != nil {
		return nil, err
	}
	out.merge(own)
	for i, text := range cloud.Texts(args["overridePolicyDocuments"]) {
		var d rendered
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			return nil, fmt.Errorf("writing IAM Policy Document: merging override document %d: %w", i, err)
		}
		out.merge(d)
	}
	text, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return nil, err
	}
	short, err := json.Marshal(out)
	if err != nil {
		return nil, err
	}
	answer := maps.Clone(args)
	maps.Copy(answer, map[string]any{"json": string(text), "minifiedJson": string(short), "version": own.Version,
		"id": strconv.FormatUint(uint64(crc32.ChecksumIEEE(text)), 10)})
	return answer, nil
}

var sidPattern = regexp.MustCompile(`^[a-zA-Z0-9]*$`)

// renderOwn renders the statements among the arguments.
func renderOwn(args map[string]any) (rendered, error) {
	out := rendered{Version: cloud.Text(args, "version"), ID: cloud.Text(args, "policyId")}
	switch out.Version {
	case "":
		out.Version = "2012-10-17"
	case "2008-10-17", "2012-10-17":
	default:
		return out, fmt.Errorf(`expected version to be one of ["2008-10-17" "2012-10-17"], got %s`, out.Version)
	}
	sids := map[string]bool{}
	for i, fields := range cloud.Objects(args["statements"]) {
		s := renderedStatement{Sid: cloud.Text(fields, "sid"), Effect: cloud.Text(fields, "effect")}
		if s.Effect == "" {
			s.Effect = "Allow"
		}
		switch {
		case s.Effect != "Allow" && s.Effect != "Deny":
			return out, fmt.Errorf(`expected statement.%d.effect to be one of ["Allow" "Deny"], got %s`, i, s.Effect)
		case !sidPattern.MatchString(s.Sid):
			return out, fmt.Errorf("invalid value for statement.%d.sid (must only include alphanumeric characters): %s", i, s.Sid)
		case s.Sid != "" && sids[s.Sid]:
			return out, fmt.Errorf("writing IAM Policy Document: duplicate Sid (%s). Remove the Sid or ensure the Sid is unique.", s.Sid) //nolint:revive,staticcheck // The text of the provider.
		}
		sids[s.Sid] = true
		s.Action, s.NotAction = set(fields["actions"]), set(fields["notActions"])
		s.Resource, s.NotResource = set(fields["resources"]), set(fields["notResources"])
		var err error
		if s.Principal, err = renderPrincipals(cloud.Objects(fields["principals"])); err != nil {
			return out, err
		}
		if s.NotPrincipal, err = renderPrincipals(cloud.Objects(fields["notPrincipals"])); err != nil {
			return out, err
		}
		if s.Condition, err = renderConditions(cloud.Objects(fields["conditions"])); err != nil {
			return out, err
		}
		// Terraform has variables of its own in ${}, so that those of IAM can be written as &{}.
		if err := replaceVariables(out.Version, &s); err != nil {
			return out, err
		}
		out.Statement = append(out.Statement, s)
	}
	return out, nil
}

// set returns texts without duplicates, the last one first.
func set(v any) textsOrOne {
	out := cloud.Texts(v)
	slices.Sort(out)
	out = slices.Compact(out)
	slices.Reverse(out)
	return out
}

func renderPrincipals(list []map[string]any) (json.RawMessage, error) {
	if len(list) == 0 {
		return nil, nil
	}
	if len(list) == 1 && list[0]["type"] == "*" && slices.Equal(cloud.Texts(list[0]["identifiers"]), []string{"*"}) {
		return json.RawMessage(`"*"`), nil
	}
	out := map[string]textsOrOne{}
	for _, p := range list {
		kind := cloud.Text(p, "type")
		out[kind] = append(out[kind], set(p["identifiers"])...)
	}
	return json.Marshal(out)
}

func renderConditions(list []map[string]any) (json.RawMessage, error) {
	if len(list) == 0 {
		return nil, nil
	}
	out := map[string]map[string]textsOrOne{}
	for _, c := range list {
		test, variable := cloud.Text(c, "test"), cloud.Text(c, "variable")
		if out[test] == nil {
			out[test] = map[string]textsOrOne{}
		}
		out[test][variable] = append(out[test][variable], cloud.Texts(c["values"])...)
	}
	return json.Marshal(out)
}

// replaceVariables replaces &{ by ${ in resources, principals and conditions.
func replaceVariables(version string, s *renderedStatement) error {
	// Go writes & in JSON as an escape.
	const escaped = `\u0026{`
	for _, list := range []textsOrOne{s.Resource, s.NotResource} {
		for i, text := range list {
			if strings.Contains(text, "&{") && version == "2008-10-17" {
				return variableError(text)
			}
			list[i] = strings.ReplaceAll(text, "&{", "${")
		}
	}
	for _, raw := range []*json.RawMessage{&s.Principal, &s.NotPrincipal, &s.Condition} {
		if text := string(*raw); strings.Contains(text, escaped) {
			if version == "2008-10-17" {
				return variableError(text)
			}
			*raw = json.RawMessage(strings.ReplaceAll(text, escaped, "${"))
		}
	}
	return nil
}

func variableError(text string) error {
	return kernel.Errorf("found &{ sequence in (%s), which is not supported in document version 2008-10-17", text)
}
