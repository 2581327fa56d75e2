package resources_test

import (
	"slices"
	"testing"

	sdk "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/s3"
	simulated "github.com/ashlar-iac/ashlar/integration/cloud/aws"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

// When S3 rejects the deletion of a bucket, its settings, its policy and its key are kept.
func TestNonEmptyBucketKeepsItsSettings(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t)
	args := &s3.BucketArgs{Encryption: &s3.Encryption{Algorithm: s3.AlgorithmKMS}}
	life := a.Life(t, "full", bucketOf(a, args))
	up := life.Up()
	name, _ := up.Outputs["name"].Value.(string)
	before := a.Objects(t)
	// Another program writes to the bucket.
	writer := a.Life(t, "writer", func(ctx *pulumi.Context) error {
		p, err := a.Provider(ctx, "primary", a.Region())
		if err != nil {
			return err
		}
		_, err = sdk.NewBucketObjectv2(ctx, "order", &sdk.BucketObjectv2Args{Bucket: pulumi.String(name),
			Key: pulumi.String("1"), Content: pulumi.String("x")}, pulumi.Provider(p))
		return err
	})
	writer.Up()

	r, err := life.Stack.Destroy(t.Context())
	require.Error(t, err, r.Output)
	require.Contains(t, r.Output, "BucketNotEmpty")
	require.Subset(t, a.Objects(t), before, "settings, policy and key are kept")

	// The next deployment restores the state.
	life.Up()
	require.Subset(t, a.Objects(t), before)
	args.ForceDestroy = true
	life.Change("force destroy", "update "+bucket+" orders")
	life.Destroy()
}

// Objects are not written to an unprotected bucket.
func TestObjectsAreCreatedAfterTheSettings(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t)
	life := a.Life(t, "order", func(ctx *pulumi.Context) error {
		p, err := a.Provider(ctx, "primary", a.Region())
		if err != nil {
			return err
		}
		b, err := s3.NewBucket(ctx, "orders", nil, pulumi.Provider(p))
		if err != nil {
			return err
		}
		_, err = sdk.NewBucketObjectv2(ctx, "order",
			&sdk.BucketObjectv2Args{Bucket: b.Name, Key: pulumi.String("1"), Content: pulumi.String("x")}, pulumi.Provider(p))
		return err
	})
	up := life.Up()
	var order []string
	for _, e := range up.Events {
		if e.ResOutputsEvent != nil {
			order = append(order, e.ResOutputsEvent.Metadata.Type)
		}
	}
	for _, setting := range []string{ownership, block, encryption, versioning, attached, lifecycle} {
		require.Contains(t, order, setting)
		require.Less(t, slices.Index(order, setting), slices.Index(order, object), setting)
	}
	life.Destroy()
}

// Drift is detected and corrected.
func TestBucketDriftIsCorrected(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t)
	life := a.Life(t, "drift", bucketOf(a, &s3.BucketArgs{}))
	up := life.Up()
	name, _ := up.Outputs["name"].Value.(string)
	require.NoError(t, simulated.New(func() bool { return true }).Drift(a.Store, block, name,
		[]byte(`{"blockPublicPolicy": false}`)))
	_, err := life.CheckNoDrift(t.Context())
	require.Error(t, err, "the public access block is disabled")
	r, err := life.Refresh(t.Context())
	require.NoError(t, err, r.Output)
	life.Change("the public access block is enabled again", "update "+block+" orders")
	life.Destroy()
}
