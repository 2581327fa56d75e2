package identity_test

import (
	"flag"
	"fmt"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/identity"
	"github.com/ashlar-iac/ashlar/azure/internal/fixture"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

var _ = flag.Bool("update", false, "update the golden files")

const (
	github         = "https://token.actions.githubusercontent.com"
	credentialType = "azure-native:managedidentity/v20230131:FederatedIdentityCredential"
)

func shortest(*pulumi.Context) *identity.UserAssignedArgs {
	return &identity.UserAssignedArgs{ResourceGroupName: pulumi.String("shop")}
}

// full returns arguments with all options.
func full(ctx *pulumi.Context) *identity.UserAssignedArgs {
	return &identity.UserAssignedArgs{
		ResourceGroupName: fixture.Text(ctx, "shop"), Name: "id-shop", Location: "northeurope",
		FederatedCredentials: config.Named[identity.FederatedCredential]{
			"web": {
				Issuer:    fixture.Text(ctx, "https://westeurope.oic.prod-aks.azure.com/tenant/cluster/"),
				Namespace: "shop", ServiceAccount: "web",
			},
			"deploy":  {Issuer: pulumi.String(github), Subject: fixture.Text(ctx, "repo:acme/shop:environment:production")},
			"preview": {Issuer: pulumi.String(github), Subject: pulumi.String("repo:acme/shop:pull_request"), Audience: "api://shop"},
		},
		Tags: pulumi.StringMap{"team": pulumi.String("shop")},
	}
}

func create(t *testing.T, args func(*pulumi.Context) *identity.UserAssignedArgs) *pulumitest.Recording {
	t.Helper()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := identity.NewUserAssigned(ctx, "shop", args(ctx))
		return err
	}, fixture.Cloud()...)
	fixture.RequireOneVersion(t, r)
	return r
}

func TestUserAssignedConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[identity.UserAssignedArgs, *identity.UserAssigned]{
		Token: identity.UserAssignedToken, New: identity.NewUserAssigned, RefusesNil: failure.Configuration,
	}, map[string]func(*pulumi.Context) *identity.UserAssignedArgs{"everything": full, "shortest": shortest})
}

func TestUserAssignedGolden(t *testing.T) {
	t.Parallel()
	create(t, shortest).Golden(t, "testdata/default.txt")
	create(t, full).Golden(t, "testdata/full.txt")
}

// Azure rejects parallel writes to one identity.
func TestCredentialsAreWrittenInSequence(t *testing.T) {
	t.Parallel()
	r := create(t, full)
	all := r.OfType(credentialType)
	require.Len(t, all, 3)
	at := map[string]*pulumitest.Registration{}
	for _, c := range all {
		at[c.Name] = c
	}
	require.NotContains(t, at["shop-deploy"].Dependencies, at["shop-preview"].URN)
	require.Contains(t, at["shop-preview"].Dependencies, at["shop-deploy"].URN)
	require.Contains(t, at["shop-web"].Dependencies, at["shop-preview"].URN)
	subject, _ := at["shop-web"].Input("subject")
	require.Equal(t, "system:serviceaccount:shop:web", subject.StringValue())
}

// Dependents of the identity can sign in.
func TestOutputsDependOnTheCredentials(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		i, err := identity.NewUserAssigned(ctx, "shop", full(ctx))
		if err != nil {
			return err
		}
		_, err = identity.NewUserAssigned(ctx, "later", &identity.UserAssignedArgs{ResourceGroupName: i.Name})
		return err
	}, fixture.Cloud()...)
	later, ok := r.Find("azure-native:managedidentity/v20230131:UserAssignedIdentity", "later")
	require.True(t, ok)
	for _, c := range r.OfType(credentialType) {
		require.Contains(t, later.Dependencies, c.URN)
	}
}

// several returns arguments with a number of credentials.
func several(n int) identity.UserAssignedArgs {
	all := config.Named[identity.FederatedCredential]{}
	for i := range n {
		all[fmt.Sprintf("env-%d", i)] = identity.FederatedCredential{
			Issuer: pulumi.String(github), Subject: pulumi.String(fmt.Sprintf("repo:acme/shop:environment:%d", i)),
		}
	}
	return identity.UserAssignedArgs{ResourceGroupName: pulumi.String("shop"), FederatedCredentials: all}
}

