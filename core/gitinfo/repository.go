package gitinfo

import (
	"path/filepath"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"github.com/go-git/go-git/v5/storage/filesystem/dotgit"
)

// repository is a repository that was found.
type repository struct {
	location
	settings
	objects storer.EncodedObjectStorer
	close   func()

	// packed holds the references of packed-refs, read at most once.
	packed map[string]packedRef
}

// open reads a repository's settings. Not ok means that no fact can be relied
// on, because the settings say how all else is stored.
func open(where location) (*repository, bool) {
	settings, ok := readSettings(where)
	if !ok {
		return nil, false
	}
	// Alternates, the object folders of other repositories, are absolute paths.
	root := osfs.New(filepath.VolumeName(where.common) + string(filepath.Separator))
	objects := filesystem.NewStorageWithOptions(
		dotgit.NewRepositoryFilesystem(osfs.New(where.git), osfs.New(where.common)),
		cache.NewObjectLRUDefault(),
		filesystem.Options{AlternatesFS: root},
	)
	return &repository{
		location: where,
		settings: settings,
		objects:  objects,
		close:    func() { _ = objects.Close() },
	}, true
}
