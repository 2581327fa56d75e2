package identity

import (
	"slices"

	managedidentity "github.com/pulumi/pulumi-azure-native-sdk/managedidentity/v2/v20230131"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/logicalname"
	"github.com/ashlar-iac/ashlar/azure/internal/names"
	"github.com/ashlar-iac/ashlar/core/component"
)

// UserAssignedToken is the type of the component [UserAssigned].
const UserAssignedToken = "ashlar-azure:identity:UserAssigned"

// identityType is the type of the identity, without API version.
const identityType = "azure-native:managedidentity:UserAssignedIdentity"

// UserAssigned is a user-assigned managed identity with its federated credentials. Dependents of its outputs are created
// after, and destroyed before, the credentials.
type UserAssigned struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the identity.
	Name pulumi.StringOutput `pulumi:"name"`
	// ID is the resource ID of the identity, with which it is assigned to other resources.
	ID pulumi.StringOutput `pulumi:"id"`
	// ClientID is the ID with which workloads sign in.
	ClientID pulumi.StringOutput `pulumi:"clientId"`
	// PrincipalID is the object ID of the service principal, for role assignments. An identity that is created again has
	// another one.
	PrincipalID pulumi.StringOutput `pulumi:"principalId"`
	// TenantID is the ID of the tenant of the identity.
	TenantID pulumi.StringOutput `pulumi:"tenantId"`
}

// NewUserAssigned creates a user-assigned managed identity. Args are required, because an identity needs a resource group.
func NewUserAssigned(
	ctx *pulumi.Context, name string, args *UserAssignedArgs, opts ...pulumi.ResourceOption,
) (*UserAssigned, error) {
	i := &UserAssigned{}
	args, err := component.Register(ctx, UserAssignedToken, name, i, args, opts...)
	if err != nil {
		return nil, err
	}
	logical, err := logicalname.For(name, identityType)
	if err != nil {
		return nil, err
	}
	identity, err := managedidentity.NewUserAssignedIdentity(ctx, logical, &managedidentity.UserAssignedIdentityArgs{
		ResourceGroupName: args.ResourceGroupName, ResourceName: names.Optional(args.Name),
		Location: names.Optional(args.Location), Tags: args.Tags,
	}, i.Main())
	if err != nil {
		return nil, err
	}
	credentials, err := i.federate(ctx, name, args, identity)
	if err != nil {
		return nil, err
	}
	i.AddChildren(append([]pulumi.Resource{identity}, credentials...)...)
	after := func(out pulumi.StringOutput) pulumi.StringOutput {
		return pulumi.OutputWithDependencies(ctx.Context(), out, credentials...).(pulumi.StringOutput)
	}
	i.Name, i.ID = after(identity.Name), after(identity.ID().ToStringOutput())
	i.ClientID, i.PrincipalID, i.TenantID = after(identity.ClientId), after(identity.PrincipalId), after(identity.TenantId)
	return component.Finish(ctx, i)
}

// federate creates the federated credentials in sequence: Azure rejects parallel writes to one identity with
// ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity. Each depends on all before it, not only on the
// last one: the engine deletes two in parallel if they are connected only through one that stays.
func (i *UserAssigned) federate(
	ctx *pulumi.Context, name string, args *UserAssignedArgs, identity *managedidentity.UserAssignedIdentity,
) ([]pulumi.Resource, error) {
	var created []pulumi.Resource
	for _, key := range args.FederatedCredentials.Names() {
		c := args.FederatedCredentials[key]
		opts := []pulumi.ResourceOption{pulumi.DeletedWith(identity)}
		if len(created) > 0 {
			opts = append(opts, pulumi.DependsOn(slices.Clone(created)))
		}
		credential, err := managedidentity.NewFederatedIdentityCredential(ctx, name+"-"+key,
			&managedidentity.FederatedIdentityCredentialArgs{
				ResourceGroupName: args.ResourceGroupName, ResourceName: identity.Name,
				FederatedIdentityCredentialResourceName: pulumi.String(key),
				Issuer:                                  c.Issuer, Subject: c.subject(), Audiences: pulumi.StringArray{pulumi.String(c.Audience)},
			}, i.Child(opts...))
		if err != nil {
			return nil, err
		}
		created = append(created, credential)
	}
	return created, nil
}
