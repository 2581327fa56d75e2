// Package tools provides the external programs of Ashlar's tests, demo and linters: the Pulumi CLI with its Go language
// host and Kubernetes provider, a Kubernetes control plane, golangci-lint, and supervise, which ends a program with its
// parent.
//
// A small Go module in magefiles/tools, outside the workspace, pins the version of each program. Installed programs of
// a suitable version are used. Otherwise the release binaries of the vendors are downloaded into a cache outside the
// repository. What cannot be downloaded is built into the cache, and rebuilt only if the pinned version, the source, the
// linker flags or the Go toolchain change.
//
//	set, err := tools.Ensure(ctx, tools.Options{Progress: os.Stderr}, tools.Pulumi, tools.LanguageGo)
//	if err != nil {
//		return err
//	}
//	cmd := exec.CommandContext(ctx, set.Path(tools.Pulumi), "version")
package tools
