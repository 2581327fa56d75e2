package authorization_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/authorization"
	"github.com/ashlar-iac/ashlar/azure/identity"
	"github.com/ashlar-iac/ashlar/azure/resources"
)

// A managed identity that reads everything in a resource group.
func Example() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		group, err := resources.NewResourceGroup(ctx, "shop", nil)
		if err != nil {
			return err
		}
		web, err := identity.NewUserAssigned(ctx, "web", &identity.UserAssignedArgs{ResourceGroupName: group.Name})
		if err != nil {
			return err
		}
		_, err = authorization.NewRoleAssignment(ctx, "web-reads", &authorization.RoleAssignmentArgs{
			Scope: group.ID, Role: pulumi.String("Reader"), PrincipalID: web.PrincipalID,
		})
		return err
	})
}
