package aks_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/aks"
	"github.com/ashlar-iac/ashlar/azure/internal/fixture"
	"github.com/ashlar-iac/ashlar/azure/internal/taggable"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

func TestClusterConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[aks.ClusterArgs, *aks.Cluster]{
		Token: aks.ClusterToken, New: aks.NewCluster, RefusesNil: failure.Configuration,
		Defaults: []string{
			"name", "tier", "outbound", "podCidr", "serviceCidr", "preflight", "deletionProtection", "api", "systemPool",
			"lockNodeResourceGroup", "pricingTier", "upgrades", "azurePolicy", "keyVaultSecrets", "imageCleaner", "kubeconfig",
		},
	}, map[string]func(*pulumi.Context) *aks.ClusterArgs{
		"everything": full, "shortest": shortest, "pools": pooled, "public": public,
	})
}

func TestClusterGoldens(t *testing.T) {
	t.Parallel()
	for file, args := range map[string]func(*pulumi.Context) *aks.ClusterArgs{
		"default": shortest, "full": full, "pools": pooled, "public": public,
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			create(t, args).Golden(t, "testdata/"+file+".txt")
		})
	}
}

func TestDefaultsAreSecure(t *testing.T) {
	t.Parallel()
	r := create(t, shortest)
	c, created := control(t, r), creation(t, r)
	require.True(t, c.Protect)
	for path, want := range map[string]any{
		"disableLocalAccounts": true, "enableRBAC": true, "aadProfile.managed": true, "aadProfile.enableAzureRBAC": true,
		"apiServerAccessProfile.enablePrivateCluster": true, "apiServerAccessProfile.disableRunCommand": true,
		"apiServerAccessProfile.privateDNSZone":                 "system",
		"apiServerAccessProfile.enablePrivateClusterPublicFQDN": false,
		"oidcIssuerProfile.enabled":                             true, "securityProfile.workloadIdentity.enabled": true,
		"securityProfile.imageCleaner.enabled": true, "nodeResourceGroupProfile.restrictionLevel": "ReadOnly",
		"networkProfile.networkPolicy": "cilium", "networkProfile.outboundType": "userAssignedNATGateway",
		"networkProfile.serviceCidr": "172.16.0.0/16", "networkProfile.dnsServiceIP": "172.16.0.10",
		"networkProfile.podCidr":                             "100.64.0.0/16",
		"agentPoolProfiles[0].enableEncryptionAtHost":        true,
		"agentPoolProfiles[0].enableNodePublicIP":            false,
		"agentPoolProfiles[0].osDiskType":                    "Ephemeral",
		"agentPoolProfiles[0].mode":                          "System",
		"autoUpgradeProfile.upgradeChannel":                  "patch",
		"autoUpgradeProfile.nodeOSUpgradeChannel":            "NodeImage",
		"addonProfiles.azurepolicy.enabled":                  true,
		"addonProfiles.azureKeyvaultSecretsProvider.enabled": true,
		"sku.tier": "Standard",
	} {
		require.Equal(t, want, input(t, created, path), path)
		if !strings.HasPrefix(path, "agentPoolProfiles") {
			require.Equal(t, want, input(t, c, path), path)
		}
	}
	for _, absent := range []string{"servicePrincipalProfile", "linuxProfile", "windowsProfile", "agentPoolProfiles[0].nodeTaints"} {
		_, ok := created.Input(absent)
		require.False(t, ok, absent)
	}
}

// The provider sends the pools of the inputs with every update, as they were when the cluster was created.
func TestTheControlPlaneIsUpdatedWithoutPools(t *testing.T) {
	t.Parallel()
	r := create(t, pooled)
	c, created := control(t, r), creation(t, r)
	_, ok := c.Input("agentPoolProfiles")
	require.False(t, ok)
	require.Contains(t, c.Dependencies, created.URN)
	require.Equal(t, []string{"*"}, created.IgnoreChanges)
	require.True(t, created.RetainOnDelete, "the cluster is deleted once")
	require.False(t, c.RetainOnDelete)
	require.Contains(t, c.IgnoreChanges, "networkProfile", "a change would replace the cluster")
	system := pool(t, r, "main-system-")
	require.Equal(t, input(t, created, "agentPoolProfiles[0].name"), input(t, system, "agentPoolName"))
	for _, property := range []string{
		"vmSize", "osDiskType", "osDiskSizeGB", "count", "mode", "maxPods", "orchestratorVersion", "nodeTaints", "availabilityZones",
	} {
		require.Equal(t, input(t, created, "agentPoolProfiles[0]."+property), input(t, system, property), property)
	}
}

