// Package tools provides the external programs that Ashlar's tests, demo and linters run: the Pulumi CLI with its Go
// language host and Kubernetes provider, a Kubernetes control plane, golangci-lint, and supervise, which ends a program
// with its parent.
//
// Each program is built from a small Go module below magefiles/tools that pins its version, outside the workspace, into a
// cache outside the repository. The cache is keyed by what the module holds, so a program is built once a machine and
// again only when its pinned version, its source, its linker flags or the Go toolchain change. Programs that are already
// installed in a suitable version are used instead of building them.
//
//	set, err := tools.Ensure(ctx, tools.Options{Progress: os.Stderr}, tools.Pulumi, tools.LanguageGo)
//	if err != nil {
//		return err
//	}
//	cmd := exec.CommandContext(ctx, set.Path(tools.Pulumi), "version")
package tools
