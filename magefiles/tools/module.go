package tools

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/modfile"
)

// keyFormat is part of every cache key. Increment it after a change of the build that is not part of the key.
const keyFormat = "2"

// module is a folder in magefiles/tools and the programs that one go command builds from it.
type module struct {
	// folder is the name of the folder, here and in the cache.
	folder string
	// cold is the time of a build on two cores with an empty build cache. Zero if it is short.
	cold time.Duration
	// unshared are patterns of packages that no other build uses, in quantity. They are compiled without inlining and debug
	// information, which takes two thirds of the time; shared packages are compiled once, with the default flags.
	unshared []string
	// programs are the programs to build, at least one.
	programs []program
}

// program is one program of a module.
type program struct {
	name Name
	// pkg is the import path of the main package, or "." for the folder's own package. Programs with the same package are
	// one executable, which looks at the name of its file.
	pkg string
	// source is the path of the Go module of the program. Its version in the go.mod of the folder is the pinned one.
	// Empty for a program of this repository.
	source string
	// version is the pinned version, with a leading v, if source has only pseudo-versions.
	version string
	// stamps returns the -X settings of the linker for the pinned version. Default: none.
	stamps func(version string) []stamp
	// installed looks for a suitable installed program. Default: the program is always built.
	installed detector
}

// stamp sets a package-level string variable at link time.
type stamp struct{ variable, value string }

func (m module) names() []Name {
	names := make([]Name, len(m.programs))
	for i, p := range m.programs {
		names[i] = p.name
	}
	return names
}

// missing returns the programs that are in names but not in the set.
func (m module) missing(names []Name, set Set) []Name {
	return slices.DeleteFunc(m.names(), func(n Name) bool { return !slices.Contains(names, n) || set[n] != "" })
}

// list returns the names of all programs for messages.
func (m module) list() string { return join(m.names()) }

func join(names []Name) string {
	texts := make([]string, len(names))
	for i, n := range names {
		texts[i] = string(n)
	}
	return strings.Join(texts, ", ")
}

// own reports whether the module contains its programs.
func (m module) own() bool { return m.programs[0].source == "" }

// packages returns the main packages, without duplicates.
func (m module) packages() []string {
	var packages []string
	for _, p := range m.programs {
		if !slices.Contains(packages, p.pkg) {
			packages = append(packages, p.pkg)
		}
	}
	return packages
}

// versions are the pinned versions of programs, with a leading v.
type versions map[Name]string

// pinned returns the pinned versions of the programs that the folder dir builds. The version of a program of this
// repository is "".
func (m module) pinned(dir string) (versions, error) {
	pinned := versions{}
	var required map[string]string
	for _, p := range m.programs {
		if p.version != "" || p.source == "" {
			pinned[p.name] = p.version
			continue
		}
		if required == nil {
			var err error
			if required, err = requirements(dir); err != nil {
				return nil, fmt.Errorf("read the pinned version of %s: %w", p.source, err)
			}
		}
		if pinned[p.name] = required[p.source]; pinned[p.name] == "" {
			return nil, fmt.Errorf("read the pinned version of %s: missing requirement in %s",
				p.source, filepath.Join(dir, "go.mod"))
		}
	}
	return pinned, nil
}

// requirements returns the versions of the modules that the go.mod of a folder requires.
func requirements(dir string) (map[string]string, error) {
	path := filepath.Join(dir, "go.mod")
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	file, err := modfile.ParseLax(path, data, nil)
	if err != nil {
		return nil, err
	}
	required := map[string]string{}
	for _, r := range file.Require {
		required[r.Mod.Path] = r.Mod.Version
	}
	return required, nil
}

// ldflags returns the linker flags for pinned versions.
func (m module) ldflags(pinned versions) string {
	flags := []string{"-s", "-w"}
	set := map[stamp]bool{}
	for _, p := range m.programs {
		if p.stamps == nil {
			continue
		}
		for _, s := range p.stamps(pinned[p.name]) {
			if !set[s] {
				flags = append(flags, "-X", s.variable+"="+s.value)
			}
			set[s] = true
		}
	}
	return strings.Join(flags, " ")
}

// gcflags returns the arguments of the go command with compiler flags.
func (m module) gcflags() []string {
	args := make([]string, 0, 2*len(m.unshared))
	for _, pattern := range m.unshared {
		args = append(args, "-gcflags", pattern+"=-l -dwarf=false")
	}
	return args
}

// key returns the cache key of a build, from the files of the module, the flags, the platform and the toolchain.
func (m module) key(dir, ldflags, toolchain string) (string, error) {
	hash := sha256.New()
	part := func(values ...string) {
		for _, v := range values {
			// The length makes the encoding unambiguous.
			fmt.Fprintf(hash, "%d:%s\n", len(v), v)
		}
	}
	part(keyFormat, runtime.GOOS, runtime.GOARCH, toolchain, ldflags)
	part(m.gcflags()...)
	for _, p := range m.programs {
		part(string(p.name), p.pkg)
	}
	files, err := m.files(dir)
	if err != nil {
		return "", err
	}
	for _, name := range files {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return "", fmt.Errorf("read the source of %s: %w", m.list(), err)
		}
		part(filepath.ToSlash(name), string(data))
	}
	return hex.EncodeToString(hash.Sum(nil))[:32], nil
}

// files returns the files that affect the build, sorted, relative to dir.
func (m module) files(dir string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name := entry.Name()
		source := strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go")
		if !source && name != "go.mod" && name != "go.sum" {
			return nil
		}
		relative, err := filepath.Rel(dir, path)
		files = append(files, relative)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the source of %s: %w", m.list(), err)
	}
	slices.Sort(files)
	return files, nil
}

// fileName returns the name of a program's file on this platform.
func fileName(n Name) string {
	if runtime.GOOS == "windows" {
		return string(n) + ".exe"
	}
	return string(n)
}
