package eks

import (
	"errors"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/kms"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/metadata"
)

// createRole creates the role of the control plane. The role cannot create log groups: EKS would recreate the log group
// with its last records after the log group has been deleted. Source: "Amazon EKS cluster IAM role", Amazon EKS User
// Guide.
func (b *builder) createRole() error {
	given := value(b.args.Role)
	if given.ARN != nil {
		b.role = given.ARN.ToStringOutput()
		return nil
	}
	managed := config.Named[pulumi.StringInput]{"cluster": pulumi.String("AmazonEKSClusterPolicy")}
	if value(value(b.args.Addons).VPCCNI).PodSecurityGroups {
		managed["interfaces"] = pulumi.String("AmazonEKSVPCResourceController")
	}
	role, err := newRole(b.ctx, b.name, &iam.RoleArgs{
		Description:     "Control plane of the cluster " + b.args.Name,
		Trust:           iam.Trust{Services: map[string]iam.ServiceTrust{"eks.amazonaws.com": {}}},
		ManagedPolicies: managed,
		InlinePolicies: config.Named[policy.Document]{"no-log-groups": {Statements: []policy.Statement{{
			Effect: policy.Deny, Actions: []string{"logs:CreateLogGroup"},
			Resources: pulumi.StringArray{pulumi.String("*")},
		}}}},
		PermissionsBoundary: given.PermissionsBoundary,
		Tags:                b.args.Tags,
	}, b.cluster.Child())
	if err != nil {
		return err
	}
	b.role = role.ARN
	return nil
}

// createKey creates the KMS key that encrypts Kubernetes objects. The control plane uses it through a grant that EKS
// creates on behalf of the principal that creates the cluster. Source: "Encrypt Kubernetes secrets with KMS on existing
// clusters", Amazon EKS User Guide.
func (b *builder) createKey() error {
	given := value(b.args.Encryption)
	switch {
	case given.KeyARN != nil:
		b.cluster.KeyARN = given.KeyARN.ToStringOutput().ToStringPtrOutput()
		return nil
	case !value(given.OwnKey):
		return nil
	}
	key, err := kms.NewKey(b.ctx, b.name, &kms.KeyArgs{
		Description: "Encrypts the objects of the cluster " + b.args.Name,
		Users:       pulumi.StringArray{b.role},
		Statements: []policy.Statement{{
			Sid: "Deployment", Effect: policy.Allow,
			Principals: &policy.Principals{AWS: pulumi.StringArray{pulumi.String(b.where.Root())}},
			Actions: []string{"kms:CreateGrant",
				"kms:DescribeKey"}, Resources: pulumi.StringArray{pulumi.String("*")},
			Conditions: []policy.Condition{{
				Operator: "BoolIfExists", Key: pulumi.String("kms:GrantIsForAWSResource"),
				Values: pulumi.StringArray{pulumi.String("true")},
			}},
		}},
		Tags: b.args.Tags,
	}, b.cluster.Child())
	if err != nil {
		return err
	}
	b.cluster.KeyARN = key.ARN.ToStringPtrOutput()
	b.created(key)
	return nil
}

// createLogs creates the log group of the control plane, whose name EKS prescribes. EKS would otherwise create one with
// unlimited retention.
func (b *builder) createLogs() error {
	if len(b.args.logTypes()) == 0 {
		return nil
	}
	logs, name := value(b.args.Logs), "/aws/eks/"+b.args.Name+"/cluster"
	args := &cloudwatch.LogGroupArgs{
		Name: pulumi.String(name), RetentionInDays: pulumi.Int(value(logs.RetentionDays)),
		Tags: metadata.MergeTags(b.args.Tags),
	}
	if logs.KeyARN != nil {
		args.KmsKeyId = logs.KeyARN.ToStringOutput().ToStringPtrOutput()
	} else if value(logs.OwnKey) {
		key, err := kms.NewKey(b.ctx, b.name+"-logs", &kms.KeyArgs{
			Description: "Encrypts the logs of the cluster " + b.args.Name,
			Services: []kms.Service{{
				Name: "logs", Resources: pulumi.StringArray{pulumi.String(b.where.ARN("logs", "log-group:"+name))},
			}},
			Tags: b.args.Tags,
		}, b.cluster.Child())
		if err != nil {
			return err
		}
		args.KmsKeyId = key.ARN.ToStringPtrOutput()
		b.created(key)
	}
	group, err := cloudwatch.NewLogGroup(b.ctx, b.name, args, b.cluster.Child(pulumi.DeleteBeforeReplace(true)))
	if err != nil {
		return err
	}
	b.cluster.LogGroupName = group.Name.ToStringPtrOutput()
	b.created(group)
	return nil
}