// AKS checks the roles of the identities when it creates the cluster.
func TestRolesAreAssignedBeforeTheCluster(t *testing.T) {
	t.Parallel()
	r := create(t, full)
	c := creation(t, r)
	scopes := map[string]string{}
	for _, a := range r.OfType(roleType) {
		if slices.Contains(c.Dependencies, a.URN) {
			scopes[a.Name] = input(t, a, "scope").(string)
			require.Equal(t, "ServicePrincipal", input(t, a, "principalType"))
		}
	}
	require.Equal(t, map[string]string{
		"main-kubelet-operator":    fixture.GroupID("shop") + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/main-kubelet0123abcd",
		"main-network":             subnetID,
		"main-network-more-system": networkID + "/subnets/more",
		"main-dns-zone":            dnsZone, "main-dns-network": networkID, "main-disks": diskSet, "main-registry-shop": registry,
	}, scopes)
}

func TestDependentsWaitForAllResourcesOfTheCluster(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		c, err := aks.NewCluster(ctx, "main", full(ctx))
		if err != nil {
			return err
		}
		return ctx.RegisterResource("test:index:Workload", "web", pulumi.Map{"kubeconfig": c.ClusterInfo().Kubeconfig}, &workload{})
	}, fixture.Cloud()...)
	user := r.One(t, "test:index:Workload")
	require.True(t, user.Inputs["kubeconfig"].IsSecret())
	for _, typ := range []string{clusterType, poolType, windowType, settingType, roleType} {
		require.NotEmpty(t, r.OfType(typ), typ)
		for _, part := range r.OfType(typ) {
			if part.Name != "main-creation" { // The resource that takes over the cluster depends on it.
				require.Contains(t, user.Dependencies, part.URN)
			}
		}
	}
}

// workload is a resource that is deployed to a cluster.
type workload struct{ pulumi.CustomResourceState }

// A pool is deleted with the cluster: Azure rejects the deletion of the last system pool.
func TestPoolsAreDeletedWithTheCluster(t *testing.T) {
	t.Parallel()
	r := create(t, full)
	c := control(t, r)
	for _, typ := range []string{poolType, windowType} {
		for _, part := range r.OfType(typ) {
			require.Equal(t, c.URN, part.DeletedWith, part.Name)
		}
	}
	require.Empty(t, r.One(t, settingType).DeletedWith, "Azure keeps diagnostic settings of deleted resources")
}

func TestApplicationsAreKeptAwayFromTheSystemPool(t *testing.T) {
	t.Parallel()
	require.Equal(t, []any{"CriticalAddonsOnly=true:NoSchedule"}, input(t, pool(t, create(t, pooled), "main-system-"), "nodeTaints"))
	for name, args := range map[string]func(*pulumi.Context) *aks.ClusterArgs{
		"no other pool": shortest,
		"turned off": func(ctx *pulumi.Context) *aks.ClusterArgs {
			args := pooled(ctx)
			args.DedicatedSystemPool = new(false)
			return args
		},
	} {
		_, ok := pool(t, create(t, args), "main-system-").Input("nodeTaints")
		require.False(t, ok, name)
	}
}

// A kubeconfig that is unknown in a preview would replace the Kubernetes provider with all of its resources.
func TestKubeconfigStaysKnownInPreviews(t *testing.T) {
	t.Parallel()
	pulumitest.Run(t, func(ctx *pulumi.Context) error {
		c, err := aks.NewCluster(ctx, "main", shortest(ctx))
		if err != nil {
			return err
		}
		require.Equal(t, kubeconfigText, pulumitest.Await[string](t, c.ClusterInfo().Kubeconfig))
		require.Equal(t, fixture.Server, pulumitest.Await[string](t, c.ClusterInfo().Server.ToStringOutput()))
		require.False(t, pulumitest.Inspect[string](t, c.Version).Known, "the rest of the cluster changes")
		return nil
	}, append(fixture.Cloud(), pulumitest.Preview(), pulumitest.WithDefaults(func(r pulumitest.Registration) resource.PropertyMap {
		if r.Type != clusterType {
			return nil
		}
		return resource.PropertyMap{"id": resource.NewProperty("existing")}
	}))...)
}

