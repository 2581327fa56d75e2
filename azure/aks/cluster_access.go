package aks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/authorization"
)

// The built-in roles for principals of a cluster with Azure RBAC. Source: "Use Microsoft Entra ID authorization for the
// Kubernetes API in Azure Kubernetes Service (AKS)".
const (
	clusterAdminRole = "Azure Kubernetes Service RBAC Cluster Admin"
	clusterUserRole  = "Azure Kubernetes Service Cluster User Role"
)

// roleName returns the built-in role.
func (r AccessRole) roleName() string {
	return map[AccessRole]string{
		AccessReader: "Azure Kubernetes Service RBAC Reader", AccessWriter: "Azure Kubernetes Service RBAC Writer",
		AccessAdmin: "Azure Kubernetes Service RBAC Admin",
	}[r]
}

// createAccess assigns the roles of administrators and other principals. All of them can read how to connect to the cluster.
func (b *builder) createAccess() error {
	id := b.control.ID().ToStringOutput()
	for _, name := range b.args.Administrators.Names() {
		p := b.args.Administrators[name]
		if err := b.grant(name, p.PrincipalID, p.PrincipalType, clusterAdminRole, "", id); err != nil {
			return err
		}
		if err := b.grant(name, p.PrincipalID, p.PrincipalType, clusterUserRole, ".user", id); err != nil {
			return err
		}
	}
	for _, name := range b.args.Access.Names() {
		e := b.args.Access[name]
		if err := b.grant(name, e.PrincipalID, e.PrincipalType, clusterUserRole, ".user", id); err != nil {
			return err
		}
		if len(e.Namespaces) == 0 {
			if err := b.grant(name, e.PrincipalID, e.PrincipalType, e.Role.roleName(), "", id); err != nil {
				return err
			}
		}
		for _, namespace := range e.Namespaces {
			scope := pulumi.Sprintf("%s/namespaces/%s", id, namespace)
			if err := b.grant(name, e.PrincipalID, e.PrincipalType, e.Role.roleName(), "."+namespace, scope); err != nil {
				return err
			}
		}
	}
	return nil
}

// grant assigns a role in the cluster to a principal.
func (b *builder) grant(
	name string, principal pulumi.StringInput, typ authorization.PrincipalType, role, suffix string, scope pulumi.StringInput,
) error {
	return b.assign("access-"+name+suffix, &authorization.RoleAssignmentArgs{
		Scope: scope, Role: pulumi.String(role), PrincipalID: principal, PrincipalType: typ,
		Description: "Access of " + name + " to cluster " + b.name,
	})
}
