package tools

import (
	"context"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Catalog is a list of modules with the go command that builds them, for tests.
type Catalog struct {
	modules   []module
	goCommand string
	interval  time.Duration
	probe     time.Duration
	releases  []release
	window    time.Duration
}

// FixtureCatalog returns a catalog with one module, in folder "greet", that builds "hello" and "bye".
func FixtureCatalog(goCommand string) Catalog {
	return Catalog{
		goCommand: goCommand,
		interval:  10 * time.Millisecond,
		modules: []module{{
			folder: "greet",
			cold:   time.Minute,
			programs: []program{
				greeting("hello"),
				greeting("bye"),
			},
		}},
	}
}

// greeting returns a program of the module in folder "greet".
func greeting(n Name) program {
	return program{
		name: n, pkg: "./cmd/" + string(n), source: "example.com/greetings",
		stamps: func(version string) []stamp { return []stamp{{"main.version", version}} },
	}
}

// RealCatalog returns the real catalog.
func RealCatalog(goCommand string) Catalog {
	return Catalog{
		modules: catalog(), releases: releases(), goCommand: goCommand, interval: time.Minute, probe: 10 * time.Second,
	}
}

// Ensure is Ensure with the catalog c.
func (c Catalog) Ensure(ctx context.Context, opts Options, names ...Name) (Set, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	return ensurer{
		options:      opts,
		modules:      c.modules,
		releases:     c.releases,
		fetcher:      c.fetcher(opts.Mirror),
		goCommand:    c.goCommand,
		reporter:     reporter{out: opts.Progress, interval: c.interval},
		probeTimeout: c.probe,
	}.ensure(ctx, names)
}

func (c Catalog) fetcher(mirror string) *fetcher {
	f := newFetcher(mirror)
	if c.window > 0 {
		f.window, f.slowest = c.window, 64<<10
		f.client.Transport.(*http.Transport).ResponseHeaderTimeout = c.window
	}
	return f
}

// WithWindow returns the catalog with another time in which a server has to answer, and a download has to receive at
// least 64 KiB.
func (c Catalog) WithWindow(d time.Duration) Catalog {
	c.window = d
	return c
}

// WithRelease returns the catalog with a release of programs for this platform, which has the version of the first one.
func (c Catalog) WithRelease(url, member, checksums string, pins map[string]string, programs ...Name) Catalog {
	c.releases = append(slices.Clip(c.releases), release{
		programs: programs, version: programs[0], platforms: []string{runtime.GOOS + "/" + runtime.GOARCH},
		url: url, member: member, checksums: checksums, pins: pins,
	})
	return c
}

// WithUnshared returns the catalog with other patterns of packages that no other build uses in the first module.
func (c Catalog) WithUnshared(patterns ...string) Catalog {
	c.modules = slices.Clone(c.modules)
	c.modules[0].unshared = patterns
	return c
}

// WithModule returns the catalog with a module that builds a program. The module has the version and the source of the
// first one.
func (c Catalog) WithModule(n Name) Catalog {
	m := c.modules[0]
	m.programs = []program{greeting(n)}
	c.modules = append(slices.Clip(c.modules), m)
	return c
}

// WithAlias returns the catalog with another name for the program "hello", which then is a module of its own.
func (c Catalog) WithAlias(n Name) Catalog {
	hello, alias := greeting("hello"), greeting("hello")
	alias.name = n
	c.modules = []module{c.modules[0]}
	c.modules[0].programs = []program{hello, alias}
	return c
}

// ReleaseOf returns the URL of the file with a program, its checksum or the URL of the checksums, and the paths of the
// programs in the archive, or nothing if it is not published.
func ReleaseOf(n Name, version, goos, goarch string) (url, checksum, members string) {
	for _, r := range releases() {
		if !slices.Contains(r.programs, n) {
			continue
		}
		if a, found := r.asset("", version, goos, goarch); found {
			return a.url, a.checksums + a.sha256, strings.Join(slices.Sorted(maps.Keys(a.members)), " ")
		}
	}
	return "", "", ""
}

// Pins returns all pinned checksums by URL.
func Pins() map[string]string {
	pins := map[string]string{}
	for _, r := range releases() {
		maps.Copy(pins, r.pins)
	}
	return pins
}

// WithProbeTimeout returns the catalog with another time limit for installed programs to print their version.
func (c Catalog) WithProbeTimeout(d time.Duration) Catalog {
	c.probe = d
	return c
}

// Sources returns the Go modules of the programs of every folder.
func (c Catalog) Sources() map[string][]string {
	sources := map[string][]string{}
	for _, m := range c.modules {
		sources[m.folder] = nil
		for _, p := range m.programs {
			if p.source != "" && !slices.Contains(sources[m.folder], p.source) {
				sources[m.folder] = append(sources[m.folder], p.source)
			}
		}
	}
	return sources
}

// Stamps returns the linker flags of every module of the workspace at root, by folder.
func (c Catalog) Stamps(root string) (map[string]string, error) {
	flags := map[string]string{}
	for _, m := range c.modules {
		pinned, err := m.pinned(toolsDir(root) + "/" + m.folder)
		if err != nil {
			return nil, err
		}
		flags[m.folder] = m.ldflags(pinned)
	}
	return flags, nil
}
