//go:build mage

package main

import (
	"context"

	"github.com/ashlar-iac/ashlar/magefiles/targets"
)

// Test runs every test: the unit tests, and then the integration tests.
func Test(ctx context.Context) error { return targets.Run(ctx, (*targets.Workspace).Test) }

// Unit runs the tests of all modules but integration, with the race detector where it is affordable.
func Unit(ctx context.Context) error { return targets.Run(ctx, (*targets.Workspace).Unit) }

// Integration runs the end-to-end tests on this machine: real engine, real Kubernetes API, no account.
func Integration(ctx context.Context) error {
	return targets.Run(ctx, (*targets.Workspace).Integration)
}

// Lint checks every module with the linters and formatters, and that the go.mod files are tidy.
func Lint(ctx context.Context) error { return targets.Run(ctx, (*targets.Workspace).Lint) }

// Fix repairs what lint finds, where a machine can: formatting, some findings, go.mod files.
func Fix(ctx context.Context) error { return targets.Run(ctx, (*targets.Workspace).Fix) }

// Tidy brings every go.mod and go.sum up to date with the code.
func Tidy(ctx context.Context) error { return targets.Run(ctx, (*targets.Workspace).Tidy) }

// Tools builds or finds the external programs that tests, demo and linters run, and lists them.
func Tools(ctx context.Context) error { return targets.Run(ctx, (*targets.Workspace).Tools) }

// Clean removes what the other targets built outside the repository.
func Clean(ctx context.Context) error { return targets.Run(ctx, (*targets.Workspace).Clean) }

// Demo deploys a network and an application to a simulated AWS and a Kubernetes control plane on this machine; KEEP=1 leaves it running.
func Demo(ctx context.Context) error { return targets.Run(ctx, (*targets.Workspace).Demo) }
