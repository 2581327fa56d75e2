package credentials_test

import (
	"io/fs"
	"strings"
	"testing/fstest"

	"github.com/ashlar-iac/ashlar/core/credentials"
)

// canary is in every value that must not show.
const canary = "cAnArY-7f3a"

// environment replaces the environment of the process.
type environment map[string]string

func (e environment) lookup(name string) (string, bool) {
	value, set := e[name]
	return value, set
}

// locked is a file that may not be read, which root can do to any real one.
const locked = "/locked"

// open serves a few files: /token and /other hold something, /empty does not,
// /directory is one, and the pod's are there.
func open(path string) (fs.File, error) {
	if path == locked {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrPermission}
	}
	files := fstest.MapFS{
		"token":           {Data: []byte(canary)},
		"other":           {Data: []byte(canary)},
		"empty":           {},
		"directory/token": {Data: []byte(canary)},
		strings.TrimPrefix(credentials.ServiceAccountToken, "/"): {Data: []byte(canary)},
		strings.TrimPrefix(credentials.ServiceAccountCA, "/"):    {Data: []byte(canary)},
	}
	if strings.Contains(path, canary) {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	return files.Open(strings.TrimPrefix(path, "/"))
}

func resolver(e environment) *credentials.Resolver {
	return credentials.New(credentials.WithLookup(e.lookup), credentials.WithOpen(open))
}
