package identity_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/identity"
	"github.com/ashlar-iac/ashlar/azure/resources"
	"github.com/ashlar-iac/ashlar/core/config"
)

// An identity for deployments from GitHub Actions, without a secret.
func Example() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		group, err := resources.NewResourceGroup(ctx, "shop", nil)
		if err != nil {
			return err
		}
		deploy, err := identity.NewUserAssigned(ctx, "deploy", &identity.UserAssignedArgs{
			ResourceGroupName: group.Name,
			FederatedCredentials: config.Named[identity.FederatedCredential]{"github": {
				Issuer:  pulumi.String("https://token.actions.githubusercontent.com"),
				Subject: pulumi.String("repo:acme/shop:environment:production"),
			}},
		})
		if err != nil {
			return err
		}
		ctx.Export("clientId", deploy.ClientID)
		return nil
	})
}
