package clusters

import (
	"context"
	"fmt"
	"os/exec"
	"strings"

	"github.com/blang/semver"
)

// emulationReach is how many minor versions behind its own an API server can be.
const emulationReach = 3

// emulated returns the version that an API server emulates when a cluster is asked to have one: that one, or the nearest that it can. It is "" for its own. So
// a later version is never emulated by an earlier one, which would leave the other components without what they have seen before.
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
		return "", fmt.Errorf("ask %s for its version: %w", server, err)
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