// kubeconfigText must not change, neither between runs nor between releases of this package.
const kubeconfigText = `apiVersion: v1
clusters:
  - cluster:
      certificate-authority-data: Y2VydGlmaWNhdGU=
      server: https://shop-0123abcd.privatelink.westeurope.azmk8s.io:443
    name: main
contexts:
  - context:
      cluster: main
      user: main
    name: main
current-context: main
kind: Config
users:
  - name: main
    user:
      exec:
        apiVersion: client.authentication.k8s.io/v1beta1
        args:
          - get-token
          - "--login"
          - azurecli
          - "--server-id"
          - "6dae42f8-4368-4678-94ff-3960e28e3630"
        command: kubelogin
        interactiveMode: IfAvailable
        provideClusterInfo: false
`

func TestKubeconfigLogins(t *testing.T) {
	t.Parallel()
	const client = "12121212-0000-0000-0000-000000000000"
	for name, tc := range map[string]struct {
		reason     string
		kubeconfig aks.Kubeconfig
		location   string
		want       []string
		without    []string
	}{
		"service principal": {"its secret is in the environment", aks.Kubeconfig{Login: "spn", ClientID: pulumi.String(client)}, "",
			[]string{"spn", client, "--tenant-id", fixture.Tenant, "AzurePublicCloud"}, []string{"--client-secret"}},
		"workload identity": {"in another cloud", aks.Kubeconfig{Login: "workloadidentity"}, "usgovvirginia",
			[]string{"workloadidentity", "AzureUSGovernmentCloud"}, []string{"--client-id", "--tenant-id"}},
		"managed identity": {"one of several", aks.Kubeconfig{Login: "msi", ClientID: pulumi.String(client)}, "",
			[]string{"msi", "--client-id", client}, []string{"--environment"}},
		"person": {"kubectl has a client ID of its own", aks.Kubeconfig{Login: "devicecode"}, "chinanorth3",
			[]string{"devicecode", "80faf920-1908-4b52-b5ef-a8e7bedfc67a", fixture.Tenant, "AzureChinaCloud"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pulumitest.Run(t, func(ctx *pulumi.Context) error {
				args := shortest(ctx)
				args.Kubeconfig, args.Location = &tc.kubeconfig, tc.location
				c, err := aks.NewCluster(ctx, "main", args)
				if err != nil {
					return err
				}
				text := pulumitest.Await[string](t, c.Kubeconfig)
				for _, want := range tc.want {
					require.Contains(t, text, want, tc.reason)
				}
				for _, not := range tc.without {
					require.NotContains(t, text, not, tc.reason)
				}
				return nil
			}, fixture.Cloud()...)
		})
	}
}

func TestTheAdminKubeconfigIsSecretAndOnRequest(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		c, err := aks.NewCluster(ctx, "main", full(ctx))
		if err != nil {
			return err
		}
		text := pulumitest.Inspect[*string](t, c.AdminKubeconfig)
		require.True(t, text.Secret)
		require.Contains(t, *text.Value, fixture.AdminToken)
		require.NotContains(t, pulumitest.Await[string](t, c.Kubeconfig), fixture.AdminToken)
		return nil
	}, fixture.Cloud()...)
	require.NotEmpty(t, calls(r, "listManagedClusterAdminCredentials"))
	require.Empty(t, calls(create(t, shortest), "listManagedClusterAdminCredentials"), "it is not even read")
}

func calls(r *pulumitest.Recording, function string) []pulumitest.Invocation {
	var out []pulumitest.Invocation
	for _, i := range r.Invokes {
		if taggable.Unversioned(i.Token) == "azure-native:containerservice:"+function {
			out = append(out, *i)
		}
	}
	return out
}