// createControlPlane creates the control plane. A replacement has the same name, so that the old one is deleted first.
func (b *builder) createControlPlane() error {
	a, api := b.args, value(b.args.API)
	network := &eks.ClusterVpcConfigArgs{
		SubnetIds: b.subnets(), SecurityGroupIds: b.securityGroups(),
		EndpointPrivateAccess: pulumi.Bool(value(api.Private)),
		EndpointPublicAccess:  pulumi.Bool(len(api.PublicCIDRs) > 0),
	}
	if len(api.PublicCIDRs) > 0 {
		network.PublicAccessCidrs = pulumi.ToStringArray(api.PublicCIDRs)
	}
	services := &eks.ClusterKubernetesNetworkConfigArgs{IpFamily: pulumi.String(string(a.IPFamily))}
	if a.ServiceCIDR != "" {
		services.ServiceIpv4Cidr = pulumi.String(a.ServiceCIDR)
	}
	args := &eks.ClusterArgs{
		Name:      pulumi.String(a.Name),
		Version:   pulumi.String(a.Version),
		RoleArn:   b.role,
		VpcConfig: network,
		AccessConfig: &eks.ClusterAccessConfigArgs{
			AuthenticationMode:                      pulumi.String("API"),
			BootstrapClusterCreatorAdminPermissions: pulumi.Bool(a.CreatorAdmin),
		},
		// EKS would otherwise install the first versions of add-ons, which it does not manage.
		BootstrapSelfManagedAddons: pulumi.Bool(false),
		EnabledClusterLogTypes:     pulumi.ToStringArray(texts(a.logTypes())),
		KubernetesNetworkConfig:    services,
		UpgradePolicy:              &eks.ClusterUpgradePolicyArgs{SupportType: pulumi.String(strings.ToUpper(string(a.Support)))},
		ZonalShiftConfig:           &eks.ClusterZonalShiftConfigArgs{Enabled: pulumi.Bool(a.ZonalShift)},
		ForceUpdateVersion:         pulumi.Bool(a.ForceUpgrade),
		Tags:                       metadata.MergeTags(a.Tags),
	}
	if a.encrypted() {
		args.EncryptionConfig = &eks.ClusterEncryptionConfigArgs{
			Provider:  &eks.ClusterEncryptionConfigProviderArgs{KeyArn: b.cluster.KeyARN.Elem()},
			Resources: pulumi.StringArray{pulumi.String("secrets")},
		}
	}
	opts := []pulumi.ResourceOption{
		component.DependsOn(b.resources...), pulumi.DeleteBeforeReplace(true),
		// EKS rejects subnets of another network for an existing cluster.
		pulumi.ReplacementTrigger(b.place.vpc),
		// It takes effect at creation only, and changing it would replace the cluster.
		pulumi.IgnoreChanges([]string{"accessConfig.bootstrapClusterCreatorAdminPermissions"}),
	}
	if value(a.DeletionProtection) {
		opts = append(opts, pulumi.Protect(true))
	}
	var err error
	b.control, err = eks.NewCluster(b.ctx, b.name, args, b.cluster.Main(opts...))
	if err == nil {
		b.created(b.control)
	}
	return err
}

// protect creates a resource that depends on all others and is protected together with the cluster. Without it, a
// destroy would delete node groups and add-ons before it fails at the cluster. The resource exists in the state of the
// stack only.
func (b *builder) protect() error {
	opts := []pulumi.ResourceOption{component.DependsOn(b.resources...)}
	if value(b.args.DeletionProtection) {
		opts = append(opts, pulumi.Protect(true))
	}
	_, err := pulumi.NewStash(b.ctx, b.name+"-deletion-protection",
		&pulumi.StashArgs{Input: pulumi.String(b.args.Name)},
		b.cluster.Child(opts...))
	return err
}

// issuerOf returns the OIDC issuer of a cluster. The indexing methods of the SDK panic if there is none.
func issuerOf(identities []eks.ClusterIdentity) (string, error) {
	for _, identity := range identities {
		for _, o := range identity.Oidcs {
			if o.Issuer != nil {
				return *o.Issuer, nil
			}
		}
	}
	return "", errors.New("the cluster has no OIDC issuer yet: run the update again")
}

// createIssuer creates the OIDC provider in IAM.
func (b *builder) createIssuer() error {
	c := b.cluster
	c.Issuer = b.control.Identities.ApplyT(issuerOf).(pulumi.StringOutput)
	c.details = details{
		component: b.name, known: b.args.Name, version: b.args.Version, name: b.control.Name, arn: b.control.Arn,
		issuer:  c.Issuer,
		subnets: b.place.nodes, securityGroups: pulumi.StringArray{b.nodes.ID},
	}
	if !value(b.args.IdentityProvider) {
		return nil
	}
	provider, err := iam.NewOIDCProvider(b.ctx, b.name, &iam.OIDCProviderArgs{URL: c.Issuer, Tags: b.args.Tags},
		c.Child())
	if err != nil {
		return err
	}
	b.created(provider)
	c.IssuerARN, c.details.issuerARN = provider.ARN.ToStringPtrOutput(), provider.ARN
	return nil
}
