package kernel_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func TestEqualPolicyDocuments(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason        string
		before, after string
		want          bool
	}{
		"white space": {"documents are compared, not texts", `{"a": [1, 2], "b": "c"}`, `{"b":"c","a":[1,2]}`,
			true},
		"sets of strings": {"actions have no order, and one is a list of one",
			`{"Action": ["a", "b"], "Resource": "*"}`, `{"Action": ["b", "a"], "Resource": ["*"]}`, true},
		"boolean as a string": {"AWS takes true and its text for the same", `{"Bool": true}`, `{"Bool": "true"}`, true},
		"another policy":      {"another action is a change", `{"a": ["b", "c"]}`, `{"a": ["b", "d"]}`, false},
		"another order":       {"statements have an order", `[{"a": 1}, {"b": 1}]`, `[{"b": 1}, {"a": 1}]`, false},
		"not JSON":            {"texts are compared then", "a", "b", false},
		"equal texts":         {"texts are compared then", "a", "a", true},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tc.want, kernel.JSON("policy")["policy"](tc.before, tc.after), tc.reason)
		})
	}
}
