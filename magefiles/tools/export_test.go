package tools

import (
	"context"
	"time"
)

// Catalog is a list of modules with the go command that builds them, for tests.
type Catalog struct {
	modules   []module
	goCommand string
	interval  time.Duration
	probe     time.Duration
}

// FixtureCatalog returns a catalog with one module, in folder "greet", that builds "hello" and "bye".
func FixtureCatalog(goCommand string) Catalog {
	return Catalog{
		goCommand: goCommand,
		interval:  10 * time.Millisecond,
		modules: []module{{
			folder: "greet",
			source: "example.com/greetings",
			stamps: func(version string) []stamp { return []stamp{{"main.version", version}} },
			cold:   time.Minute,
			programs: []program{
				{name: "hello", pkg: "./cmd/hello"},
				{name: "bye", pkg: "./cmd/bye"},
			},
		}},
	}
}

// RealCatalog returns the real catalog.
func RealCatalog(goCommand string) Catalog {
	return Catalog{modules: catalog(), goCommand: goCommand, interval: time.Minute, probe: 10 * time.Second}
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
		goCommand:    c.goCommand,
		reporter:     reporter{out: opts.Progress, interval: c.interval},
		probeTimeout: c.probe,
	}.ensure(ctx, names)
}

// WithProbeTimeout returns the catalog with another time limit for installed programs to print their version.
func (c Catalog) WithProbeTimeout(d time.Duration) Catalog {
	c.probe = d
	return c
}

// Sources returns the source module of every folder, with the pinned version if the catalog contains it.
func (c Catalog) Sources() map[string]string {
	sources := map[string]string{}
	for _, m := range c.modules {
		sources[m.folder] = m.source
	}
	return sources
}

// Stamps returns the linker flags of every module of the workspace at root, by folder.
func (c Catalog) Stamps(root string) (map[string]string, error) {
	flags := map[string]string{}
	for _, m := range c.modules {
		version, err := m.pinned(toolsDir(root) + "/" + m.folder)
		if err != nil {
			return nil, err
		}
		flags[m.folder] = m.ldflags(version)
	}
	return flags, nil
}
