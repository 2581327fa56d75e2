package aks

import (
	"strconv"
	"strings"

	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20240901"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/names"
	"github.com/ashlar-iac/ashlar/core/component"
)

// private reports whether the API server has a private address only.
func (a *ClusterArgs) private() bool { return len(value(a.API).PublicCIDRs) == 0 }

// createControlPlane creates the control plane, in two resources. AKS creates a cluster with its first pool, which the inputs
// must have; once they have it, the provider sends it with every update as it was, and adds the other pools to them on a
// refresh. So one resource creates the cluster, and never changes. The other one, without pools in its inputs, takes over the
// cluster, updates and deletes it: the provider then sends the pools that exist. Sources:
// https://github.com/pulumi/pulumi-azure-native/issues/579, 2094 and 2719.
func (b *builder) createControlPlane() error {
	seed := b.controlPlaneInputs()
	seed.AgentPoolProfiles = containerservice.ManagedClusterAgentPoolProfileArray{b.profile()}
	creation, err := containerservice.NewManagedCluster(b.ctx, b.name+"-creation", seed, b.cluster.Child(
		component.DependsOn(b.resources...), pulumi.RetainOnDelete(true), pulumi.IgnoreChanges([]string{"*"}),
		// Another name or resource group is another cluster.
		pulumi.ReplacementTrigger(pulumi.Sprintf("%s/%s", b.args.ResourceGroupName, b.args.Name))))
	if err != nil {
		return err
	}
	ignored := []string{
		// AKS does not change them: preflight rejects other values. The provider would replace the cluster for a change of one of
		// them, also for what AKS adds to them.
		"diskEncryptionSetID", "dnsPrefix", "fqdnSubdomain", "linuxProfile", "location", "networkProfile", "nodeResourceGroup",
		"windowsProfile",
	}
	if value(b.args.Upgrades).Channel.moves() {
		ignored = append(ignored, "kubernetesVersion")
	}
	opts := []pulumi.ResourceOption{
		pulumi.Import(creation.ID()), component.DependsOn(append(b.resources, creation)...), pulumi.IgnoreChanges(ignored),
	}
	if value(b.args.DeletionProtection) {
		opts = append(opts, pulumi.Protect(true))
	}
	b.control, err = containerservice.NewManagedCluster(b.ctx, b.name, b.controlPlaneInputs(), b.cluster.Main(opts...))
	if err == nil {
		b.created(b.control)
	}
	return err
}

// controlPlaneInputs returns the inputs of the control plane, without pools.
func (b *builder) controlPlaneInputs() *containerservice.ManagedClusterArgs {
	a := b.args
	in := &containerservice.ManagedClusterArgs{
		ResourceGroupName: a.ResourceGroupName, ResourceName: pulumi.String(a.Name), Location: names.Optional(a.Location),
		DnsPrefix: pulumi.String(dnsPrefix(a.Name)), KubernetesVersion: b.checked(a.Version),
		Sku: &containerservice.ManagedClusterSKUArgs{
			Name: pulumi.String(containerservice.ManagedClusterSKUNameBase), Tier: pulumi.String(a.PricingTier),
		},
		SupportPlan:            pulumi.String(a.supportPlan()),
		EnableRBAC:             pulumi.Bool(true),
		DisableLocalAccounts:   pulumi.Bool(!a.LocalAccounts),
		AadProfile:             &containerservice.ManagedClusterAADProfileArgs{Managed: pulumi.Bool(true), EnableAzureRBAC: pulumi.Bool(true)},
		ApiServerAccessProfile: a.access(), NetworkProfile: a.networkProfile(), AddonProfiles: a.addons(),
		OidcIssuerProfile: &containerservice.ManagedClusterOIDCIssuerProfileArgs{Enabled: pulumi.Bool(true)},
		SecurityProfile: &containerservice.ManagedClusterSecurityProfileArgs{
			WorkloadIdentity: &containerservice.ManagedClusterSecurityProfileWorkloadIdentityArgs{Enabled: pulumi.Bool(true)},
			ImageCleaner: &containerservice.ManagedClusterSecurityProfileImageCleanerArgs{
				Enabled:       pulumi.Bool(value(value(a.ImageCleaner).Enabled)),
				IntervalHours: pulumi.Int(value(value(a.ImageCleaner).IntervalHours)),
			},
		},
		AutoUpgradeProfile: &containerservice.ManagedClusterAutoUpgradeProfileArgs{
			UpgradeChannel:       pulumi.String(value(a.Upgrades).Channel),
			NodeOSUpgradeChannel: pulumi.String(value(a.Upgrades).NodeImages),
		},
		Identity: &containerservice.ManagedClusterIdentityArgs{
			Type:                   containerservice.ResourceIdentityTypeUserAssigned,
			UserAssignedIdentities: pulumi.StringArray{b.controlPlane.ID},
		},
		IdentityProfile: containerservice.UserAssignedIdentityMap{"kubeletidentity": containerservice.UserAssignedIdentityArgs{
			ResourceId: b.kubelet.ID.ToStringPtrOutput(), ClientId: b.kubelet.ClientID.ToStringPtrOutput(),
			ObjectId: b.kubelet.PrincipalID.ToStringPtrOutput(),
		}},
		NodeResourceGroup: names.Optional(a.NodeResourceGroup),
		NodeResourceGroupProfile: &containerservice.ManagedClusterNodeResourceGroupProfileArgs{
			RestrictionLevel: pulumi.String(map[bool]string{true: "ReadOnly", false: "Unrestricted"}[value(a.LockNodeResourceGroup)]),
		},
		Tags: a.Tags,
	}
	if a.DiskEncryptionSetID != nil {
		in.DiskEncryptionSetID = a.DiskEncryptionSetID.ToStringOutput().ToStringPtrOutput()
	}
	return in
}

