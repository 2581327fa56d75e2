package config_test

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

func ExampleCheck() {
	type args struct {
		Image    pulumi.StringInput `pulumi:"image" jsonschema:"required"`
		Replicas int                `pulumi:"replicas" jsonschema:"maximum=100"`
	}
	err := config.Check(`arguments of service "web"`, &args{Replicas: 500})
	fmt.Println(err)
	// Output:
	// invalid arguments of service "web": 2 problems:
	//   image: required, but missing
	//   replicas: expected at most 100, found the number 500
}

func ExampleSuggest() {
	fmt.Println("unknown key, " + config.Suggest("replica", []string{"image", "replicas"}))
	// Output: unknown key, did you mean "replicas"?
}
