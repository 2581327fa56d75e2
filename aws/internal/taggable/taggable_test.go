package taggable_test

import (
	"strconv"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/autoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/internal/taggable"
	"github.com/ashlar-iac/ashlar/core/metadata"
)

const (
	launchTemplate = "aws:ec2/launchTemplate:LaunchTemplate"
	scalingGroup   = "aws:autoscaling/group:Group"
)

func example() metadata.Metadata {
	return metadata.Metadata{Owner: "platform", Repository: "example.com/shop", Commit: "0123456789abcdef0123456789abcdef01234567"}
}

func TestResourcesOfTemplatesHaveItsTags(t *testing.T) {
	t.Parallel()
	tagger := taggable.Table().Tagger(launchTemplate)
	name := pulumi.StringMap{"Name": pulumi.String("web")}
	given := &ec2.LaunchTemplateArgs{TagSpecifications: ec2.LaunchTemplateTagSpecificationArray{
		&ec2.LaunchTemplateTagSpecificationArgs{ResourceType: pulumi.String("instance"), Tags: name},
		ec2.LaunchTemplateTagSpecificationArgs{ResourceType: pulumi.String("volume")},
	}}
	tagged, err := tagger.Add(given, example())
	require.NoError(t, err)
	args := tagged.(*ec2.LaunchTemplateArgs)
	tags := pulumi.StringMap{"owner": pulumi.String("platform"), "repository": pulumi.String("example.com/shop")}
	require.Equal(t, tags, args.Tags, "without the commit, which would replace the instances every time")
	specifications := args.TagSpecifications.(ec2.LaunchTemplateTagSpecificationArray)
	require.Equal(t, pulumi.StringMap{
		"Name": pulumi.String("web"), "owner": pulumi.String("platform"), "repository": pulumi.String("example.com/shop"),
	}, specifications[0].(*ec2.LaunchTemplateTagSpecificationArgs).Tags)
	require.Equal(t, tags, specifications[1].(*ec2.LaunchTemplateTagSpecificationArgs).Tags)
	require.Len(t, name, 1, "the arguments are not modified")
	require.Nil(t, given.Tags)
}

func TestTemplatesWithoutTagSpecificationsGetNone(t *testing.T) {
	t.Parallel()
	tagged, err := taggable.Table().Tagger(launchTemplate).Add(&ec2.LaunchTemplateArgs{}, example())
	require.NoError(t, err)
	require.Nil(t, tagged.(*ec2.LaunchTemplateArgs).TagSpecifications)
}

func TestUnknownTagSpecificationsAreRejected(t *testing.T) {
	t.Parallel()
	tagger := taggable.Table().Tagger(launchTemplate)
	later := ec2.LaunchTemplateTagSpecificationArray{}.ToLaunchTemplateTagSpecificationArrayOutput()
	_, err := tagger.Add(&ec2.LaunchTemplateArgs{TagSpecifications: later}, example())
	require.ErrorContains(t, err, "expected a known list")
	one := ec2.LaunchTemplateTagSpecificationArgs{}.ToLaunchTemplateTagSpecificationOutput()
	_, err = tagger.Add(&ec2.LaunchTemplateArgs{TagSpecifications: ec2.LaunchTemplateTagSpecificationArray{one}}, example())
	require.Error(t, err)
}

// A tag that a specification lacks is not read.
func TestTagsOfTemplatesAreRead(t *testing.T) {
	t.Parallel()
	tagger := taggable.Table().Tagger(launchTemplate)
	specification := func(tags map[string]any) map[string]any {
		return map[string]any{"resourceType": "instance", "tags": tags}
	}
	read := func(specifications ...any) map[string]string {
		return tagger.Read(resource.NewPropertyMapFromMap(map[string]any{
			"tags": map[string]any{"owner": "platform"}, "tagSpecifications": specifications,
		}))
	}
	require.Equal(t, map[string]string{"owner": "platform"}, read())
	require.Equal(t, map[string]string{"owner": "platform"}, read(specification(map[string]any{"owner": "platform", "Name": "web"})))
	require.Empty(t, read(specification(map[string]any{"Name": "web"})))
}

