package release

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// First is the version of the first release of a module.
const First = "v0.1.0"

// Next returns the lowest version after last for changes with an effect. last is "" if there is no release yet.
//
// Below v1.0.0, breaking changes raise the minor version as additions do; semantic versioning allows anything there.
// From v1.0.0 they raise the major version, which the import path contains from v2.0.0.
//
// Source: semver.org, "Semantic Versioning 2.0.0"; The Go Blog, "Keeping Your Modules Compatible".
func Next(last string, effect Effect) string {
	if last == "" {
		return First
	}
	patch, minor, major := steps(last)
	switch {
	case effect <= Fix:
		return patch
	case effect == Break && semver.Major(last) != "v0":
		return major
	default:
		return minor
	}
}

// steps returns the versions that can follow a version.
func steps(last string) (patch, minor, major string) {
	var n [3]int
	for i, part := range strings.SplitN(strings.TrimPrefix(last, "v"), ".", 3) {
		n[i], _ = strconv.Atoi(part) // Versions of tags are canonical.
	}
	return fmt.Sprintf("v%d.%d.%d", n[0], n[1], n[2]+1), fmt.Sprintf("v%d.%d.0", n[0], n[1]+1),
		fmt.Sprintf("v%d.0.0", n[0]+1)
}

// Canonical reports whether a version can be released: "v1.2.3". Pre-releases cannot.
func Canonical(version string) bool {
	return semver.IsValid(version) && semver.Canonical(version) == version && semver.Prerelease(version) == ""
}

// CheckVersion returns an error if a version cannot follow last for changes with an effect. It says which one can.
func CheckVersion(importPath, last, version string, effect Effect) error {
	next := Next(last, effect)
	if !Canonical(version) {
		return fmt.Errorf("version %q has not the form v1.2.3: write %s", version, next)
	}
	if _, pathMajor, ok := module.SplitPathVersion(importPath); !ok || module.CheckPathMajor(version, pathMajor) != nil {
		return fmt.Errorf("version %s requires the import path %s: change it in go.mod, in modules.yaml and in all imports, "+
			"or keep the API compatible and write a lower version", version, pathOf(importPath, version))
	}
	if last == "" {
		if version != First && version != "v1.0.0" {
			return fmt.Errorf("version %s cannot be the first: write %s", version, First)
		}
		return nil
	}
	if semver.Compare(version, last) <= 0 {
		return fmt.Errorf("version %s is not above the last tag, %s: write %s", version, last, next)
	}
	if semver.Compare(version, next) < 0 {
		return fmt.Errorf("version %s is too low after %s for %s: write %s", version, last, effect, next)
	}
	patch, minor, major := steps(last)
	if allowed := []string{patch, minor, major}; !slices.Contains(allowed, version) {
		return fmt.Errorf("version %s skips versions after %s: write %s", version, last, next)
	}
	return nil
}

func pathOf(importPath, version string) string {
	prefix, _, _ := module.SplitPathVersion(importPath)
	if major := semver.Major(version); major != "v0" && major != "v1" {
		return prefix + "/" + major
	}
	return prefix
}

func (e Effect) String() string {
	switch e {
	case None:
		return "no changes"
	case Fix:
		return "fixes"
	case Feature:
		return "additions"
	default:
		return "breaking changes"
	}
}
