package tools

import (
	"fmt"
	"slices"
	"strings"
)

// Version returns the pinned version of a program, without the leading v: the version that [Ensure] builds, and the
// minimum version of an installed program. It is "" for programs in this repository. Only [Options.Root] is used.
func Version(opts Options, name Name) (string, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return "", err
	}
	for _, m := range catalog() {
		if slices.Contains(m.names(), name) {
			pinned, err := m.pinned(opts.folder(m))
			return strings.TrimPrefix(pinned[name], "v"), err
		}
	}
	return "", fmt.Errorf("unknown program %q: expected one of %s", name, join(All()))
}
