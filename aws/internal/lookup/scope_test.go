package lookup_test

import (
	"errors"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

func TestTheProviderTellsWhereResourcesAreMade(t *testing.T) {
	t.Parallel()
	pulumitest.Run(t, func(ctx *pulumi.Context) error {
		s, err := lookup.Of(ctx)
		if err != nil {
			return err
		}
		require.Equal(t, lookup.Scope{
			Account: fixture.Account, Region: fixture.Region, Partition: fixture.Partition,
			DNSSuffix: "amazonaws.com", ReverseDNSPrefix: "com.amazonaws",
		}, s)
		require.Equal(t, "arn:aws:iam::123456789012:root", s.Root())
		require.Equal(t, "arn:aws:logs:eu-west-1:123456789012:log-group:x", s.ARN("logs", "log-group:x"))
		return nil
	}, fixture.Cloud())
}

func TestALookUpThatFailsIsNamed(t *testing.T) {
	t.Parallel()
	for token, want := range map[string]string{
		"aws:index/getCallerIdentity:getCallerIdentity": "look up the account: ",
		"aws:index/getRegion:getRegion":                 "look up the region: ",
		"aws:index/getPartition:getPartition":           "look up the partition: ",
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			pulumitest.Run(t, func(ctx *pulumi.Context) error {
				_, err := lookup.Of(ctx)
				require.ErrorContains(t, err, want)
				return nil
			}, pulumitest.WithInvoke(func(i pulumitest.Invocation) (resource.PropertyMap, error) {
				if i.Token == token {
					return nil, errors.New("refused")
				}
				return resource.PropertyMap{}, nil
			}))
		})
	}
}
