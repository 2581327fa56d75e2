package controlplane

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// Authority issues client certificates that several control planes accept, like a directory of users outside of a
// cluster: see [Options.ClientCA].
type Authority struct{ authority *authority }

// authorityName is the name of the files of an [Authority].
const authorityName = "authority"

// OpenAuthority returns the authority in a folder, and creates both if they do not exist. Processes can call it in
// parallel.
func OpenAuthority(dir string) (*Authority, error) {
	a, err := openAuthority(dir)
	if err != nil {
		return nil, fmt.Errorf("open the authority in %s: %w", dir, err)
	}
	return &Authority{a}, nil
}

func openAuthority(dir string) (*authority, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	lock := flock.New(filepath.Join(dir, "lock"))
	if err := lock.Lock(); err != nil {
		return nil, err
	}
	defer func() { _ = lock.Unlock() }()
	a, err := readAuthority(dir, authorityName)
	if !errors.Is(err, fs.ErrNotExist) {
		return a, err
	}
	if a, err = newAuthority(filepath.Base(dir)); err != nil {
		return nil, err
	}
	files, err := a.pem()
	if err != nil {
		return nil, err
	}
	return a, files.write(dir, authorityName)
}

// Certificate returns the certificate of the authority, as PEM.
func (a *Authority) Certificate() ([]byte, error) {
	files, err := a.authority.pem()
	return files.cert, err
}

// Credential returns a new credential of a user in groups, which is valid for a duration.
func (a *Authority) Credential(user string, groups []string, valid time.Duration) (Credential, error) {
	return a.authority.credential(user, groups, valid)
}
