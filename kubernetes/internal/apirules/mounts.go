package apirules

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/ashlar-iac/ashlar/core/config"
)

// Temporary is the directory that every container can write to.
const Temporary = "/tmp"

// CheckDirectories reports writable directories that cannot be mounted.
func CheckDirectories(report *config.Report, at []string, directories []string) {
	for i, p := range directories {
		if problem := DirectoryProblem(p); problem != "" {
			report.Add(below(at, strconv.Itoa(i)), "%s", problem)
		}
	}
}

// DirectoryProblem returns what is wrong with the path of a mount, or "".
func DirectoryProblem(p string) string {
	const expected = "found the string %s, expected an absolute path below /"
	switch clean := path.Clean(p); {
	case !path.IsAbs(p) || clean == "/":
		return strings.Replace(expected, "%s", strconv.Quote(p), 1)
	case strings.Contains(p, ":"):
		return "found the string " + strconv.Quote(p) + ", which has a colon: use a path without one"
	}
	return ""
}

// CheckFiles reports files that cannot be mounted: at the path of a writable directory or above one, or below another
// file.
func CheckFiles(report *config.Report, at, files, directories []string) {
	mounted := []string{Temporary}
	for _, d := range directories {
		mounted = append(mounted, path.Clean(d))
	}
	files = slices.DeleteFunc(slices.Clone(files), func(f string) bool { return FileProblem(f) != "" })
	for _, f := range files {
		for _, d := range slices.Compact(slices.Sorted(slices.Values(mounted))) {
			switch {
			case d == f:
				report.Add(below(at, f), "%s is a writable directory: use a path below it, or another one", d)
			case within(d, f):
				report.Add(below(at, f), "%s is the parent of the writable directory %s: use another path", f, d)
			}
		}
		for _, other := range files {
			if within(f, other) {
				report.Add(below(at, f), "%s is a file, too: use a path that is not below it", other)
			}
		}
	}
}

// within reports whether a clean path is below another one.
func within(p, directory string) bool {
	return strings.HasPrefix(p, directory+"/")
}

// FileProblem returns what is wrong with the path of a file, or "".
func FileProblem(p string) string {
	if clean := path.Clean(p); path.IsAbs(p) && clean != "/" && clean != p {
		return "found the string " + strconv.Quote(p) + ": write " + clean
	}
	return DirectoryProblem(p)
}

// WithinProblem returns what is wrong with a path within a volume, or "". Source: "Volumes, Using subPath", Kubernetes
// documentation.
func WithinProblem(p string) string {
	if p == "" || path.IsAbs(p) || slices.Contains(strings.Split(p, "/"), "..") {
		return "found the string " + strconv.Quote(p) + ", expected a relative path without .."
	}
	return ""
}