func TestInvalidIdentitiesAreRejected(t *testing.T) {
	t.Parallel()
	group := pulumi.String("shop")
	of := func(c identity.FederatedCredential) identity.UserAssignedArgs {
		return identity.UserAssignedArgs{
			ResourceGroupName: group, FederatedCredentials: config.Named[identity.FederatedCredential]{"web": c},
		}
	}
	many := several(21)
	twice := of(identity.FederatedCredential{Issuer: pulumi.String(github), Subject: pulumi.String("x")})
	twice.FederatedCredentials["web2"] = twice.FederatedCredentials["web"]
	short := of(identity.FederatedCredential{Issuer: pulumi.String(github), Subject: pulumi.String("x")})
	short.FederatedCredentials = config.Named[identity.FederatedCredential]{"ci": short.FederatedCredentials["web"]}
	tests := map[string]struct {
		reason string
		args   identity.UserAssignedArgs
		want   []string
	}{
		"no resource group": {"every identity is in one", identity.UserAssignedArgs{}, []string{"resourceGroupName: required: add the name"}},
		"name":              {"begins with a letter or digit", identity.UserAssignedArgs{ResourceGroupName: group, Name: "_shop"}, []string{`name: invalid name "_shop" of a user-assigned identity`}},
		"location":          {"the short form", identity.UserAssignedArgs{ResourceGroupName: group, Location: "Ireland"}, []string{`location: unknown location "Ireland", did you mean "northeurope"?`}},
		"tags":              {"reserved by Azure", identity.UserAssignedArgs{ResourceGroupName: group, Tags: pulumi.StringMap{"windows-x": pulumi.String("")}}, []string{"tags.windows-x: the prefix windows is reserved"}},
		"21 credentials":    {"the limit is 20", many, []string{"federatedCredentials: 21 credentials: use at most 20"}},
		"duplicate":         {"Azure rejects the second one", twice, []string{"federatedCredentials.web2: the same issuer and subject as in federatedCredentials.web"}},
		"short name":        {"at least three characters", short, []string{"federatedCredentials.ci: the name is too short: use at least 3 characters"}},
		"plain HTTP":        {"issuers have HTTPS", of(identity.FederatedCredential{Issuer: pulumi.String("http://x"), Subject: pulumi.String("x")}), []string{`federatedCredentials.web.issuer: found "http://x": use a URL that begins with https://`}},
		"no subject":        {"whose tokens are accepted", of(identity.FederatedCredential{Issuer: pulumi.String(github)}), []string{"federatedCredentials.web.subject: required without serviceAccount"}},
		"wildcard":          {"Azure compares literally", of(identity.FederatedCredential{Issuer: pulumi.String(github), Subject: pulumi.String("repo:acme/*")}), []string{"federatedCredentials.web.subject: wildcards are not supported"}},
		"both subjects":     {"one of them", of(identity.FederatedCredential{Issuer: pulumi.String(github), Subject: pulumi.String("x"), Namespace: "a", ServiceAccount: "b"}), []string{"federatedCredentials.web.serviceAccount: subject and serviceAccount are mutually exclusive"}},
		"no namespace":      {"service accounts are in one", of(identity.FederatedCredential{Issuer: pulumi.String(github), ServiceAccount: "b"}), []string{"federatedCredentials.web.namespace: required with serviceAccount"}},
		"only a namespace":  {"each service account has its credential", of(identity.FederatedCredential{Issuer: pulumi.String(github), Namespace: "a"}), []string{"federatedCredentials.web.serviceAccount: required with namespace"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, func(ctx *pulumi.Context) error {
				_, err := identity.NewUserAssigned(ctx, "shop", &tc.args)
				return err
			}, tc.want...)
		})
	}
	r := create(t, func(*pulumi.Context) *identity.UserAssignedArgs { args := several(20); return &args })
	require.Len(t, r.OfType(credentialType), 20, "20 are accepted")
	require.False(t, slices.ContainsFunc(r.OfType(credentialType), func(c *pulumitest.Registration) bool { return c.DeletedWith == "" }))
}

func TestIdentityEvidence(t *testing.T) {
	t.Parallel()
	require.Empty(t, (&identity.UserAssignedArgs{}).Evidence())
	args := &identity.UserAssignedArgs{FederatedCredentials: config.Named[identity.FederatedCredential]{"web": {}}}
	require.Equal(t, map[string]bool{"federatedCredentials": true}, pulumitest.Evidence(args.Evidence()))
}
