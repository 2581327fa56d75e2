package tools

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"

	"github.com/Masterminds/semver/v3"
)

// installedKubernetes accepts a program of the control plane with the pinned minor version. Its version policy allows
// more, but only for some programs, and an API server emulates only three minor versions before its own.
func installedKubernetes(n Name) detector {
	return func(ctx context.Context, p *prober) (installed, bool) {
		return p.first(ctx, n, p.controlPlane(n), sameMinor)
	}
}

// installedEtcd accepts an etcd with the pinned major version that is not older than the pinned one.
func installedEtcd(ctx context.Context, p *prober) (installed, bool) {
	return p.first(ctx, Etcd, p.controlPlane(Etcd), func(version, pinned *semver.Version) bool {
		return version.Major() == pinned.Major() && !version.LessThan(pinned)
	})
}

// installedKwok accepts the kwok on PATH if it has the pinned minor version and is not older than the pinned one. Minor
// versions before 1.0 may be incompatible.
func installedKwok(ctx context.Context, p *prober) (installed, bool) {
	return p.first(ctx, Kwok, onPath(Kwok), func(version, pinned *semver.Version) bool {
		return sameMinor(version, pinned) && !version.LessThan(pinned)
	})
}

// installedGolangciLint accepts the golangci-lint on PATH if it has the pinned version. Others find other problems.
func installedGolangciLint(ctx context.Context, p *prober) (installed, bool) {
	return p.first(ctx, GolangciLint, onPath(GolangciLint), (*semver.Version).Equal)
}

func sameMinor(version, pinned *semver.Version) bool {
	return version.Major() == pinned.Major() && version.Minor() == pinned.Minor()
}

// versionPattern matches the version in the output of --version: "Kubernetes v1.37.2", "etcd Version: 3.5.21".
var versionPattern = regexp.MustCompile(`\d+\.\d+\.\d+[-+.0-9A-Za-z]*`)

// first returns the first program whose version suits.
func (p *prober) first(ctx context.Context, n Name, paths []string, suits func(version, pinned *semver.Version) bool) (
	installed, bool) {
	for _, path := range paths {
		out, err := p.output(ctx, path, "--version")
		if err != nil {
			continue
		}
		version, err := semver.NewVersion(versionPattern.FindString(out))
		if err != nil {
			continue
		}
		if pinned, err := p.pinned(n); err == nil && suits(version, pinned) {
			return installed{path: path, version: "v" + version.String()}, true
		}
	}
	return installed{}, false
}

// controlPlane returns where a program of the control plane is installed: in $KUBEBUILDER_ASSETS, in the default folder
// of setup-envtest for the pinned minor version of Kubernetes, or on PATH.
func (p *prober) controlPlane(n Name) []string {
	var folders []string
	if assets := os.Getenv("KUBEBUILDER_ASSETS"); assets != "" {
		folders = append(folders, assets)
	}
	if store := envtestStore(); store != "" {
		if pinned, err := p.pinned(APIServer); err == nil {
			folders = append(folders, envtestFolders(store, pinned)...)
		}
	}
	var paths []string
	for _, folder := range folders {
		if path, err := filepath.Abs(filepath.Join(folder, fileName(n))); err == nil && executable(path) {
			paths = append(paths, path)
		}
	}
	return append(paths, onPath(n)...)
}

func onPath(n Name) []string {
	if path, err := exec.LookPath(fileName(n)); err == nil {
		return []string{path}
	}
	return nil
}

// envtestFolders returns the folders of the pinned minor version in the store of setup-envtest, which contains
// k8s/<version>-<os>-<arch>, the newest version first.
func envtestFolders(store string, pinned *semver.Version) []string {
	platform := "-" + runtime.GOOS + "-" + runtime.GOARCH
	folders, _ := filepath.Glob(filepath.Join(store, "k8s", "*"+platform))
	version := func(folder string) *semver.Version {
		name := filepath.Base(folder)
		v, _ := semver.StrictNewVersion(name[:len(name)-len(platform)])
		return v
	}
	folders = slices.DeleteFunc(folders, func(folder string) bool {
		v := version(folder)
		return v == nil || !sameMinor(v, pinned)
	})
	slices.SortFunc(folders, func(a, b string) int { return version(b).Compare(version(a)) })
	return folders
}

// envtestStore returns the default folder of setup-envtest, or "".
func envtestStore() string {
	home, err := os.UserHomeDir()
	data := os.Getenv("XDG_DATA_HOME")
	switch {
	case runtime.GOOS == "darwin" && err == nil:
		return filepath.Join(home, "Library", "Application Support", "io.kubebuilder.envtest")
	case runtime.GOOS == "windows" && os.Getenv("LocalAppData") != "":
		return filepath.Join(os.Getenv("LocalAppData"), "kubebuilder-envtest")
	case data != "":
		return filepath.Join(data, "kubebuilder-envtest")
	case err == nil:
		return filepath.Join(home, ".local", "share", "kubebuilder-envtest")
	}
	return ""
}
