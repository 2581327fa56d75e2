package logicalname_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/internal/logicalname"
	"github.com/ashlar-iac/ashlar/core/naming"
)

func TestPhysicalNamesAreValid(t *testing.T) {
	t.Parallel()
	const role, group, alias = "aws:iam/role:Role", "aws:ec2/securityGroup:SecurityGroup", "aws:kms/alias:Alias"
	tests := map[string]struct {
		reason, name, token string
		same                bool
	}{
		"Short":    {"most names are unchanged", "main-flow-logs", role, true},
		"Long":     {"up to 64 characters for roles", strings.Repeat("network-", 10), role, false},
		"Reserved": {"groups must not look like IDs", "sg-main", group, false},
		"Alias":    {"aliases have no dots", "shop.orders", alias, false},
		"Prefix":   {"the prefix of aliases is not repeated", "orders", alias, true},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := logicalname.For(tc.name, tc.token)
			require.NoError(t, err)
			require.Equal(t, tc.same, got == tc.name, "%s: %s", tc.reason, got)
			rule := naming.AWS()[tc.token]
			require.NoError(t, rule.Check(rule.Prefix+got+"-0123456"), tc.reason)
		})
	}
}

func TestNamesThatDifferAtTheEndStayDistinct(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("network-", 20)
	a, err := logicalname.For(long+"a", "aws:iam/role:Role")
	require.NoError(t, err)
	b, err := logicalname.For(long+"b", "aws:iam/role:Role")
	require.NoError(t, err)
	require.NotEqual(t, a, b)
}
