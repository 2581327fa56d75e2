package logging_test

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/logging"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// shown runs a program and prints what the engine would show.
func shown(program pulumi.RunFunc) {
	r, err := pulumitest.Record(program)
	if err != nil {
		fmt.Println(err)
	}
	for _, l := range r.Logs {
		fmt.Printf("%s: %s\n", l.Severity, l.Message)
	}
}

func ExampleNew() {
	shown(func(ctx *pulumi.Context) error {
		log := logging.New(ctx, nil)
		log.Debug("below the level")
		log.Info("made", "replicas", 3, "password", "hunter2", "address", pulumi.String("known late").ToStringOutput())
		return nil
	})
	// Output: info: made replicas=3 password=[secret] address=[output]
}

// Each module has a level of its own.
func ExampleManager() {
	shown(func(ctx *pulumi.Context) error {
		manager, err := logging.NewManager(ctx.Log, logging.Configuration{
			Level: "info", Modules: map[string]logging.Level{"aws": "warn"},
		})
		if err != nil {
			return err
		}
		manager.Redact("4711-0815")
		primary := core.ProviderInfo{Module: "aws", Name: "primary", Region: "eu-west-1"}
		manager.Module("aws").Info("below the level")
		manager.Module("aws").Warn("slow", logging.Provider(primary))
		manager.Module("kubernetes").Info("order 4711-0815 is done")
		return manager.Close()
	})
	// Output:
	// warning: slow module=aws provider.name=aws/primary provider.region=eu-west-1
	// info: order [secret] is done module=kubernetes
}
