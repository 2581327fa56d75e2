package options_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/ashlar-iac/ashlar/azure"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/accounttest"
	simulated "github.com/ashlar-iac/ashlar/integration/cloud/azure"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/azuretest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
	"github.com/ashlar-iac/ashlar/integration/sections"
)

// object is a map in a stack file.
type object = map[string]any

const (
	root = "../../.."
	// canary is a secret that must not be visible anywhere.
	canary = "canary-5d41402abc4b2a76"
	// documented is the subscription of the pages.
	documented = "11111111-2222-3333-4444-555555555555"
)

// TestMain collects garbage less often, which is a sixth of the work of these tests.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

// environment returns credentials of the simulated subscription.
func environment() *credentials.Resolver {
	return credentials.New(credentials.WithLookup(func(name string) (string, bool) {
		value, ok := map[string]string{
			"ARM_SUBSCRIPTION_ID": simulated.Subscription, "ARM_TENANT_ID": kernel.Tenant, "ARM_CLIENT_ID": kernel.ClientID,
			"ARM_CLIENT_SECRET": canary,
		}[name]
		return value, ok
	}))
}

// What exists before a section with its names is deployed: a group with a network, a vault with a key, and an identity that
// can use the key.
const (
	subscription = "/subscriptions/" + simulated.Subscription
	group        = "rg-existing"
	groupID      = subscription + "/resourceGroups/" + group
	subnetID     = groupID + "/providers/Microsoft.Network/virtualNetworks/main/subnets/web"
	vault        = "kv-existing"
	keyID        = groupID + "/providers/Microsoft.KeyVault/vaults/" + vault + "/keys/existing"
	keyURI       = "https://" + vault + ".vault.azure.net/keys/existing"
	identityID   = groupID + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-existing"
	// encrypts is the ID of the role Key Vault Crypto Service Encryption User.
	encrypts = subscription + "/providers/Microsoft.Authorization/roleDefinitions/e147488a-f6f5-4113-8e2d-b22465e65bf6"
)

// prepare creates what exists.
func prepare(a *accounttest.Account) {
	a.T.Helper()
	in := func(more object) object { return accounttest.Merge(object{"resourceGroupName": group}, more) }
	h := a.History().All(
		accounttest.Step{Name: "group", Type: kernel.GroupToken, Inputs: in(object{"location": azuretest.Location})},
		accounttest.Step{Name: "network", Type: kernel.NetworkToken, Inputs: in(object{
			"virtualNetworkName": "main", "addressSpace": object{"addressPrefixes": []any{"10.0.0.0/16"}},
		})},
		accounttest.Step{Name: "subnet", Type: "azure-native:network:Subnet", Inputs: in(object{
			"virtualNetworkName": "main", "subnetName": "web", "addressPrefix": "10.0.0.0/24",
		})},
		accounttest.Step{Name: "vault", Type: kernel.VaultToken, Inputs: in(object{
			"vaultName": vault, "properties": object{
				"tenantId": kernel.Tenant, "sku": object{"family": "A", "name": "premium"}, "enableRbacAuthorization": true,
				"enablePurgeProtection": true,
			},
		})},
		accounttest.Step{Name: "key", Type: kernel.KeyToken, Inputs: in(object{
			"vaultName": vault, "keyName": "existing", "properties": object{"kty": "RSA"},
		})},
		accounttest.Step{Name: "identity", Type: kernel.IdentityToken, Inputs: in(object{"resourceName": "id-existing"})},
	)
	h.All(accounttest.Step{Name: "role", Type: "azure-native:authorization:RoleAssignment", Inputs: object{
		"scope": keyID, "principalId": h.Output("identity", "principalId"), "principalType": "ServicePrincipal",
		"roleDefinitionId": encrypts,
	}})
}

// deploy deploys a section to a subscription, which is empty unless the section has the names of what exists.
func deploy(t *testing.T, section object) error {
	t.Helper()
	text, err := json.Marshal(section)
	require.NoError(t, err)
	file, err := json.Marshal(object{"config": object{"ashlar:azure": section}})
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "Pulumi.dev.yaml")
	require.NoError(t, os.WriteFile(path, file, 0o600))
	a := azuretest.NewAccount(t).Use(object{"location": azuretest.Location})
	if strings.Contains(string(text), "existing") {
		prepare(a)
	}
	_, err = a.Deploy(func(ctx *pulumi.Context) error {
		manager := deployment.NewManager(deployment.WithConfig(config.WithStackFile(path)))
		return manager.Run(ctx, azure.Module(azure.WithCredentials(environment())))
	}, pulumitest.WithConfig(map[string]string{"ashlar:azure": string(text)}))
	return err
}

