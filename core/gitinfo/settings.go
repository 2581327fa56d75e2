package gitinfo

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/format/config"
)

// settings is what a repository's own configuration says, as far as it matters
// here.
type settings struct {
	raw *config.Config
	// references and objects say whether these are of a form known here.
	references, objectFormat bool
	// fileMode says whether the executable bit counts, symlinks whether
	// symbolic links are checked out as such.
	fileMode, symlinks bool
	// sparse says whether a sparse checkout is on.
	sparse bool
	// bare says that there is no working tree, tree that it is elsewhere.
	bare bool
	tree string
	// attributes is the path of a further file of attributes.
	attributes string
}

// readSettings reads the configuration of a repository. A missing one is empty.
func readSettings(where location) (settings, bool) {
	raw, err := readConfig(filepath.Join(where.common, "config"))
	if err != nil {
		return settings{}, false
	}
	core, extensions := raw.Section("core"), raw.Section("extensions")
	s := settings{
		raw:          raw,
		references:   true,
		objectFormat: true,
		fileMode:     runtime.GOOS != "windows",
		symlinks:     runtime.GOOS != "windows",
	}
	switch core.Option("repositoryformatversion") {
	case "", "0":
		// Some extensions are honoured in this version too; which, depends on
		// Git's own. An unknown one is not.
		s.references = is(extensions.Options, "refstorage", "files")
		s.objectFormat = is(extensions.Options, "objectformat", "sha1")
	case "1":
		s.references, s.objectFormat = knownExtensions(extensions.Options)
	default:
		s.references, s.objectFormat = false, false
	}
	s.core(core)
	if truth(extensions.Options, "worktreeconfig", false) {
		own, err := readConfig(filepath.Join(where.git, "config.worktree"))
		if err != nil {
			return settings{}, false
		}
		s.core(own.Section("core"))
	}
	return s, true
}

// core applies a section core over what is there.
func (s *settings) core(core *config.Section) {
	s.fileMode = truth(core.Options, "filemode", s.fileMode)
	s.symlinks = truth(core.Options, "symlinks", s.symlinks)
	s.sparse = truth(core.Options, "sparsecheckout", s.sparse)
	s.bare = truth(core.Options, "bare", s.bare)
	if tree := core.Option("worktree"); tree != "" {
		s.tree = tree
	}
	if path := core.Option("attributesfile"); path != "" {
		s.attributes = path
	}
}

// is reports whether an option is not set, or has the given value.
func is(options config.Options, key, value string) bool {
	return !options.Has(key) || strings.EqualFold(options.Get(key), value)
}

// knownExtensions says whether references and objects can be read with these
// extensions. One that is not known may change either.
func knownExtensions(options config.Options) (references, objects bool) {
	harmless := []string{"noop", "noop-v1", "partialclone", "preciousobjects", "worktreeconfig", "relativeworktrees"}
	references, objects = true, true
	for _, option := range options {
		switch key := strings.ToLower(option.Key); {
		case key == "refstorage":
			references = strings.EqualFold(option.Value, "files")
		case key == "objectformat":
			objects = strings.EqualFold(option.Value, "sha1")
		case !slices.Contains(harmless, key):
			return false, false
		}
	}
	return references, objects
}

// truth returns an option as Git reads it, or otherwise when it is not set.
func truth(options config.Options, key string, otherwise bool) bool {
	switch strings.ToLower(options.Get(key)) {
	case "true", "yes", "on", "1":
		return true
	case "false", "no", "off", "0":
		return false
	}
	return otherwise
}

// readConfig reads a file of Git's configuration. A missing one is empty.
func readConfig(path string) (*config.Config, error) {
	raw := config.New()
	data, err := readFile(path, maxConfig)
	if errors.Is(err, os.ErrNotExist) {
		return raw, nil
	}
	if err != nil {
		return nil, err
	}
	return raw, config.NewDecoder(bytes.NewReader(data)).Decode(raw)
}
