package resources_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

// The types of the resources of the components.
const (
	groupType      = "azure-native:resources/v20241101:ResourceGroup"
	identityType   = "azure-native:managedidentity/v20230131:UserAssignedIdentity"
	credentialType = "azure-native:managedidentity/v20230131:FederatedIdentityCredential"
	assignmentType = "azure-native:authorization/v20220401:RoleAssignment"
	definitionType = "azure-native:authorization/v20220501preview:RoleDefinition"
	vaultType      = "azure-native:keyvault/v20241101:Vault"
	keyType        = "azure-native:keyvault/v20241101:Key"
	workspaceType  = "azure-native:operationalinsights/v20250201:Workspace"
	accountType    = "azure-native:storage/v20240101:StorageAccount"
	blobsType      = "azure-native:storage/v20240101:BlobServiceProperties"
	policyType     = "azure-native:storage/v20240101:ManagementPolicy"
	containerType  = "azure-native:storage/v20240101:BlobContainer"
)

const (
	// elsewhere is another location than that of the provider.
	elsewhere = "northeurope"
	// guid is what GUIDs match.
	guid = `^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`
)

// rejects runs an up that Azure rejects.
func rejects(t *testing.T, life *cloudtest.Life, message string) {
	t.Helper()
	r, err := life.Stack.Up(t.Context())
	require.Error(t, err, r.Output)
	require.Contains(t, r.Output, message)
}

// settled checks that a program that was changed back after a rejected change is deployed.
func settled(t *testing.T, life *cloudtest.Life) {
	t.Helper()
	up, err := life.Stack.Up(t.Context())
	require.NoError(t, err, up.Output)
	r, err := life.CheckSettled(t.Context())
	require.NoError(t, err, r.Output)
}

// cases are programs that components reject, by Azure's code for them.
type cases[A any] map[string]struct {
	args A
	want string
}

// run checks that each program is rejected before Azure creates or rejects anything.
func (c cases[A]) run(t *testing.T, create func(ctx *pulumi.Context, args *A) error) {
	t.Helper()
	for name, tc := range c {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloudtest.RequireRefusedByAzure(t, tc.want, func(ctx *pulumi.Context) error { return create(ctx, &tc.args) })
		})
	}
}

// sameKey is the finding for [sameTags], whose keys differ in case only.
const sameKey = `tags.team: the same key as "Team"`

func sameTags() pulumi.StringMap {
	return pulumi.StringMap{"Team": pulumi.String("a"), "team": pulumi.String("b")}
}
