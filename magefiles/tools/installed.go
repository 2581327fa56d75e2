package tools

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/Masterminds/semver/v3"
)

// detector looks for an installed program that can replace the pinned one.
type detector func(ctx context.Context, p *prober) (installed, bool)

// installed is a suitable program outside the cache.
type installed struct{ path, version string }

// prober reads the versions of installed programs. It is not safe for concurrent use.
type prober struct {
	// pinned returns the pinned version of a program, or an error if it has none.
	pinned func(n Name) (*semver.Version, error)
	// timeout is the time limit for a program to print its version.
	timeout time.Duration
	// pulumi caches the result of installedPulumi.
	pulumi *installed
}

// useInstalled adds suitable installed programs to the set.
func (e ensurer) useInstalled(ctx context.Context, names []Name, set Set) error {
	probe := &prober{timeout: e.probeTimeout, pinned: e.pinned}
	for _, m := range e.modules {
		for _, p := range m.programs {
			if p.installed == nil || !slices.Contains(names, p.name) {
				continue
			}
			found, ok := p.installed(ctx, probe)
			if ctx.Err() != nil {
				return fmt.Errorf("look for an installed %s: %w", p.name, context.Cause(ctx))
			}
			if ok {
				set[p.name] = found.path
				e.reporter.line("using the installed %s %s: %s", p.name, found.version, found.path)
			}
		}
	}
	return nil
}

func (e ensurer) pinned(n Name) (*semver.Version, error) {
	text, err := e.pinnedText(n)
	if err != nil {
		return nil, err
	}
	return semver.NewVersion(text)
}

// pinnedText returns the pinned version of a program, with a leading v.
func (e ensurer) pinnedText(n Name) (string, error) {
	for _, m := range e.modules {
		if slices.Contains(m.names(), n) {
			pinned, err := m.pinned(e.options.folder(m))
			return pinned[n], err
		}
	}
	return "", fmt.Errorf("no module builds %s", n)
}

// installedPulumi accepts the pulumi on PATH if it has the pinned major version and is not older than the pinned one.
func installedPulumi(ctx context.Context, p *prober) (installed, bool) {
	if p.pulumi == nil {
		p.pulumi = &installed{}
		path, err := exec.LookPath(fileName(Pulumi))
		if err != nil {
			return installed{}, false
		}
		out, err := p.output(ctx, path, "version")
		if err != nil {
			return installed{}, false
		}
		if version, ok := p.atLeastPinned(Pulumi, strings.TrimSpace(out)); ok {
			*p.pulumi = installed{path: path, version: version}
		}
	}
	return *p.pulumi, p.pulumi.path != ""
}

// installedLanguageGo accepts the language host that was installed with a suitable pulumi.
func installedLanguageGo(ctx context.Context, p *prober) (installed, bool) {
	pulumi, ok := installedPulumi(ctx, p)
	if !ok {
		return installed{}, false
	}
	// The pulumi on PATH may be a link into the folder where it was installed.
	paths := []string{pulumi.path}
	if target, err := filepath.EvalSymlinks(pulumi.path); err == nil {
		paths = append(paths, target)
	}
	for _, path := range paths {
		host := filepath.Join(filepath.Dir(path), fileName(LanguageGo))
		if executable(host) {
			return installed{path: host, version: "of pulumi " + pulumi.version}, true
		}
	}
	return installed{}, false
}

// installedProviderKubernetes accepts the newest provider in a plugin folder of the engine, whose name contains the
// version. The program cannot print its version.
func installedProviderKubernetes(_ context.Context, p *prober) (installed, bool) {
	const prefix = "resource-kubernetes-"
	home := os.Getenv("PULUMI_HOME")
	if user, err := os.UserHomeDir(); home == "" && err == nil {
		home = filepath.Join(user, ".pulumi")
	}
	folders := filepath.SplitList(os.Getenv("PATH"))
	if home != "" {
		found, _ := filepath.Glob(filepath.Join(home, "plugins", prefix+"v*"))
		folders = append(found, folders...)
	}
	var best installed
	for _, folder := range folders {
		version, isPlugin := strings.CutPrefix(filepath.Base(folder), prefix)
		path := filepath.Join(folder, fileName(ProviderKubernetes))
		if !isPlugin || !filepath.IsAbs(path) || !executable(path) {
			continue
		}
		version, ok := p.atLeastPinned(ProviderKubernetes, version)
		if ok && (best.path == "" || newer(version, best.version)) {
			best = installed{path: path, version: version}
		}
	}
	return best, best.path != ""
}

// installedKubectl accepts a kubectl that is at most one minor version away from the pinned Kubernetes, the skew that
// its version policy allows.
func installedKubectl(ctx context.Context, p *prober) (installed, bool) {
	for _, path := range p.controlPlane(Kubectl) {
		out, err := p.output(ctx, path, "version", "--client", "-o", "json")
		if err != nil {
			continue
		}
		var answer struct {
			ClientVersion struct {
				GitVersion string `json:"gitVersion"`
			} `json:"clientVersion"`
		}
		if err := json.Unmarshal([]byte(out), &answer); err != nil {
			continue
		}
		version, err := semver.NewVersion(answer.ClientVersion.GitVersion)
		if err != nil {
			continue
		}
		pinned, err := p.pinned(Kubectl)
		if err == nil && version.Major() == pinned.Major() &&
			max(version.Minor(), pinned.Minor())-min(version.Minor(), pinned.Minor()) <= 1 {
			return installed{path: path, version: answer.ClientVersion.GitVersion}, true
		}
	}
	return installed{}, false
}

// atLeastPinned reports whether a version has the pinned major version and is not older than the pinned one, and
// returns it in canonical form.
func (p *prober) atLeastPinned(n Name, text string) (string, bool) {
	version, err := semver.NewVersion(text)
	if err != nil {
		return "", false
	}
	pinned, err := p.pinned(n)
	if err != nil || version.Major() != pinned.Major() || version.LessThan(pinned) {
		return "", false
	}
	return "v" + version.String(), true
}

func newer(a, b string) bool {
	x, errX := semver.NewVersion(a)
	y, errY := semver.NewVersion(b)
	return errX == nil && errY == nil && x.GreaterThan(y)
}
