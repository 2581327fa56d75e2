package aks

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/authorization"
	"github.com/ashlar-iac/ashlar/azure/identity"
)

// createIdentities creates the identities of the control plane and of the kubelets.
func (b *builder) createIdentities() error {
	for _, i := range []struct {
		key string
		to  **identity.UserAssigned
	}{{"control-plane", &b.controlPlane}, {"kubelet", &b.kubelet}} {
		created, err := identity.NewUserAssigned(b.ctx, b.name+"-"+i.key, &identity.UserAssignedArgs{
			ResourceGroupName: b.args.ResourceGroupName, Location: b.args.Location, Tags: b.args.Tags,
		}, b.cluster.Child())
		if err != nil {
			return err
		}
		*i.to = created
		b.created(created)
	}
	return nil
}

// role is a role that an identity of the cluster needs before the cluster is created.
type role struct {
	key, role, reason string
	scope             pulumi.StringInput
	principal         pulumi.StringInput
}

// createRoles assigns the roles that the identities need. AKS checks some of them when it creates the cluster. Sources:
// "Use a managed identity in Azure Kubernetes Service (AKS)", "Create a private Azure Kubernetes Service (AKS) cluster",
// configure a private DNS zone, and "Bring your own keys (BYOK) with Azure disks in Azure Kubernetes Service (AKS)".
func (b *builder) createRoles() error {
	control, kubelet := b.controlPlane.PrincipalID, b.kubelet.PrincipalID
	roles := []role{
		{"kubelet-operator", "Managed Identity Operator", "Assigns the identity of the kubelets to nodes", b.kubelet.ID, control},
	}
	for _, s := range b.args.subnets() {
		roles = append(roles, role{s.key, "Network Contributor", "Connects nodes and load balancers to the subnet", s.id, control})
	}
	if zone := value(b.args.API).PrivateDNSZone; isZone(zone) {
		subnet, _ := b.args.subnet()
		network := subnet.ToStringOutput().ApplyT(networkOf).(pulumi.StringOutput)
		roles = append(roles,
			role{"dns-zone", "Private DNS Zone Contributor", "Writes the name of the API server", zone, control},
			role{"dns-network", "Network Contributor", "Links the network with the DNS zone of the API server", network, control})
	}
	if set := b.args.DiskEncryptionSetID; set != nil {
		roles = append(roles, role{"disks", "Reader", "Encrypts disks with the disk encryption set", set, control})
	}
	for _, name := range b.args.RegistryIDs.Names() {
		roles = append(roles, role{"registry-" + name, "AcrPull", "Pulls images", b.args.RegistryIDs[name], kubelet})
	}
	for _, r := range roles {
		if err := b.assign(r.key, &authorization.RoleAssignmentArgs{
			Scope: r.scope, Role: pulumi.String(r.role), PrincipalID: r.principal, Description: r.reason + ": cluster " + b.name,
		}); err != nil {
			return err
		}
	}
	return nil
}

// assign creates a role assignment.
func (b *builder) assign(key string, args *authorization.RoleAssignmentArgs) error {
	created, err := authorization.NewRoleAssignment(b.ctx, b.name+"-"+key, args, b.cluster.Child())
	if err == nil {
		b.created(created)
	}
	return err
}

// usedSubnet is a subnet of nodes.
type usedSubnet struct {
	key string
	id  pulumi.StringInput
}

// subnets returns the subnets of nodes, without known duplicates.
func (a *ClusterArgs) subnets() []usedSubnet {
	own, _ := a.subnet()
	out := []usedSubnet{{"network", own}}
	add := func(key string, id pulumi.StringInput) {
		same := func(s usedSubnet) bool {
			first, known := s.id.(pulumi.String)
			second, also := id.(pulumi.String)
			return known && also && strings.EqualFold(string(first), string(second))
		}
		if id != nil && !slices.ContainsFunc(out, same) {
			out = append(out, usedSubnet{"network-" + key, id})
		}
	}
	if a.SystemPool != nil {
		add(systemName, a.SystemPool.SubnetID)
	}
	for _, name := range a.NodePools.Names() {
		add(name, a.NodePools[name].SubnetID)
	}
	return out
}

// isZone reports whether a private DNS zone is one of the caller.
func isZone(zone pulumi.StringInput) bool { return zone != nil && zone != pulumi.String(systemZone) }

// networkOf returns the resource ID of the network of a subnet.
func networkOf(subnet string) string {
	if i := strings.LastIndex(strings.ToLower(subnet), "/subnets/"); i >= 0 {
		return subnet[:i]
	}
	return subnet
}