// checked returns a value that fails if preflight reports a problem.
func (b *builder) checked(text string) pulumi.StringPtrInput {
	return pulumi.All(b.found).ApplyT(func([]any) *string { return &text }).(pulumi.StringPtrOutput)
}

// dnsPrefix returns the beginning of the name of the API server: up to 54 letters, digits and hyphens. Source: "Managed
// Clusters - Create Or Update".
func dnsPrefix(name string) string {
	const longest = 54
	name = strings.ReplaceAll(name, "_", "-")
	return strings.Trim(name[:min(len(name), longest)], "-")
}

func (a *ClusterArgs) supportPlan() string {
	if a.LongTermSupport {
		return string(containerservice.KubernetesSupportPlanAKSLongTermSupport)
	}
	return string(containerservice.KubernetesSupportPlanKubernetesOfficial)
}

func (a *ClusterArgs) access() *containerservice.ManagedClusterAPIServerAccessProfileArgs {
	api := value(a.API)
	out := &containerservice.ManagedClusterAPIServerAccessProfileArgs{
		EnablePrivateCluster: pulumi.Bool(a.private()), DisableRunCommand: pulumi.Bool(!a.RunCommand),
	}
	if !a.private() {
		out.AuthorizedIPRanges = pulumi.ToStringArray(api.PublicCIDRs)
		return out
	}
	out.EnablePrivateClusterPublicFQDN = pulumi.Bool(api.PublicFQDN)
	out.PrivateDNSZone = pulumi.String(systemZone)
	if api.PrivateDNSZone != nil {
		out.PrivateDNSZone = api.PrivateDNSZone.ToStringOutput().ToStringPtrOutput()
	}
	return out
}

// networkProfile returns all properties of the network explicitly: any change of them replaces the cluster, and the SDK has
// defaults that overlap with many networks.
func (a *ClusterArgs) networkProfile() *containerservice.ContainerServiceNetworkProfileArgs {
	return &containerservice.ContainerServiceNetworkProfileArgs{
		NetworkPlugin: pulumi.String("azure"), NetworkPluginMode: pulumi.String("overlay"),
		NetworkDataplane: pulumi.String("cilium"), NetworkPolicy: pulumi.String("cilium"),
		OutboundType: pulumi.String(a.outboundType()), LoadBalancerSku: pulumi.String("standard"),
		PodCidr: pulumi.String(a.PodCIDR), ServiceCidr: pulumi.String(a.ServiceCIDR), DnsServiceIP: pulumi.String(a.dnsAddress()),
	}
}

func (a *ClusterArgs) addons() containerservice.ManagedClusterAddonProfileMap {
	secrets := value(a.KeyVaultSecrets)
	driver := containerservice.ManagedClusterAddonProfileArgs{Enabled: pulumi.Bool(value(secrets.Enabled))}
	if value(secrets.Enabled) {
		driver.Config = pulumi.StringMap{
			"enableSecretRotation": pulumi.String(strconv.FormatBool(value(secrets.Rotation))),
			"rotationPollInterval": pulumi.String(secrets.RotationInterval),
		}
	}
	return containerservice.ManagedClusterAddonProfileMap{
		"azurepolicy":                  containerservice.ManagedClusterAddonProfileArgs{Enabled: pulumi.Bool(value(a.AzurePolicy))},
		"azureKeyvaultSecretsProvider": driver,
	}
}
