package eks

import (
	"strings"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/metadata"
)

// WorkloadIdentityToken is the type of the component [WorkloadIdentity].
const WorkloadIdentityToken = "ashlar-aws:eks:WorkloadIdentity"

// WorkloadIdentity is an IAM role for the pods of one service account.
type WorkloadIdentity struct {
	pulumi.ResourceState
	component.Base

	// RoleARN is the ARN of the role, such as for resource policies.
	RoleARN pulumi.StringOutput `pulumi:"roleArn"`
	// RoleName is the name of the role in the account.
	RoleName pulumi.StringOutput `pulumi:"roleName"`
	// Namespace is the namespace of the service account.
	Namespace pulumi.StringOutput `pulumi:"namespace"`
	// ServiceAccount is the name of the service account.
	ServiceAccount pulumi.StringOutput `pulumi:"serviceAccount"`

	info core.WorkloadIdentityInfo
}

// WorkloadIdentityArgs describes a [WorkloadIdentity].
type WorkloadIdentityArgs struct {
	// Cluster is the cluster of the pods, such as a [Cluster]. Required, unless ClusterName is set. Changing it
	// replaces the association or updates the trust policy of the role.
	Cluster core.Cluster `config:"program"`
	// ClusterName is the name of the cluster, instead of Cluster. Changing it replaces the association or updates the
	// trust policy of the role.
	ClusterName pulumi.StringInput `pulumi:"clusterName,optional" config:"program,plain"`
	// ClusterARN is the ARN of the cluster, which restricts the trust policy of a created role to this cluster.
	// Default: with clusterName, the role trusts the service account in all clusters of the account. Changing it
	// updates the role.
	ClusterARN pulumi.StringInput `pulumi:"clusterArn,optional" config:"program,plain"`
	// OIDCIssuer is the URL of the OIDC issuer of the cluster. Required for IRSA with clusterName. Changing it updates
	// the role.
	OIDCIssuer pulumi.StringInput `pulumi:"oidcIssuer,optional" config:"program,plain"`
	// OIDCProviderARN is the ARN of the cluster's OIDC provider in IAM. Required for IRSA with clusterName. Changing it
	// updates the role.
	OIDCProviderARN pulumi.StringInput `pulumi:"oidcProviderArn,optional" config:"program,plain"`
	// Namespace is the namespace of the service account. It does not have to exist yet. Required. Changing it replaces
	// the association and updates the trust policy of the role.
	Namespace string `pulumi:"namespace" jsonschema:"required"`
	// ServiceAccount is the name of the service account; for applications of the kubernetes module, that of the
	// application. It does not have to exist yet. Required. Changing it replaces the association and updates the trust
	// policy of the role.
	ServiceAccount string `pulumi:"serviceAccount" jsonschema:"required"`
	// Method is how the pods get credentials: with EKS Pod Identity, whose agent runs on every node, or with an IAM
	// role for service accounts (IRSA), which also works on Fargate. Changing it updates the trust policy of the role,
	// and creates or deletes the association.
	Method IdentityMethod `pulumi:"method,optional" jsonschema:"default=podIdentity,enum=podIdentity,enum=irsa"`
	// ManagedPolicies are policies of the role, under names of your choice: ARNs, or names of AWS managed policies,
	// such as AmazonS3ReadOnlyAccess. Default: none. Adding, changing or removing one does not affect the others.
	ManagedPolicies config.Named[pulumi.StringInput] `pulumi:"managedPolicies,optional" config:"plain"`
	// InlinePolicies are inline policies of the role by name. Default: none. Changing one updates it.
	InlinePolicies config.Named[policy.Document] `pulumi:"inlinePolicies,optional"`
	// AllowBroadPolicies allows AWS managed policies that allow every action of a service, or of all services. Default:
	// false.
	AllowBroadPolicies bool `pulumi:"allowBroadPolicies,optional"`
	// PermissionsBoundary is the permissions boundary of the role: the ARN of a policy, or the name of an AWS managed
	// policy. Default: none. Changing it updates the role.
	PermissionsBoundary pulumi.StringInput `pulumi:"permissionsBoundary,optional" config:"plain"`
	// MaxSessionDuration is the maximum duration of a role session, from 1h to 12h. Changing it updates the role.
	MaxSessionDuration string `pulumi:"maxSessionDuration,optional" jsonschema:"default=1h"`
	// RoleARN is the ARN of an existing role that trusts the service account. It is mutually exclusive with policies
	// and permissionsBoundary. Default: a role is created. Changing it updates the association, or restarts the pods.
	RoleARN pulumi.StringInput `pulumi:"roleArn,optional" config:"plain"`
	// Tags are added to the role and the association. Default: none. Changing them updates both.
	Tags pulumi.StringMapInput `pulumi:"tags,optional" config:"plain"`
}

var (
	_ core.WorkloadIdentity     = (*WorkloadIdentity)(nil)
	_ config.Validator          = (*WorkloadIdentityArgs)(nil)
	_ config.ArgumentsValidator = (*WorkloadIdentityArgs)(nil)
	_ compliance.Declarer       = (*WorkloadIdentityArgs)(nil)
)

func (a *WorkloadIdentityArgs) permissions() *iam.Permissions {
	return &iam.Permissions{
		ManagedPolicies: a.ManagedPolicies, InlinePolicies: a.InlinePolicies,
		AllowBroadPolicies: a.AllowBroadPolicies, PermissionsBoundary: a.PermissionsBoundary,
	}
}

