package network_test

import (
	"flag"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

var _ = flag.Bool("update", false, "write the golden files anew")

// golden compares what a program registers with testdata/FILE.txt.
func golden(t *testing.T, file string, program pulumi.RunFunc) {
	t.Helper()
	pulumitest.Run(t, program, fixture.Cloud()).Golden(t, "testdata/"+file+".txt")
}
