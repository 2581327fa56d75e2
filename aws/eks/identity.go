package eks

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/component"
)

// WorkloadIdentityToken is the type of the component [WorkloadIdentity].
const WorkloadIdentityToken = "ashlar-aws:eks:WorkloadIdentity"

// WorkloadIdentity is a role that the pods of one service account have.
type WorkloadIdentity struct {
	pulumi.ResourceState
	component.Base

	// RoleARN is the role's, for policies of what it may use.
	RoleARN pulumi.StringOutput `pulumi:"roleArn"`
	// RoleName is the role's name in the account.
	RoleName pulumi.StringOutput `pulumi:"roleName"`
	// Namespace is the namespace of the service account.
	Namespace pulumi.StringOutput `pulumi:"namespace"`
	// ServiceAccount is the name of the service account.
	ServiceAccount pulumi.StringOutput `pulumi:"serviceAccount"`

	info core.WorkloadIdentityInfo
}

var _ core.WorkloadIdentity = (*WorkloadIdentity)(nil)

// NewWorkloadIdentity gives the pods of a service account a role. Nil args are refused, as the service account has to be named.
func NewWorkloadIdentity(
	ctx *pulumi.Context, name string, args *WorkloadIdentityArgs, opts ...pulumi.ResourceOption,
) (*WorkloadIdentity, error) {
	w := &WorkloadIdentity{}
	args, err := component.Register(ctx, WorkloadIdentityToken, name, w, args, opts...)
	if err != nil {
		return nil, err
	}
	w.info = core.WorkloadIdentityInfo{
		Name: name, Platform: "eks", Cluster: args.Target.component,
		Namespace: pulumi.String(args.Namespace), ServiceAccount: pulumi.String(args.ServiceAccount),
	}
	if err := w.role(ctx, name, args); err != nil {
		return nil, err
	}
	if args.Method == irsa {
		w.annotate()
	} else if err := w.associate(ctx, name, args); err != nil {
		return nil, err
	}
	w.Namespace = pulumi.String(args.Namespace).ToStringOutput()
	w.ServiceAccount = pulumi.String(args.ServiceAccount).ToStringOutput()
	return component.Finish(ctx, w)
}

// WorkloadIdentityInfo implements core.WorkloadIdentity.
func (w *WorkloadIdentity) WorkloadIdentityInfo() core.WorkloadIdentityInfo { return w.info }

// role makes the role, unless there is one.
func (w *WorkloadIdentity) role(ctx *pulumi.Context, name string, args *WorkloadIdentityArgs) error {
	if args.RoleARN != nil {
		w.RoleARN = args.RoleARN.ToStringOutput()
		w.RoleName = w.RoleARN.ApplyT(func(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }).(pulumi.StringOutput)
		return nil
	}
	at := accounts{args.Target, args.Namespace, []string{args.ServiceAccount}}
	given := args.Role("Pods of "+args.Namespace+"/"+args.ServiceAccount, at.trust(args.Method), nil, pulumi.ToStringMap(args.Tags))
	given.MaxSessionDuration = args.MaxSessionDuration
	role, err := newRole(ctx, name, given, w.Child())
	if err != nil {
		return err
	}
	w.RoleARN, w.RoleName = role.ARN, role.Name
	w.info.Ready = component.Resources(role)
	return nil
}

// associate makes EKS Pod Identity give the role to the pods. The addresses are those of its agent on every node. Source: "Learn how EKS
// Pod Identity grants pods access to AWS services", Amazon EKS User Guide.
func (w *WorkloadIdentity) associate(ctx *pulumi.Context, name string, args *WorkloadIdentityArgs) error {
	association, err := eks.NewPodIdentityAssociation(ctx, name, &eks.PodIdentityAssociationArgs{
		ClusterName:    args.Target.clusterName(),
		Namespace:      pulumi.String(args.Namespace),
		ServiceAccount: pulumi.String(args.ServiceAccount),
		RoleArn:        w.RoleARN,
		Tags:           tags.Merge(args.Tags),
	}, w.Main())
	if err != nil {
		return err
	}
	w.info.Ready = []pulumi.Resource{association}
	// A pod learns where its credentials are when it starts; which role they are of may change under it.
	w.info.Revision = pulumi.String("pod-identity")
	w.info.Endpoints = []core.CredentialEndpoint{{CIDR: "169.254.170.23/32", Port: 80}, {CIDR: "fd00:ec2::23/128", Port: 80}}
	return nil
}

// annotate names the role on the service account, from where it comes into pods that start.
func (w *WorkloadIdentity) annotate() {
	w.info.Annotations = map[string]pulumi.StringInput{"eks.amazonaws.com/role-arn": w.RoleARN}
	w.info.Revision = w.RoleARN
}
