package resources_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/identity"
	"github.com/ashlar-iac/ashlar/azure/resources"
	simulated "github.com/ashlar-iac/ashlar/integration/cloud/azure"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

// groupOf is a program with a resource group.
func groupOf(a *cloudtest.Account, args *resources.ResourceGroupArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		p, err := a.AzureProvider(ctx, "primary", a.Region())
		if err != nil {
			return err
		}
		g, err := resources.NewResourceGroup(ctx, "shop", args, pulumi.Provider(p))
		if err != nil {
			return err
		}
		ctx.Export("name", g.Name)
		ctx.Export("id", g.ID)
		ctx.Export("location", g.Location)
		return nil
	}
}

// Each step changes an option.
func TestResourceGroupOptions(t *testing.T) {
	t.Parallel()
	cloudtest.Azure(t, func(t *testing.T, a *cloudtest.Account) {
		args := &resources.ResourceGroupArgs{Tags: a.Tags(nil)}
		life := a.Life(t, "group", groupOf(a, args))
		up := life.Up()
		name, _ := up.Outputs["name"].Value.(string)
		require.Regexp(t, `^shop[0-9a-f]{8}$`, name)
		require.Regexp(t, `^/subscriptions/[0-9a-f-]{36}/resourceGroups/`+name+`$`, up.Outputs["id"].Value)
		require.Equal(t, a.Region(), up.Outputs["location"].Value)

		args.Tags = a.Tags(map[string]string{"team": "shop"})
		life.Change("tags", "update "+groupType+" shop")
		args.Location = elsewhere
		life.Refused("marked for protection")
		args.Location, args.DeletionProtection = "", new(false)
		life.Change("no deletion protection")
		args.Location = elsewhere
		life.Change("location", "replace "+groupType+" shop")
		require.Equal(t, elsewhere, life.Output("location"))
		args.Name = name + "-2"
		life.Change("name", "replace "+groupType+" shop")
		require.Equal(t, args.Name, life.Output("name"))
		life.Destroy()
	})
}

// Azure would delete everything in the group.
func TestProtectedResourceGroupsAreNotDeleted(t *testing.T) {
	t.Parallel()
	a := cloudtest.SimulatedAzure(t)
	args := &resources.ResourceGroupArgs{}
	life := a.Life(t, "protected", groupOf(a, args))
	life.Up()
	r, err := life.Stack.Destroy(t.Context())
	require.Error(t, err, r.Output)
	require.Contains(t, r.Output, "protected")
	require.Len(t, a.Objects(t), 1, "the group still exists")
	args.DeletionProtection = new(false)
	life.Change("no deletion protection")
	life.Destroy()
}

// What is in a group is replaced with it.
func TestResourcesOfAReplacedGroupAreReplaced(t *testing.T) {
	t.Parallel()
	a := cloudtest.SimulatedAzure(t)
	args := &resources.ResourceGroupArgs{DeletionProtection: new(false)}
	life := a.Life(t, "replaced", func(ctx *pulumi.Context) error {
		p, err := a.AzureProvider(ctx, "primary", a.Region())
		if err != nil {
			return err
		}
		g, err := resources.NewResourceGroup(ctx, "shop", args, pulumi.Provider(p))
		if err != nil {
			return err
		}
		_, err = identity.NewUserAssigned(ctx, "web", &identity.UserAssignedArgs{ResourceGroupName: g.Name}, pulumi.Provider(p))
		return err
	})
	life.Up()
	args.Name = "rg-shop"
	life.Change("name", "replace "+groupType+" shop", "replace "+identityType+" web")
	args.Location = elsewhere
	life.Change("location of a group with a name", "replace "+groupType+" shop", "replace "+identityType+" web")
	life.Destroy()
}

// Drift is detected and corrected.
func TestDriftIsCorrected(t *testing.T) {
	t.Parallel()
	a := cloudtest.SimulatedAzure(t)
	args := &resources.ResourceGroupArgs{DeletionProtection: new(false), Tags: a.Tags(map[string]string{"team": "shop"})}
	life := a.Life(t, "drift", groupOf(a, args))
	up := life.Up()
	id, _ := up.Outputs["id"].Value.(string)
	require.NoError(t, simulated.New().Drift(a.Store, "azure-native:resources:ResourceGroup", id, []byte(`{"tags": {"team": "other"}}`)))
	_, err := life.CheckNoDrift(t.Context())
	require.Error(t, err, "the tags are others")
	r, err := life.Refresh(t.Context())
	require.NoError(t, err, r.Output)
	life.Change("the tags are those of the program again", "update "+groupType+" shop")
	life.Destroy()
}

// Arguments that Azure rejects are reported before any resource is created.
func TestInvalidResourceGroups(t *testing.T) {
	t.Parallel()
	many := pulumi.StringMap{}
	for i := range 51 {
		many[strings.Repeat("x", i+1)] = pulumi.String("y")
	}
	cases[resources.ResourceGroupArgs]{
		"name": {resources.ResourceGroupArgs{Name: "shop."}, `name: invalid name "shop." of a resource group`},
		"LocationNotAvailableForResourceGroup": {resources.ResourceGroupArgs{Location: "Germany"},
			`location: unknown location "Germany", did you mean "germanywestcentral"?`},
		"InvalidTags, number":      {resources.ResourceGroupArgs{Tags: many}, "tags: 51 tags: use at most 50"},
		"InvalidTags, case":        {resources.ResourceGroupArgs{Tags: sameTags()}, sameKey},
		"InvalidTagNameLength":     {resources.ResourceGroupArgs{Tags: pulumi.StringMap{strings.Repeat("x", 513): pulumi.String("")}}, "invalid key: use 1 to 512 characters"},
		"InvalidTagNameCharacters": {resources.ResourceGroupArgs{Tags: pulumi.StringMap{"a/b": pulumi.String("")}}, "invalid key: use 1 to 512 characters"},
		"InvalidTagValueLength": {resources.ResourceGroupArgs{Tags: pulumi.StringMap{"a": pulumi.String(strings.Repeat("x", 257))}},
			"tags.a: invalid value: use at most 256 characters"},
	}.run(t, func(ctx *pulumi.Context, args *resources.ResourceGroupArgs) error {
		_, err := resources.NewResourceGroup(ctx, "shop", args)
		return err
	})
}

// Only Azure knows whether a name is in use, and the existing group is not modified.
func TestResourceGroupNameInUse(t *testing.T) {
	t.Parallel()
	a := cloudtest.SimulatedAzure(t)
	args := resources.ResourceGroupArgs{Name: "rg-shop", DeletionProtection: new(false)}
	first := a.Life(t, "first", groupOf(a, &args))
	first.Up()
	second := a.Life(t, "second", groupOf(a, &args))
	rejects(t, second, "cannot create already existing resource")
	require.Len(t, a.Objects(t), 1)
	first.Destroy()
}
