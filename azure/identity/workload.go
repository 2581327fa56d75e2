package identity

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/azure/internal/location"
	"github.com/ashlar-iac/ashlar/azure/internal/names"
	"github.com/ashlar-iac/ashlar/azure/internal/tagging"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
)

// WorkloadIdentityToken is the type of the component [WorkloadIdentity].
const WorkloadIdentityToken = "ashlar-azure:identity:WorkloadIdentity"

// PlatformAKS is the platform of AKS clusters in core.ClusterInfo.
const PlatformAKS = "aks"

// The annotation of service accounts with the client ID of their identity, and the label of pods that get its token. Source:
// "Use Microsoft Entra Workload ID with Azure Kubernetes Service", service account annotations and pod labels.
const (
	clientIDAnnotation = "azure.workload.identity/client-id"
	useLabel           = "azure.workload.identity/use"
)

// WorkloadIdentity is a user-assigned managed identity for the pods of one service account.
type WorkloadIdentity struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the identity.
	Name pulumi.StringOutput `pulumi:"name"`
	// ID is the resource ID of the identity.
	ID pulumi.StringOutput `pulumi:"id"`
	// ClientID is the ID with which the pods sign in.
	ClientID pulumi.StringOutput `pulumi:"clientId"`
	// PrincipalID is the object ID of the service principal, for role assignments.
	PrincipalID pulumi.StringOutput `pulumi:"principalId"`
	// Namespace is the namespace of the service account.
	Namespace pulumi.StringOutput `pulumi:"namespace"`
	// ServiceAccount is the name of the service account.
	ServiceAccount pulumi.StringOutput `pulumi:"serviceAccount"`

	info core.WorkloadIdentityInfo
}

