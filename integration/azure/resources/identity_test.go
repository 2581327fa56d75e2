package resources_test

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/identity"
	"github.com/ashlar-iac/ashlar/azure/resources"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

const github = "https://token.actions.githubusercontent.com"

// credentials are federated credentials by name.
type credentials = config.Named[identity.FederatedCredential]

// branch accepts the tokens of a branch.
func branch(name string) identity.FederatedCredential {
	return identity.FederatedCredential{
		Issuer: pulumi.String(github), Subject: pulumi.String("repo:acme/shop:ref:refs/heads/" + name),
	}
}

// identityOf is a program with an identity.
func identityOf(a *cloudtest.Account, args *identity.UserAssignedArgs) pulumi.RunFunc {
	return a.InGroup(func(ctx *pulumi.Context, group *resources.ResourceGroup, on pulumi.ResourceOption) error {
		with := *args
		with.ResourceGroupName = group.Name
		i, err := identity.NewUserAssigned(ctx, "web", &with, on)
		if err != nil {
			return err
		}
		ctx.Export("name", i.Name)
		ctx.Export("clientId", i.ClientID)
		ctx.Export("principalId", i.PrincipalID)
		ctx.Export("tenantId", i.TenantID)
		return nil
	})
}

// Each step changes an option, which changes only the related resources.
func TestIdentityOptions(t *testing.T) {
	t.Parallel()
	cloudtest.Azure(t, func(t *testing.T, a *cloudtest.Account) {
		args := &identity.UserAssignedArgs{}
		life := a.Life(t, "identity", identityOf(a, args))
		up := life.Up()
		require.Regexp(t, `^web[0-9a-f]{8}$`, up.Outputs["name"].Value)
		for _, output := range []string{"clientId", "principalId", "tenantId"} {
			require.Regexp(t, guid, up.Outputs[output].Value, output)
		}

		args.FederatedCredentials = credentials{"main": branch("main"), "next": branch("next"), "old": branch("old")}
		life.Change("credentials are created in sequence", "create "+credentialType+" web-main",
			"create "+credentialType+" web-next", "create "+credentialType+" web-old")
		args.FederatedCredentials = credentials{"next": branch("next")}
		life.Change("credentials are deleted in sequence", "delete "+credentialType+" web-main", "delete "+credentialType+" web-old")
		args.FederatedCredentials["more"] = branch("more")
		life.Change("another credential", "create "+credentialType+" web-more")
		args.FederatedCredentials["more"] = branch("other")
		life.Change("subject", "update "+credentialType+" web-more")
		pods := identity.FederatedCredential{Issuer: pulumi.String(github), Namespace: "shop", ServiceAccount: "web"}
		args.FederatedCredentials["more"] = pods
		life.Change("service account", "update "+credentialType+" web-more")
		pods.Audience = "api://shop"
		args.FederatedCredentials["more"] = pods
		life.Change("audience", "update "+credentialType+" web-more")
		pods.Issuer = pulumi.String("https://westeurope.oic.prod-aks.azure.com/tenant/cluster/")
		args.FederatedCredentials["more"] = pods
		life.Change("issuer", "update "+credentialType+" web-more")
		args.Tags = a.Tags(map[string]string{"team": "shop"})
		life.Change("tags", "update "+identityType+" web")

		replaced := []string{
			"replace " + identityType + " web", "replace " + credentialType + " web-more", "replace " + credentialType + " web-next",
		}
		principal := life.Output("principalId")
		args.Location = elsewhere
		life.Change("location", replaced...)
		require.NotEqual(t, principal, life.Output("principalId"), "the new identity has another principal")
		args.Name = "id-web"
		life.Change("name", replaced...)
		require.Equal(t, "id-web", life.Output("name"))
		args.Location = a.Region()
		life.Change("location of an identity with a name", replaced...)
		args.FederatedCredentials = nil
		life.Change("no credentials", "delete "+credentialType+" web-more", "delete "+credentialType+" web-next")
		life.Destroy()
	})
}

// The engine deletes the old credential after it created the new one.
func TestARenamedCredentialNeedsTwoUpdates(t *testing.T) {
	t.Parallel()
	a := cloudtest.SimulatedAzure(t)
	args := &identity.UserAssignedArgs{FederatedCredentials: credentials{"main": branch("main")}}
	life := a.Life(t, "renamed", identityOf(a, args))
	life.Up()
	args.FederatedCredentials = credentials{"renamed": branch("main")}
	rejects(t, life, `Code="Conflict" Message="Issuer and subject combination already exists for this Managed Identity."`)
	args.FederatedCredentials = nil
	life.Change("without the credential", "delete "+credentialType+" web-main")
	args.FederatedCredentials = credentials{"renamed": branch("main")}
	life.Change("with another name", "create "+credentialType+" web-renamed")
	life.Destroy()
}

// Arguments that Azure rejects are reported before any resource is created.
func TestInvalidIdentities(t *testing.T) {
	t.Parallel()
	many := credentials{}
	for i := range 21 {
		many[fmt.Sprintf("env-%d", i)] = branch(strconv.Itoa(i))
	}
	of := func(c credentials) identity.UserAssignedArgs {
		return identity.UserAssignedArgs{FederatedCredentials: c}
	}
	cases[identity.UserAssignedArgs]{
		"InvalidResourceName":                       {identity.UserAssignedArgs{Name: "-web"}, `name: invalid name "-web" of a user-assigned identity`},
		"LocationNotAvailableForResourceType":       {identity.UserAssignedArgs{Location: "west europe"}, `location: unknown location "west europe", did you mean "westeurope"?`},
		"InvalidTags":                               {identity.UserAssignedArgs{Tags: sameTags()}, sameKey},
		"FederatedIdentityCredentialsLimitExceeded": {of(many), "federatedCredentials: 21 credentials: use at most 20"},
		"Conflict": {of(credentials{"one": branch("main"), "two": branch("main")}),
			"federatedCredentials.two: the same issuer and subject as in federatedCredentials.one"},
		"name of a credential": {of(credentials{"ci": branch("main")}), "federatedCredentials.ci: the name is too short: use at least 3 characters"},
		"BadRequest, issuer": {of(credentials{"web": {Issuer: pulumi.String("http://example.com"), Subject: pulumi.String("a")}}),
			"federatedCredentials.web.issuer: found \"http://example.com\""},
		"BadRequest, subject": {of(credentials{"web": {Issuer: pulumi.String(github)}}), "federatedCredentials.web.subject: required"},
	}.run(t, func(ctx *pulumi.Context, args *identity.UserAssignedArgs) error {
		args.ResourceGroupName = pulumi.String("shop")
		_, err := identity.NewUserAssigned(ctx, "web", args)
		return err
	})
}
