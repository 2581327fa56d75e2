package release

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/dirhash"
	"golang.org/x/mod/zip"
)

// Archive is the zip of a module version, as the go command downloads it.
type Archive struct {
	module.Version
	// Path is the zip file.
	File string
	// Mod is the content of go.mod.
	Mod []byte
	// Sums are the lines of go.sum for the version.
	Sums []string
}

// ArchiveCommit writes the zip of a module in the folder subdir of a Git repository, at a revision: exactly the files that
// Git tracks, without nested modules.
func ArchiveCommit(file string, version module.Version, root, revision, subdir string) (*Archive, error) {
	return archive(file, version, func(f *os.File) error {
		return zip.CreateFromVCS(f, version, root, revision, subdir)
	})
}

// ArchiveDir writes the zip of the module in a folder.
func ArchiveDir(file string, version module.Version, dir string) (*Archive, error) {
	return archive(file, version, func(f *os.File) error { return zip.CreateFromDir(f, version, dir) })
}

func archive(file string, version module.Version, create func(*os.File) error) (*Archive, error) {
	f, err := os.Create(file)
	if err != nil {
		return nil, fmt.Errorf("create the zip of %s: %w", version, err)
	}
	if err := errors.Join(create(f), f.Close()); err != nil {
		return nil, fmt.Errorf("create the zip of %s: %w", version, err)
	}
	a := &Archive{Version: version, File: file}
	if a.Mod, err = readFromZip(file, version.String()+"/go.mod"); err != nil {
		return nil, fmt.Errorf("read the zip of %s: %w", version, err)
	}
	if a.Sums, err = sums(a); err != nil {
		return nil, fmt.Errorf("hash the zip of %s: %w", version, err)
	}
	return a, nil
}

func sums(a *Archive) ([]string, error) {
	all, err := dirhash.HashZip(a.File, dirhash.Hash1)
	if err != nil {
		return nil, err
	}
	mod, err := dirhash.Hash1([]string{"go.mod"}, openBytes(a.Mod))
	if err != nil {
		return nil, err
	}
	return []string{
		fmt.Sprintf("%s %s %s", a.Path, a.Version.Version, all),
		fmt.Sprintf("%s %s/go.mod %s", a.Path, a.Version.Version, mod),
	}, nil
}

// Unpack extracts the module into a new folder.
func (a *Archive) Unpack(dir string) error {
	if err := zip.Unzip(dir, a.Version, a.File); err != nil {
		return fmt.Errorf("unpack %s: %w", a.Version, err)
	}
	return nil
}

// WithSums returns a go.sum with lines for versions of modules. They replace all lines for the same modules.
func WithSums(goSum []byte, lines []string) []byte {
	replaced := map[string]bool{}
	for _, line := range lines {
		replaced[strings.Fields(line)[0]] = true
	}
	for line := range strings.Lines(string(goSum)) {
		if fields := strings.Fields(line); len(fields) == 3 && !replaced[fields[0]] {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return sortedSums(lines)
}

// KeepSums returns the go.sum after tidying with the lines that it had before for versions of modules that a go.mod
// requires. Tidying with a replacement for a module drops them.
func KeepSums(before, after, goMod []byte, isSibling func(path string) bool) ([]byte, error) {
	file, err := modfile.Parse("go.mod", goMod, nil)
	if err != nil {
		return nil, err
	}
	var kept []string
	for line := range strings.Lines(string(before)) {
		fields := strings.Fields(line)
		if len(fields) != 3 || !isSibling(fields[0]) {
			continue
		}
		if slices.ContainsFunc(file.Require, func(r *modfile.Require) bool {
			return r.Mod.Path == fields[0] && r.Mod.Version == strings.TrimSuffix(fields[1], "/go.mod")
		}) {
			kept = append(kept, strings.TrimSpace(line))
		}
	}
	if len(kept) == 0 {
		return after, nil
	}
	return WithSums(after, kept), nil
}

// sortedSums returns the lines in the order of the go command.
func sortedSums(lines []string) []byte {
	hashes := map[module.Version][]string{}
	var versions []module.Version
	for _, line := range lines {
		fields := strings.Fields(line)
		v := module.Version{Path: fields[0], Version: fields[1]}
		if hashes[v] == nil {
			versions = append(versions, v)
		}
		hashes[v] = append(hashes[v], line)
	}
	module.Sort(versions)
	var out strings.Builder
	for _, v := range versions {
		slices.Sort(hashes[v])
		for _, line := range slices.Compact(hashes[v]) {
			out.WriteString(line + "\n")
		}
	}
	return []byte(out.String())
}

// Proxy is a folder that the go command uses as a module proxy.
//
// Source: go.dev, "Go Modules Reference", GOPROXY protocol.
type Proxy struct {
	dir string
}

// NewProxy returns an empty proxy in a folder, which is created.
func NewProxy(dir string) *Proxy { return &Proxy{dir: dir} }

// Add serves a version.
func (p *Proxy) Add(a *Archive) error {
	escaped, err := module.EscapePath(a.Path)
	if err != nil {
		return err
	}
	dir := filepath.Join(p.dir, filepath.FromSlash(escaped), "@v")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("serve %s: %w", a.Version, err)
	}
	list, err := os.ReadFile(filepath.Join(dir, "list"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("serve %s: %w", a.Version, err)
	}
	versions := strings.Fields(string(list))
	if !slices.Contains(versions, a.Version.Version) {
		versions = append(versions, a.Version.Version)
	}
	// The time of a version has no effect when it is requested by name.
	info, err := json.Marshal(map[string]any{"Version": a.Version.Version, "Time": time.Unix(0, 0).UTC()})
	if err != nil {
		return err
	}
	data, err := os.ReadFile(a.File)
	if err != nil {
		return fmt.Errorf("serve %s: %w", a.Version, err)
	}
	for name, content := range map[string][]byte{
		"list": []byte(strings.Join(versions, "\n") + "\n"), a.Version.Version + ".info": info,
		a.Version.Version + ".mod": a.Mod, a.Version.Version + ".zip": data,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			return fmt.Errorf("serve %s: %w", a.Version, err)
		}
	}
	return nil
}

// URL returns the value of GOPROXY for the folder.
func (p *Proxy) URL() string {
	path := filepath.ToSlash(p.dir)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/folder
	}
	return "file://" + path
}
