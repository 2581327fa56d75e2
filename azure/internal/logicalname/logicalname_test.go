package logicalname_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/internal/logicalname"
	"github.com/ashlar-iac/ashlar/core/naming"
)

func TestPhysicalNamesAreValid(t *testing.T) {
	t.Parallel()
	const account, vault, group = "azure-native:storage:StorageAccount", "azure-native:keyvault:Vault",
		"azure-native:resources:ResourceGroup"
	tests := map[string]struct {
		reason, name, token string
		same                bool
	}{
		"group":                 {"most names are unchanged", "shop-orders", group, true},
		"short account":         {"letters and digits are unchanged", "orders", account, true},
		"hyphen in an account":  {"accounts have letters and digits only", "shop-orders", account, false},
		"long account":          {"24 characters with the random ones", "ordersofthewholeshop", account, false},
		"long vault":            {"24 characters with the random ones", "secrets-of-the-orders", vault, false},
		"vault without letters": {"vaults begin with a letter", "2024", vault, false},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := logicalname.For(tc.name, tc.token)
			require.NoError(t, err)
			require.Equal(t, tc.same, got == tc.name, "%s: %s", tc.reason, got)
			require.NoError(t, naming.Azure()[tc.token].Check(got+"0123abcd"), tc.reason)
		})
	}
}

func TestNamesThatDifferAtTheEndStayDistinct(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("orders-", 5)
	a, err := logicalname.For(long+"a", "azure-native:storage:StorageAccount")
	require.NoError(t, err)
	b, err := logicalname.For(long+"b", "azure-native:storage:StorageAccount")
	require.NoError(t, err)
	require.NotEqual(t, a, b)
}
