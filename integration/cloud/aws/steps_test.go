package aws_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/require"
)

// in are the inputs of a step. A text may hold $NAME, which stands for the id of what a step before made.
type in = map[string]any

// step makes a resource and calls it by a name. A name with "~" before it updates what has it, one with "-" deletes it.
type step struct {
	name, typ string
	inputs    in
}

// refusal is what somebody does in an account, and what comes of the last step.
type refusal struct {
	steps []step
	want  string
}

// history is what exists in an account, by the names of steps.
type history struct {
	*account
	ids    map[string]string
	inputs map[string]property.Map
	state  map[string]property.Map
	types  map[string]string
}

func (a *account) history() *history {
	return &history{a, map[string]string{}, map[string]property.Map{}, map[string]property.Map{}, map[string]string{}}
}

func (h *history) do(s step) error {
	h.t.Helper()
	name := strings.TrimLeft(s.name, "~-")
	typ := s.typ
	if typ == "" {
		typ = h.types[name]
	}
	if strings.HasPrefix(s.name, "-") {
		return h.Delete(h.t.Context(), provider.DeleteRequest{Urn: urn(typ), ID: h.ids[name], OldInputs: h.inputs[name]})
	}
	checked, err := h.Check(h.t.Context(), provider.CheckRequest{
		Urn: resource.URN(strings.TrimSuffix(string(urn(typ)), "it") + name), State: h.inputs[name], Inputs: values(h.fill(s.inputs).(in)),
	})
	require.NoError(h.t, err)
	if len(checked.Failures) > 0 {
		return fmt.Errorf("%v", checked.Failures)
	}
	h.inputs[name], h.types[name] = checked.Inputs, typ
	if strings.HasPrefix(s.name, "~") {
		updated, err := h.Update(h.t.Context(), provider.UpdateRequest{Urn: urn(typ), ID: h.ids[name], Inputs: checked.Inputs})
		if err == nil {
			h.state[name] = updated.Properties
		}
		return err
	}
	made, err := h.Create(h.t.Context(), provider.CreateRequest{Urn: urn(typ), Properties: checked.Inputs})
	if err == nil {
		h.ids[name], h.state[name] = made.ID, made.Properties
	}
	return err
}

// all does steps that must work.
func (h *history) all(steps ...step) *history {
	h.t.Helper()
	for _, s := range steps {
		require.NoError(h.t, h.do(s), "%s", s.name)
	}
	return h
}

// fill replaces $NAME by ids, the longest name first.
func (h *history) fill(v any) any {
	switch v := v.(type) {
	case string:
		names := slices.SortedFunc(maps.Keys(h.ids), func(a, b string) int { return len(b) - len(a) })
		for _, name := range names {
			v = strings.ReplaceAll(v, "$"+name, h.ids[name])
		}
		return v
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = h.fill(e)
		}
		return out
	case map[string]any:
		out := in{}
		for key, e := range v {
			out[key] = h.fill(e)
		}
		return out
	default:
		return v
	}
}

// out returns an output.
func (h *history) out(name, property string) any {
	h.t.Helper()
	return resource.ToResourcePropertyMap(h.state[name]).Mappable()[property]
}

// call calls a function.
func (h *history) call(token string, args in) (map[string]any, error) {
	h.t.Helper()
	r, err := h.Invoke(h.t.Context(), provider.InvokeRequest{Token: tokens.Type(token), Args: values(h.fill(args).(in))})
	return resource.ToResourcePropertyMap(r.Return).Mappable(), err
}

// runRefusals does the steps of each case in an account of its own, after those that all have in common.
func runRefusals(t *testing.T, common []step, tests map[string]refusal) {
	t.Helper()
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newAccount(t, true).use(in{"region": "eu-west-1"}).history().all(common...)
			last := len(tc.steps) - 1
			h.all(tc.steps[:last]...)
			err := h.do(tc.steps[last])
			if tc.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, h.fill(tc.want).(string))
		})
	}
}

// doc returns a policy document with statements.
func doc(statements ...in) string {
	text, err := json.Marshal(in{"Version": "2012-10-17", "Statement": statements})
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// trust returns a document by which a service may assume a role.
func trust(service string) string {
	return doc(in{"Effect": "Allow", "Principal": in{"Service": service}, "Action": "sts:AssumeRole"})
}

// long returns a document of about a size.
func long(size int, statement in) string {
	return doc(merged(statement, in{"Sid": strings.Repeat("a", size)}))
}

func merged(a, b in) in {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}
