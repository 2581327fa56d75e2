package clusters

import (
	"context"
	"fmt"
	"os/exec"
	"strings"

	"github.com/blang/semver"
)

// emulationReach is how many minor versions before its own an API server can emulate.
const emulationReach = 3

// emulated returns the version that an API server emulates for a cluster of a version: that one, or the nearest
// possible. It is "" for its own. A version is never emulated by an older one, which would not serve what the other
// components have stored.
func emulated(ctx context.Context, server, version string) (string, error) {
	if version == "" {
		return "", nil
	}
	asked, err := semver.ParseTolerant(version)
	if err != nil {
		return "", fmt.Errorf("version %q of Kubernetes: %w; expected one such as 1.35", version, err)
	}
	out, err := exec.CommandContext(ctx, server, "--version").Output()
	if err != nil {
		return "", fmt.Errorf("read the version of %s: %w", server, err)
	}
	own, err := semver.ParseTolerant(strings.TrimPrefix(strings.TrimSpace(string(out)), "Kubernetes "))
	if err != nil {
		return "", fmt.Errorf("%s says %q: %w", server, out, err)
	}
	if asked.Major > own.Major || asked.Minor >= own.Minor {
		return "", nil
	}
	return fmt.Sprintf("%d.%d", own.Major, max(asked.Minor, own.Minor-emulationReach)), nil
}
