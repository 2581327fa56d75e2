package tools

import (
	"fmt"
	"slices"
	"strings"
)

// Version returns the pinned version of a program, without the leading v: the one that [Ensure] builds, and the least
// that it accepts where a program may be installed already. It is "" for a program of our own. Of the options it reads Root.
func Version(opts Options, name Name) (string, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return "", err
	}
	for _, m := range catalog() {
		if slices.Contains(m.names(), name) {
			version, err := m.pinned(opts.folder(m))
			return strings.TrimPrefix(version, "v"), err
		}
	}
	return "", fmt.Errorf("there is no program %q; there are: %s", name, join(All()))
}
