package builtinrole_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/authorization/builtinrole"
)

func TestEachNameHasItsOwnGUID(t *testing.T) {
	t.Parallel()
	names := builtinrole.Names()
	require.True(t, slices.IsSorted(names))
	require.Greater(t, len(names), 250)
	byGUID := map[string]string{}
	for name, guid := range builtinrole.GUIDs() {
		require.NoError(t, uuid.Validate(guid), name)
		require.Equal(t, strings.ToLower(guid), guid, name)
		require.Empty(t, byGUID[guid], "%s has the GUID of another role", name)
		byGUID[guid] = name
		require.Equal(t, guid, builtinrole.GUID(name))
	}
	require.Empty(t, builtinrole.GUID("reader"), "names have one case")
}

// The roles that components and documentation name. Source: "Azure built-in roles", Azure RBAC documentation.
func TestKnownRoles(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"AcrDelete":   "c2f4ef07-c644-48eb-af81-4b1b4947fb11",
		"AcrPull":     "7f951dda-4ed3-4680-a7ca-43fe172d538d",
		"AcrPush":     "8311e382-0749-4cb8-b61a-304f252e45ec",
		"Contributor": "b24988ac-6180-42a0-ab88-20f7382dd24c",
		"Key Vault Crypto Service Encryption User": "e147488a-f6f5-4113-8e2d-b22465e65bf6",
		"Managed Identity Operator":                "f1a07417-d97a-45cb-824c-7a7467783830",
		"Network Contributor":                      "4d97b98b-1d4f-4787-a291-c67834d212e7",
		"Owner":                                    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
		"Private DNS Zone Contributor":             "b12aa53e-6015-4669-85d0-8515ebb3ae7f",
		"Reader":                                   "acdd72a7-3385-48ef-bd42-f606fba81ae7",
		"Storage Blob Data Reader":                 "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
		"User Access Administrator":                "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
	} {
		require.Equal(t, want, builtinrole.GUID(name), name)
	}
}
