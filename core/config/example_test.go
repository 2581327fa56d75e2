package config_test

import (
	"fmt"
	"os"
	"path/filepath"

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

// The stack's file is laid over the project's.
func ExampleManager_Explain() {
	type service struct {
		Replicas *int `pulumi:"replicas" jsonschema:"default=1"`
	}
	dir, err := os.MkdirTemp("", "project")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for name, text := range map[string]string{
		"Pulumi.yaml":     "name: shop\nruntime: go\n",
		"ashlar.yaml":     "service: { replicas: 2 }\n",
		"Pulumi.dev.yaml": "config:\n  ashlar:service: { replicas: 3 }\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			fmt.Println(err)
			return
		}
	}
	// In main this is pulumi.Run, and the engine has the values.
	err = pulumi.RunErr(func(ctx *pulumi.Context) error {
		manager, err := config.Load(ctx, []config.Section{config.NewSection[service]("service", nil)},
			config.WithStackFile(filepath.Join(dir, "Pulumi.dev.yaml")))
		if err != nil {
			return err
		}
		explanation, err := manager.Explain("service.replicas")
		fmt.Println(explanation)
		return err
	}, pulumi.WithMocks("shop", "dev", noMocks{}), func(info *pulumi.RunInfo) {
		info.Config = map[string]string{"ashlar:service": `{"replicas":3}`}
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// service.replicas: 3 (stack, Pulumi.dev.yaml:2:31)
	//   overrides 2 (project, ashlar.yaml:1:22)
	//   overrides 1 (default)
}
