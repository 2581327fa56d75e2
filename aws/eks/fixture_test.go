package eks_test

import (
	"flag"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// Golden files are written anew with -update.
var _ = flag.Bool("update", false, "write the golden files anew")

// pins is the option of a run in which stashes keep what they get, as the engine does it.
func pins() pulumitest.Option {
	return pulumitest.WithDefaults(func(r pulumitest.Registration) resource.PropertyMap {
		if r.Type != "pulumi:index:Stash" {
			return nil
		}
		return resource.PropertyMap{"output": r.Inputs["input"]}
	})
}

func ptr[T any](v T) *T { return &v }