// isSimulated reports whether the simulated Azure has a type.
func isSimulated(token string) bool {
	return slices.ContainsFunc(simulated.New().Services, func(s cloud.Service) bool {
		return slices.ContainsFunc(s.Types, func(t *cloud.Type) bool { return t.Token == token })
	})
}

// parse returns the section in a stack file, or nil. Its subscription and network become those that exist.
func parse(t *testing.T, text string) object {
	t.Helper()
	var file struct {
		Config map[string]object `json:"config"`
	}
	text = strings.NewReplacer(documented, simulated.Subscription, "rg-network", group, "subnets/batch", "subnets/web").Replace(text)
	if yaml.Unmarshal([]byte(text), &file) != nil {
		return nil
	}
	section := file.Config["ashlar:azure"]
	// A cluster is imported after its creation, which needs the engine, and networks of partners do not exist. Packages
	// integration/azure/aks and network deploy both.
	if section["clusters"] != nil || strings.Contains(text, "rg-partner") {
		return nil
	}
	if !isSimulated("azure-native:compute:VirtualMachine") {
		delete(section, "virtualMachines")
	}
	return section
}

// TestDocumentedStackFiles deploys the stack files of the pages, except those that are shown with findings.
func TestDocumentedStackFiles(t *testing.T) {
	t.Parallel()
	deployed := 0
	for _, d := range sections.Documents(t, filepath.Join(root, "docs", "azure")) {
		section := parse(t, d.Text)
		if section == nil {
			continue
		}
		deployed++
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			require.NoError(t, deploy(t, section), d.Text)
		})
	}
	require.Greater(t, deployed, 5)
}

// bases are sections with an entry of each kind, the entry under test first. They have blocks for options that are within
// lists of blocks.
const bases = `
resourceGroups:
  resourceGroups: { main: {} }
identities:
  resourceGroups: { shop: {} }
  identities: { main: { federatedCredentials: { web: { issuer: "https://token.actions.githubusercontent.com", subject: "repo:acme/shop:pull_request" } } } }
workspaces:
  resourceGroups: { shop: {} }
  workspaces: { main: {} }
vaults:
  resourceGroups: { shop: {} }
  vaults: { main: {} }
keys:
  resourceGroups: { shop: {} }
  vaults: { main: { sku: premium } }
  keys: { main: {} }
storageAccounts:
  resourceGroups: { shop: {} }
  storageAccounts: { main: { publicBlobs: true, containers: { site: {} }, lifecycle: { rules: { old: { deleteAfterDays: 30 } } } } }
virtualMachines:
  resourceGroups: { shop: {} }
  virtualMachines:
    main:
      size: Standard_D2s_v5
      subnetId: ` + subnetID + `
      sshKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGV4YW1wbGVleGFtcGxlZXhhbXBsZWV4YW1wbGVl]
      dataDisks: { data: { lun: 1, sizeGb: 128 } }
roleDefinitions:
  resourceGroups: { shop: {} }
  roleDefinitions: { main: { resourceGroup: shop, actions: [Microsoft.Compute/virtualMachines/start/action] } }
roleAssignments:
  resourceGroups: { shop: {} }
  roleAssignments: { main: { resourceGroup: shop, principalId: 30000000-0000-4000-8000-000000000001, role: Reader } }
`

// base returns the base section of a kind of entry.
func base(t *testing.T, kind string) object {
	t.Helper()
	var all map[string]object
	require.NoError(t, yaml.Unmarshal([]byte(bases), &all))
	require.Contains(t, all, kind)
	return complete(all[kind])
}

// complete adds what each section needs.
func complete(section object) object {
	section["enabled"], section["providers"] = true, object{"primary": object{"location": azuretest.Location}}
	return section
}

// suite deploys what the schema describes.
func suite(tb testing.TB) sections.Suite {
	tb.Helper()
	schema, err := os.ReadFile(filepath.Join(root, "azure", "schema.json"))
	require.NoError(tb, err)
	s := sections.Suite{Schema: schema, Deploy: deploy, Base: base}
	// Packages integration/azure/aks and network change the options of these.
	s.Omit = []string{"clusters", "networks", "privateEndpoints", "virtualNetworks", "workloadIdentities"}
	if !isSimulated("azure-native:compute:VirtualMachine") {
		s.Omit = append(s.Omit, "virtualMachines")
	}
	return s
}

// TestSchemaOptions sets each value of each enumeration and each boolean of the schema. What the module accepts, the
// simulated Azure deploys.
func TestSchemaOptions(t *testing.T) {
	t.Parallel()
	suite(t).Choices(t)
}