// Validate implements config.Validator.
func (a *WorkloadIdentityArgs) Validate(report *config.Report) {
	checkNamespace(report, []string{"namespace"}, a.Namespace)
	checkServiceAccount(report, []string{"serviceAccount"}, a.ServiceAccount)
	checkRoleARN(report, []string{"roleArn"}, a.RoleARN, a.permissions())
	a.permissions().Validate(report)
	if d, err := time.ParseDuration(a.MaxSessionDuration); err != nil || d < time.Hour || d > 12*time.Hour ||
		d%time.Second != 0 {
		report.Add([]string{"maxSessionDuration"}, "found %q, expected a duration from 1h to 12h, such as 4h or 1h30m",
			a.MaxSessionDuration)
	}
	tagging.CheckRole(report, []string{"tags"}, a.Tags)
}

// ValidateArguments implements config.ArgumentsValidator.
func (a *WorkloadIdentityArgs) ValidateArguments(report *config.Report) {
	checkCluster(report, a.Cluster, a.ClusterName, inputs{
		"clusterArn": a.ClusterARN != nil, "oidcIssuer": a.OIDCIssuer != nil,
		"oidcProviderArn": a.OIDCProviderARN != nil,
	})
	checkOIDC(report, a.Method, a.Cluster, a.cluster())
}

// Evidence implements compliance.Declarer. The role declares its own.
func (a *WorkloadIdentityArgs) Evidence() []compliance.Evidence {
	return []compliance.Evidence{compliance.Always("method", a.Method, compliancecontrols.PodIdentity...)}
}

func (a *WorkloadIdentityArgs) cluster() details {
	return detailsOf(a.Cluster,
		details{name: a.ClusterName, arn: a.ClusterARN, issuer: a.OIDCIssuer, issuerARN: a.OIDCProviderARN})
}

// NewWorkloadIdentity gives the pods of a service account a role. A cluster, a namespace and a service account are
// required.
func NewWorkloadIdentity(
	ctx *pulumi.Context, name string, args *WorkloadIdentityArgs, opts ...pulumi.ResourceOption,
) (*WorkloadIdentity, error) {
	w := &WorkloadIdentity{}
	args, err := component.Register(ctx, WorkloadIdentityToken, name, w, args, opts...)
	if err != nil {
		return nil, err
	}
	w.info = core.WorkloadIdentityInfo{
		Name: name, Platform: Platform, Cluster: args.cluster().component,
		Namespace: pulumi.String(args.Namespace), ServiceAccount: pulumi.String(args.ServiceAccount),
	}
	if err := w.role(ctx, name, args); err != nil {
		return nil, err
	}
	if args.Method == MethodIRSA {
		w.annotate()
	} else if err := w.associate(ctx, name, args); err != nil {
		return nil, err
	}
	w.Namespace = pulumi.String(args.Namespace).ToStringOutput()
	w.ServiceAccount = pulumi.String(args.ServiceAccount).ToStringOutput()
	return component.Finish(ctx, w)
}

// WorkloadIdentityInfo implements core.WorkloadIdentity.
func (w *WorkloadIdentity) WorkloadIdentityInfo() core.WorkloadIdentityInfo {
	if w == nil {
		return core.WorkloadIdentityInfo{}
	}
	return w.info
}

// role uses the existing role, or creates one.
func (w *WorkloadIdentity) role(ctx *pulumi.Context, name string, args *WorkloadIdentityArgs) error {
	if args.RoleARN != nil {
		w.RoleARN = args.RoleARN.ToStringOutput()
		w.RoleName = w.RoleARN.ApplyT(func(arn string) string {
			return arn[strings.LastIndex(arn,
				"/")+1:]
		}).(pulumi.StringOutput)
		return nil
	}
	trust := serviceAccounts{args.cluster(), args.Namespace, []string{args.ServiceAccount}}.trust(args.Method)
	given := args.permissions().Role("Pods of "+args.Namespace+"/"+args.ServiceAccount, trust, nil, args.Tags)
	given.MaxSessionDuration = args.MaxSessionDuration
	role, err := newRole(ctx, name, given, w.Child())
	if err != nil {
		return err
	}
	w.RoleARN, w.RoleName = role.ARN, role.Name
	w.info.Ready = component.Resources(role)
	return nil
}

// associate creates the association with which EKS Pod Identity gives the role to the pods. The endpoints are those of
// its agent on every node. Source: "Learn how EKS Pod Identity grants pods access to AWS services", Amazon EKS User
// Guide.
func (w *WorkloadIdentity) associate(ctx *pulumi.Context, name string, args *WorkloadIdentityArgs) error {
	association, err := eks.NewPodIdentityAssociation(ctx, name, &eks.PodIdentityAssociationArgs{
		ClusterName:    args.cluster().name,
		Namespace:      pulumi.String(args.Namespace),
		ServiceAccount: pulumi.String(args.ServiceAccount),
		RoleArn:        w.RoleARN,
		Tags:           metadata.MergeTags(args.Tags),
	}, w.Main())
	if err != nil {
		return err
	}
	w.info.Ready = []pulumi.Resource{association}
	// A pod gets the address of its credentials when it starts. The role can change without a restart.
	w.info.Revision = pulumi.String("pod-identity")
	w.info.Endpoints = []core.CredentialEndpoint{{CIDR: "169.254.170.23/32", Port: 80},
		{CIDR: "fd00:ec2::23/128", Port: 80}}
	return nil
}

// annotate sets the annotation of the service account from which pods get their role when they start.
func (w *WorkloadIdentity) annotate() {
	w.info.Annotations = map[string]pulumi.StringInput{"eks.amazonaws.com/role-arn": w.RoleARN}
	w.info.Revision = w.RoleARN
}
