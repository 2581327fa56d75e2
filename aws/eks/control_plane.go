package eks

import (
	"errors"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/core/component"
)

// makeControlPlane makes the control plane. A cluster of another name or network cannot have the old one's name while that is there.
func (b *builder) makeControlPlane() error {
	a := b.args
	args := &eks.ClusterArgs{
		Name:    pulumi.String(a.Name),
		Version: pulumi.String(a.Version),
		RoleArn: b.role,
		VpcConfig: &eks.ClusterVpcConfigArgs{
			SubnetIds: b.subnets(), SecurityGroupIds: b.groups(),
			EndpointPrivateAccess: pulumi.Bool(*a.API.Private), EndpointPublicAccess: pulumi.Bool(len(a.API.PublicCIDRs) > 0),
		},
		AccessConfig: &eks.ClusterAccessConfigArgs{
			AuthenticationMode: pulumi.String("API"), BootstrapClusterCreatorAdminPermissions: pulumi.Bool(a.CreatorAdmin),
		},
		// Add-ons are those of EKS from the start, rather than its first versions without an owner.
		BootstrapSelfManagedAddons: pulumi.Bool(false),
		EnabledClusterLogTypes:     pulumi.ToStringArray(a.logTypes()),
		KubernetesNetworkConfig:    &eks.ClusterKubernetesNetworkConfigArgs{IpFamily: pulumi.String(a.IPFamily)},
		UpgradePolicy:              &eks.ClusterUpgradePolicyArgs{SupportType: pulumi.String(supportType(a.Support))},
		ZonalShiftConfig:           &eks.ClusterZonalShiftConfigArgs{Enabled: pulumi.Bool(a.ZonalShift)},
		ForceUpdateVersion:         pulumi.Bool(a.ForceUpgrade),
		Tags:                       tags.Merge(a.Tags),
	}
	if a.ServiceCIDR != "" {
		args.KubernetesNetworkConfig = &eks.ClusterKubernetesNetworkConfigArgs{
			IpFamily: pulumi.String(a.IPFamily), ServiceIpv4Cidr: pulumi.String(a.ServiceCIDR),
		}
	}
	if len(a.API.PublicCIDRs) > 0 {
		args.VpcConfig.(*eks.ClusterVpcConfigArgs).PublicAccessCidrs = pulumi.ToStringArray(a.API.PublicCIDRs)
	}
	if a.encrypted() {
		args.EncryptionConfig = &eks.ClusterEncryptionConfigArgs{
			Provider: &eks.ClusterEncryptionConfigProviderArgs{KeyArn: b.key}, Resources: pulumi.StringArray{pulumi.String("secrets")},
		}
	}
	opts := []pulumi.ResourceOption{
		component.DependsOn(b.parts...), pulumi.DeleteBeforeReplace(true),
		// EKS takes no subnets of another network for a cluster that is there.
		pulumi.ReplacementTrigger(b.place.vpc),
		// It counts when the cluster is made, and replaces the cluster when it changes.
		pulumi.IgnoreChanges([]string{"accessConfig.bootstrapClusterCreatorAdminPermissions"}),
	}
	if *a.DeletionProtection {
		opts = append(opts, pulumi.Protect(true))
	}
	var err error
	b.control, err = eks.NewCluster(b.ctx, b.name, args, b.cluster.Main(opts...))
	if err == nil {
		b.wait(b.control)
	}
	return err
}

// protect makes what goes before all parts of the cluster, and cannot go while the cluster is protected. Without it, a destroy would delete nodes
// and add-ons until it gets to the cluster. It does nothing else, and the engine alone knows it.
func (b *builder) protect() error {
	opts := []pulumi.ResourceOption{component.DependsOn(b.parts...)}
	if *b.args.DeletionProtection {
		opts = append(opts, pulumi.Protect(true))
	}
	_, err := pulumi.NewStash(b.ctx, b.name+"-deletion-protection", &pulumi.StashArgs{Input: pulumi.String(b.args.Name)}, b.cluster.Child(opts...))
	return err
}

func supportType(support string) string {
	if support == "standard" {
		return "STANDARD"
	}
	return "EXTENDED"
}

// groups returns the security groups of the control plane.
func (b *builder) groups() pulumi.StringArrayInput {
	own := b.plane.ID
	if b.args.API.SecurityGroupIDs == nil {
		return pulumi.StringArray{own}
	}
	return pulumi.All(own, b.args.API.SecurityGroupIDs.ToStringArrayOutput()).ApplyT(func(all []any) []string {
		return append([]string{all[0].(string)}, all[1].([]string)...)
	}).(pulumi.StringArrayOutput)
}

// clusterGroup returns the security group that EKS makes.
func (b *builder) clusterGroup() pulumi.StringOutput {
	return b.control.VpcConfig.ClusterSecurityGroupId().Elem()
}

// issuerOf returns the issuer of a cluster. Indices of the SDK would panic where there is none.
func issuerOf(identities []eks.ClusterIdentity) (string, error) {
	for _, identity := range identities {
		for _, o := range identity.Oidcs {
			if o.Issuer != nil {
				return *o.Issuer, nil
			}
		}
	}
	return "", errors.New("EKS names no issuer of service accounts for the cluster: it may not be ready yet, so run the update again")
}

// makeIssuer makes the issuer of service accounts known to IAM.
func (b *builder) makeIssuer() error {
	c := b.cluster
	c.Issuer = b.control.Identities.ApplyT(issuerOf).(pulumi.StringOutput)
	c.target = Target{
		Name: b.args.Name, Version: b.args.Version, ClusterName: b.control.Name, ARN: b.control.Arn, Issuer: c.Issuer, component: b.name,
	}
	if !*b.args.IdentityProvider {
		c.IssuerARN = pulumi.String("").ToStringOutput()
		return nil
	}
	provider, err := iam.NewOIDCProvider(b.ctx, b.name, &iam.OIDCProviderArgs{URL: c.Issuer, Tags: pulumi.ToStringMap(b.args.Tags)}, c.Child())
	if err != nil {
		return err
	}
	b.wait(provider)
	c.IssuerARN, c.target.IssuerARN = provider.ARN, provider.ARN
	return nil
}