func TestPreflight(t *testing.T) {
	t.Parallel()
	existing := func(version string, more map[string]any) map[string]any {
		out := map[string]any{"currentKubernetesVersion": version,
			"apiServerAccessProfile": map[string]any{"enablePrivateCluster": true}}
		for key, value := range more {
			out[key] = value
		}
		return out
	}
	pool := func(name, version string) map[string]any {
		return map[string]any{"agentPoolProfiles": []any{map[string]any{"name": name, "currentOrchestratorVersion": version}}}
	}
	for name, tc := range map[string]struct {
		reason string
		found  map[string]any
		want   string
	}{
		"two versions": {"AKS upgrades by one", existing("1.35.6", nil), "deploy 1.36 first"},
		"downgrade":    {"AKS rejects it", existing("1.38.0", nil), "cannot be downgraded to 1.37"},
		"old pool": {"nodes are at most three versions behind", existing("1.36.2", pool("apps12345", "1.33.1")),
			`pool "apps12345" has version 1.33.1`},
		"another range": {"a change would replace the cluster", existing("1.37.0", map[string]any{
			"networkProfile": map[string]any{"podCidr": "10.244.0.0/16", "serviceCidr": "172.16.0.0/16"},
		}), "podCidr: cannot change from 10.244.0.0/16 to 100.64.0.0/16"},
		"public API server": {"AKS does not change it", existing("1.37.0", map[string]any{"apiServerAccessProfile": map[string]any{}}),
			"api.publicCidrs: the API server is public and cannot become private"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			opts := append(fixture.Cloud(), found(tc.found))
			for _, preview := range []bool{true, false} {
				all := opts
				if preview {
					all = slices.Concat(opts, []pulumitest.Option{pulumitest.Preview()})
				}
				_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
					_, err := aks.NewCluster(ctx, "main", shortest(ctx))
					return err
				}, all...)
				require.ErrorContains(t, err, tc.want, tc.reason)
			}
		})
	}
}

func TestPreflightCanBeSkipped(t *testing.T) {
	t.Parallel()
	r := create(t, changed(func(a *aks.ClusterArgs) { a.Preflight = new(false) }))
	require.Empty(t, calls(r, "getManagedCluster"))
}

func TestALookUpThatFailsIsAnError(t *testing.T) {
	t.Parallel()
	_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		_, err := aks.NewCluster(ctx, "main", shortest(ctx))
		return err
	}, append(fixture.Cloud(), pulumitest.WithInvoke(func(i pulumitest.Invocation) (resource.PropertyMap, error) {
		if taggable.Unversioned(i.Token) == "azure-native:containerservice:getManagedCluster" {
			return nil, errors.New("AuthorizationFailed")
		}
		return nil, nil
	}))...)
	require.ErrorContains(t, err, "set preflight to false to skip")
	require.ErrorContains(t, err, "AuthorizationFailed")
}

func TestEvidence(t *testing.T) {
	t.Parallel()
	weak := pulumitest.Evidence((&aks.ClusterArgs{LocalAccounts: true, RunCommand: true, API: &aks.API{PublicCIDRs: []string{"198.51.100.0/24"}}}).Evidence())
	for _, setting := range []string{"localAccounts", "runCommand", "api.publicCidrs", "diagnostics.categories", "deletionProtection"} {
		require.False(t, weak[setting], setting)
	}
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		args := shortest(ctx)
		args.Diagnostics = &aks.Diagnostics{WorkspaceID: pulumi.String(workspace)}
		c, err := aks.NewCluster(ctx, "main", args)
		if err != nil {
			return err
		}
		for setting, met := range pulumitest.Evidence(c.Evidence()) {
			require.Equal(t, setting != "diskEncryptionSetId", met, setting)
		}
		return nil
	}, fixture.Cloud()...)
	require.NotEmpty(t, r.Resources)
	args := &aks.ClusterArgs{RegistryIDs: config.Named[pulumi.StringInput]{"shop": pulumi.String(registry)}}
	var controls []string
	for _, e := range append(args.Evidence(), (&aks.NodePoolArgs{}).Evidence()...) {
		for _, c := range e.Controls {
			if c.Framework == "cis-aks" {
				controls = append(controls, c.ID)
			}
		}
	}
	slices.Sort(controls)
	require.Equal(t, []string{"2.1.1", "5.1.3", "5.4.1", "5.4.2", "5.4.3", "5.4.4", "5.5.1", "5.5.2"}, controls)
}
