package metadata_test

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/metadata"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// What is said of a resource is stronger than what is said of the deployment.
func ExampleMerge() {
	resource := metadata.Metadata{Owner: "data"}
	deployment := metadata.Metadata{Project: "shop", Owner: "platform"}
	m := metadata.Merge(resource, deployment)
	fmt.Println(m.Project, m.Owner)
	// Output: shop data
}

// A label holds less than a tag does.
func ExamplePlatform_Render() {
	m := metadata.Metadata{Owner: "Platform Team"}
	for _, p := range []metadata.Platform{metadata.AWS(), metadata.KubernetesLabels(), metadata.KubernetesAnnotations()} {
		pairs, err := p.Render(m)
		fmt.Println(pairs, err)
	}
	// Output:
	// map[owner:Platform Team] <nil>
	// map[ashlar-iac.github.io/owner:Platform-Team-f28ffdbdbb] <nil>
	// map[ashlar-iac.github.io/owner:Platform Team] <nil>
}

// A resource that a program registers with the plain SDK is tagged as well.
func ExampleManager() {
	r, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		manager, err := metadata.New(metadata.Metadata{Project: "shop"}, metadata.Table{
			"aws:s3/bucketV2:BucketV2": metadata.TagProperty("tags", metadata.AWS()),
		})
		if err != nil {
			return err
		}
		if err := manager.Install(ctx); err != nil {
			return err
		}
		inputs := pulumi.Map{"tags": pulumi.StringMap{"team": pulumi.String("orders")}}
		return ctx.RegisterResource("aws:s3/bucketV2:BucketV2", "logs", inputs, &pulumi.CustomResourceState{})
	})
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println(metadata.Read(r.Resources[0].Inputs["tags"]))
	// Output: map[project:shop team:orders]
}