// WorkloadIdentityArgs are the arguments of a [WorkloadIdentity].
type WorkloadIdentityArgs struct {
	// ResourceGroupName is the name of the resource group. Required for the constructor. Changing it replaces the identity.
	ResourceGroupName pulumi.StringInput `pulumi:"resourceGroupName,optional" config:"plain"`
	// Cluster is the cluster of the pods, such as an aks.Cluster. Required, unless OIDCIssuer is set. Changing it updates the
	// federated credential.
	Cluster core.Cluster `config:"program"`
	// OIDCIssuer is the URL of the OIDC issuer of a cluster that is created elsewhere, exactly as the cluster returns it: that
	// of AKS ends with a slash. Mutually exclusive with the cluster. Changing it updates the federated credential.
	OIDCIssuer pulumi.StringInput `pulumi:"oidcIssuer,optional" config:"plain"`
	// Namespace is the namespace of the service account. It does not have to exist yet. Required. Changing it updates the
	// federated credential.
	Namespace string `pulumi:"namespace" jsonschema:"required,pattern=^[a-z0-9]([-a-z0-9]{0\\,61}[a-z0-9])?$"`
	// ServiceAccount is the name of the service account; for applications of the kubernetes module, that of the application.
	// It does not have to exist yet. Required. Changing it updates the federated credential.
	ServiceAccount string `pulumi:"serviceAccount" jsonschema:"required,pattern=^[a-z0-9]([-.a-z0-9]{0\\,251}[a-z0-9])?$"`
	// Audience is the claim aud of the tokens. Azure operated by 21Vianet has api://AzureADTokenExchangeChina.
	Audience string `pulumi:"audience,optional" jsonschema:"default=api://AzureADTokenExchange"`
	// Name is the name of the identity, unique in the resource group. Default: the name of the component with random
	// characters. Changing it replaces the identity, whose principal is another one then.
	Name string `pulumi:"name,optional"`
	// Location is the location, in its short form, such as westeurope. Default: the location of the provider. Changing it
	// replaces the identity.
	Location string `pulumi:"location,optional" jsonschema:"example=westeurope"`
	// Tags are added to the identity. Default: none. Changing them updates the identity.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

var (
	_ core.WorkloadIdentity     = (*WorkloadIdentity)(nil)
	_ config.Validator          = (*WorkloadIdentityArgs)(nil)
	_ config.ArgumentsValidator = (*WorkloadIdentityArgs)(nil)
	_ compliance.Declarer       = (*WorkloadIdentityArgs)(nil)
)

// Validate implements config.Validator.
func (a *WorkloadIdentityArgs) Validate(report *config.Report) {
	names.Check(report, []string{"name"}, identityType, a.Name)
	location.Check(report, []string{"location"}, a.Location)
	tagging.Check(report, []string{"tags"}, a.Tags, tagging.MaxKey)
	if issuer, known := a.OIDCIssuer.(pulumi.String); known && !strings.HasPrefix(string(issuer), "https://") {
		report.Add([]string{"oidcIssuer"}, "found %q: use a URL that begins with https://", string(issuer))
	}
}

// ValidateArguments implements config.ArgumentsValidator.
func (a *WorkloadIdentityArgs) ValidateArguments(report *config.Report) {
	names.CheckGroup(report, a.ResourceGroupName)
	switch {
	case a.Cluster == nil && a.OIDCIssuer == nil:
		report.Add([]string{"cluster"}, "required: add the cluster of the pods, or its OIDC issuer as oidcIssuer")
	case a.Cluster != nil && a.OIDCIssuer != nil:
		report.Add([]string{"oidcIssuer"}, "oidcIssuer and the cluster are mutually exclusive: remove one of them")
	case a.Cluster != nil && a.Cluster.ClusterInfo().OIDCIssuer == nil:
		report.Add([]string{"cluster"}, "cluster %q has no OIDC issuer: add the issuer as oidcIssuer instead of the cluster",
			a.Cluster.ClusterInfo().Name)
	}
}

// Evidence implements compliance.Declarer.
func (a *WorkloadIdentityArgs) Evidence() []compliance.Evidence {
	return []compliance.Evidence{compliance.Always("serviceAccount", a.ServiceAccount, compliancecontrols.WorkloadAccounts...)}
}

// NewWorkloadIdentity gives the pods of a service account an identity. A cluster or its OIDC issuer, a namespace and a service
// account are required. The identity has no permissions: assign roles to its principal.
func NewWorkloadIdentity(
	ctx *pulumi.Context, name string, args *WorkloadIdentityArgs, opts ...pulumi.ResourceOption,
) (*WorkloadIdentity, error) {
	w := &WorkloadIdentity{}
	args, err := component.Register(ctx, WorkloadIdentityToken, name, w, args, opts...)
	if err != nil {
		return nil, err
	}
	w.info = args.info(name)
	issuer := args.OIDCIssuer
	if args.Cluster != nil {
		issuer = args.Cluster.ClusterInfo().OIDCIssuer
	}
	i, err := NewUserAssigned(ctx, name, &UserAssignedArgs{
		ResourceGroupName: args.ResourceGroupName, Name: args.Name, Location: args.Location, Tags: args.Tags,
		FederatedCredentials: config.Named[FederatedCredential]{"kubernetes": {
			Issuer: issuer, Namespace: args.Namespace, ServiceAccount: args.ServiceAccount, Audience: args.Audience,
		}},
	}, w.Child())
	if err != nil {
		return nil, err
	}
	w.AddChildren(i)
	w.info.Annotations = map[string]pulumi.StringInput{clientIDAnnotation: i.ClientID}
	w.info.Labels = map[string]string{useLabel: "true"}
	// Pods get the client ID when they start.
	w.info.Revision = i.ClientID
	w.info.Ready = component.Resources(i)
	w.Name, w.ID, w.ClientID, w.PrincipalID = i.Name, i.ID, i.ClientID, i.PrincipalID
	w.Namespace = pulumi.String(args.Namespace).ToStringOutput()
	w.ServiceAccount = pulumi.String(args.ServiceAccount).ToStringOutput()
	return component.Finish(ctx, w)
}

// info returns what is known of the identity without its resources.
func (a *WorkloadIdentityArgs) info(name string) core.WorkloadIdentityInfo {
	info := core.WorkloadIdentityInfo{
		Name: name, Platform: PlatformAKS, Namespace: pulumi.String(a.Namespace), ServiceAccount: pulumi.String(a.ServiceAccount),
	}
	if a.Cluster != nil {
		cluster := a.Cluster.ClusterInfo()
		info.Platform, info.Cluster = cluster.Platform, cluster.Name
	}
	return info
}

// WorkloadIdentityInfo implements core.WorkloadIdentity.
func (w *WorkloadIdentity) WorkloadIdentityInfo() core.WorkloadIdentityInfo {
	if w == nil {
		return core.WorkloadIdentityInfo{}
	}
	return w.info
}
