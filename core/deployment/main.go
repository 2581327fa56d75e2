package deployment

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/constant"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// Main runs a program like pulumi.Run, and shows its errors as they are: pulumi.Run puts "an unhandled error occurred:
// program failed: 1 error occurred" in front of them, as if the program itself were broken.
//
//	func main() {
//		deployment.Main(func(ctx *pulumi.Context) error {
//			return deployment.Run(ctx, kubernetes.Module())
//		})
//	}
//
// Like pulumi.Run, it does not return when the program fails. Programs in another process, through Pulumi's Automation API,
// return the error of [Run] instead.
func Main(program pulumi.RunFunc, opts ...pulumi.RunOption) {
	var info pulumi.RunInfo
	err := pulumi.RunErr(program, append(slices.Clone(opts), func(i *pulumi.RunInfo) { info = *i })...)
	if err == nil {
		return
	}
	if errors.Is(err, pulumi.ErrPlugins) {
		pulumi.Run(program, opts...) // It prints the plugins.
	}
	if logError(info, err) != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(constant.ExitStatusLoggedError)
}

// logError logs the error of a program. The connection of the program is closed by then.
func logError(info pulumi.RunInfo, err error) (failed error) {
	if info.EngineAddr == "" {
		return errors.New("no engine")
	}
	ctx, failed := pulumi.NewContext(context.Background(), info)
	if failed != nil {
		return failed
	}
	defer func() { failed = errors.Join(failed, ctx.Close()) }()
	return Report(ctx.Log, err)
}

// Report logs each of the errors that a program returned as an error of its own, without what the SDK adds: for programs
// that are run with pulumi.RunErr.
func Report(log pulumi.Log, err error) error {
	var failed []error
	for problem := range failure.All(plain(err)) {
		failed = append(failed, log.Error(problem.Error(), nil))
	}
	return errors.Join(failed...)
}

// plain removes the error of the SDK around those of the program.
func plain(err error) error {
	if many, ok := err.(interface{ WrappedErrors() []error }); ok {
		return failure.Join(many.WrappedErrors()...)
	}
	return err
}