func TestTagsOfScalingGroupsArePropagated(t *testing.T) {
	t.Parallel()
	tagger := taggable.Table().Tagger(scalingGroup)
	tag := func(key, value string, on bool) *autoscaling.GroupTagArgs {
		return &autoscaling.GroupTagArgs{Key: pulumi.String(key), Value: pulumi.String(value), PropagateAtLaunch: pulumi.Bool(on)}
	}
	given := autoscaling.GroupTagArray{tag("owner", "web", false), *tag("Name", "web", true)}
	tagged, err := tagger.Add(&autoscaling.GroupArgs{Tags: given}, example())
	require.NoError(t, err)
	require.Equal(t, autoscaling.GroupTagArray{
		tag("owner", "web", false), *tag("Name", "web", true),
		tag("commit", "0123456789abcdef0123456789abcdef01234567", true), tag("repository", "example.com/shop", true),
	}, tagged.(*autoscaling.GroupArgs).Tags, "existing tags take precedence")
	tagged, err = tagger.Add(&autoscaling.GroupArgs{}, metadata.Metadata{Owner: "platform"})
	require.NoError(t, err)
	require.Equal(t, autoscaling.GroupTagArray{tag("owner", "platform", true)}, tagged.(*autoscaling.GroupArgs).Tags)

	require.Equal(t, map[string]string{"owner": "web", "secret": ""}, tagger.Read(resource.NewPropertyMapFromMap(map[string]any{"tags": []any{
		map[string]any{"key": "owner", "value": "web"}, map[string]any{"key": "secret"}, "nonsense",
	}})))
}

func TestTagsOfScalingGroupsThatCannotBeAddedAreRejected(t *testing.T) {
	t.Parallel()
	tagger := taggable.Table().Tagger(scalingGroup)
	var many autoscaling.GroupTagArray
	for i := range 50 {
		many = append(many, &autoscaling.GroupTagArgs{Key: pulumi.String("k" + strconv.Itoa(i)), Value: pulumi.String("")})
	}
	later := autoscaling.GroupTagArray{}.ToGroupTagArrayOutput()
	unknown := autoscaling.GroupTagArray{&autoscaling.GroupTagArgs{Key: pulumi.String("k").ToStringOutput()}}
	for want, tags := range map[string]autoscaling.GroupTagArrayInput{
		"50": many, "expected a known list": later, "the key of tag 0 is unknown": unknown,
	} {
		_, err := tagger.Add(&autoscaling.GroupArgs{Tags: tags}, example())
		require.ErrorContains(t, err, want)
	}
}

func TestExistingTagsReplaceMetadataWithTheSameKey(t *testing.T) {
	t.Parallel()
	for token, want := range map[string]pulumi.StringMap{
		"aws:iam/role:Role": {"Owner": pulumi.String("shop"), "project": pulumi.String("orders")},
		"aws:iam/user:User": {"Owner": pulumi.String("shop"), "project": pulumi.String("orders")},
		"aws:ec2/vpc:Vpc": {
			"Owner": pulumi.String("shop"), "owner": pulumi.String("platform"), "project": pulumi.String("orders"),
		},
	} {
		tagged, err := taggable.Table().Tagger(token).Add(pulumi.Map{"tags": pulumi.StringMap{"Owner": pulumi.String("shop")}},
			metadata.Metadata{Owner: "platform", Project: "orders"})
		require.NoError(t, err)
		require.Equal(t, want, tagged.(pulumi.Map)["tags"], token)
	}
	err := taggable.Table().Check(metadata.Metadata{Tags: map[string]string{"Team": "a", "team": "b"}})
	require.ErrorContains(t, err, `"Team" and "team" are the same key on AWS IAM roles: keep one of them`)
}

func TestObjectsHaveAtMostTenTags(t *testing.T) {
	t.Parallel()
	more := metadata.Metadata{Tags: map[string]string{}}
	for i := range 11 {
		more.Tags["tag-"+strconv.Itoa(i)] = "x"
	}
	_, err := taggable.Table().Tagger("aws:s3/bucketObjectv2:BucketObjectv2").Add(pulumi.Map{}, more)
	require.ErrorContains(t, err, "11 tags: at most 10 allowed")
	own := pulumi.StringMap{}
	for i := range 9 {
		own["own-"+strconv.Itoa(i)] = pulumi.String("x")
	}
	_, err = taggable.Table().Tagger("aws:s3/objectCopy:ObjectCopy").Add(pulumi.Map{"tags": own}, example())
	require.ErrorContains(t, err, "12 tags: at most 10 allowed", "with those of the object itself")
	_, err = taggable.Table().Tagger("aws:s3/bucketV2:BucketV2").Add(pulumi.Map{"tags": own}, more)
	require.NoError(t, err, "buckets can have more")
}
