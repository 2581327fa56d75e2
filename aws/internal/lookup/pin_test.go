package lookup_test

import (
	"errors"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

func TestPinNamesTheStashAfterAllParts(t *testing.T) {
	t.Parallel()
	run := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		pinned, err := lookup.Pin(ctx, []string{"web", "release", "1.34", ""}, pulumi.String("1.34.1-20261101"), func(string) error { return nil })
		ctx.Export("pinned", pinned)
		return err
	}, fixture.Pins())
	stash := run.One(t, "pulumi:index:Stash")
	require.Equal(t, "web-release-1.34", stash.Name)
	require.Equal(t, "1.34.1-20261101", stash.Inputs["input"].StringValue())
	require.Equal(t, []string{"input"}, stash.IgnoreChanges)
}

func TestInvalidValuesFail(t *testing.T) {
	t.Parallel()
	_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		pinned, err := lookup.Pin(ctx, []string{"web"}, pulumi.String("nonsense"), func(string) error { return errors.New("invalid release") })
		ctx.Export("pinned", pinned)
		return err
	}, fixture.Pins())
	require.ErrorContains(t, err, "invalid release")
}
