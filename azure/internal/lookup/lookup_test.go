package lookup_test

import (
	"errors"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/internal/fixture"
	"github.com/ashlar-iac/ashlar/azure/internal/lookup"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

func TestGetClientReadsTheSubscription(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		found, err := lookup.GetClient(ctx)
		require.NoError(t, err)
		require.Equal(t, fixture.Subscription, found.SubscriptionID)
		require.Equal(t, fixture.Tenant, found.TenantID)
		return nil
	}, fixture.Cloud()...)
	require.Equal(t, fixture.PluginVersion, r.Invokes[0].Version)
}

func TestFailedLookupsAreReported(t *testing.T) {
	t.Parallel()
	pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := lookup.GetClient(ctx)
		require.ErrorContains(t, err, "look up the subscription and the tenant: ")
		require.ErrorContains(t, err, "not signed in")
		return nil
	}, pulumitest.WithInvoke(func(pulumitest.Invocation) (resource.PropertyMap, error) {
		return nil, errors.New("not signed in")
	}))
}

type holder struct {
	IDs []string `pulumi:"ids"`
}

func (h *holder) Validate(report *config.Report) { lookup.CheckGUIDs(report, []string{"ids"}, h.IDs) }

func TestCheckGUIDsReportsEachInvalidID(t *testing.T) {
	t.Parallel()
	require.NoError(t, config.Check("x", &holder{[]string{fixture.Subscription, "ABCDEFAB-0000-0000-0000-abcdefabcdef"}}))
	err := config.Check("x", &holder{[]string{fixture.Subscription, "shop", fixture.Subscription + "0"}})
	require.ErrorContains(t, err, `ids[1]: found "shop": use an ID such as`)
	require.ErrorContains(t, err, "ids[2]")
}
