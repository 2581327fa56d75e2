package pulumitest_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

type fragileArgs struct {
	Size  *int        `pulumi:"size,optional" jsonschema:"default=2"`
	Group *groupArgs  `pulumi:"group,optional" config:"group"`
	List  []groupArgs `pulumi:"list,optional"`
}

type groupArgs struct {
	Level *int `pulumi:"level,optional" jsonschema:"default=1"`
}

// Validate relies on a default that only the constructor fills in.
func (a *fragileArgs) Validate(report *config.Report) {
	if *a.Size > 2 {
		report.Add([]string{"size"}, "too large")
	}
}

// Twice does the same.
func (g *groupArgs) Twice() int { return 2 * *g.Level }

type fragile struct {
	pulumi.ResourceState
	component.Base

	Size  pulumi.IntOutput       `pulumi:"size"`
	Alias pulumi.StringPtrOutput `pulumi:"alias,optional"`
}

func newFragile(ctx *pulumi.Context, name string, args *fragileArgs, opts ...pulumi.ResourceOption) (*fragile, error) {
	f := &fragile{}
	args, err := component.Register(ctx, "ashlar-test:fragile:Fragile", name, f, args, opts...)
	if err != nil {
		return nil, err
	}
	f.Size = pulumi.Int(*args.Size * args.Group.Twice()).ToIntOutput()
	return component.Finish(ctx, f)
}

func TestMethodsThatPanicOnHalfFilledArgumentsAreFound(t *testing.T) {
	t.Parallel()
	s := pulumitest.Suite[fragileArgs, *fragile]{
		Token: "ashlar-test:fragile:Fragile", New: newFragile,
		Args: func(*pulumi.Context) *fragileArgs { return &fragileArgs{List: []groupArgs{{}}} },
	}
	findings, skipped := found(t, s, "methods")
	require.Empty(t, skipped)
	text := strings.Join(findings, "\n")
	require.Contains(t, text, "Validate panics on empty arguments")
	require.Contains(t, text, "(*pulumitest_test.groupArgs).Twice panics on arguments without Size")

	findings, _ = found(t, s, "outputs")
	require.Empty(t, findings, "an output that is declared optional may be absent")
	findings, _ = found(t, suite(newSite), "methods")
	require.Empty(t, findings)
}
