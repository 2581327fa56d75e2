package versions

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// versionFile is the content of a version file. A nil one has no components.
type versionFile struct {
	name, digest string
	components   catalogue
}

// load reads the version file once for the life of the resolver. A concurrent call waits until its own context ends.
func (r *Resolver) load(ctx context.Context) (*versionFile, error) {
	if r.configuration.File == "" {
		return nil, nil
	}
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if r.loaded {
		return r.file, r.fileErr
	}
	// The error of a context is not that of the file.
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	file, err := r.read(ctx)
	if err != nil && ctx.Err() != nil {
		return nil, err
	}
	r.file, r.fileErr, r.loaded = file, err, true
	return file, err
}

func (r *Resolver) read(ctx context.Context) (*versionFile, error) {
	name := r.location.String()
	pin := strings.ToLower(r.configuration.SHA256)
	data, err := r.content(ctx, pin)
	if err != nil {
		return nil, err
	}
	got := digestOf(data)
	if (pin != "" || r.location.url != nil) && got != pin {
		return nil, &DigestError{File: name, Want: pin, Got: got}
	}
	if r.location.url != nil {
		r.cache.put(got, data)
	}
	components, err := parse(name, data)
	if err != nil {
		return nil, err
	}
	return &versionFile{name: name, digest: got, components: components}, nil
}

// content returns the content of the file. A cached copy that matches the pin replaces the download.
func (r *Resolver) content(ctx context.Context, pin string) ([]byte, error) {
	if r.location.url == nil {
		data, err := readRegular(r.location.path)
		return data, failure.Wrap(failure.Configuration, "read", "version file "+r.location.path, err)
	}
	if pin == "" {
		return r.fetcher.get(ctx, r.location.url)
	}
	if data, ok := r.cache.get(pin); ok {
		return data, nil
	}
	data, err := r.fetcher.get(ctx, r.location.url)
	if failed := (*DownloadError)(nil); errors.As(err, &failed) && r.cache.directory != "" {
		failed.Err = fmt.Errorf("%w, and no copy is cached in %s", failed.Err, r.cache.directory)
	}
	return data, err
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// location is the path or the URL of a version file.
type location struct {
	path string
	url  *url.URL
}

// parseLocation reads Configuration.File. Its errors never show a URL, which may contain a password.
func parseLocation(file string, loopbackHTTP bool) (location, error) {
	if !strings.Contains(file, "://") {
		return location{path: file}, nil
	}
	u, err := url.Parse(file)
	if err != nil {
		return location{}, errors.New("not a valid URL")
	}
	if err := checkURL(u, loopbackHTTP); err != nil {
		return location{}, err
	}
	return location{url: u}, nil
}

// checkURL rejects URLs that must not be downloaded.
func checkURL(u *url.URL, loopbackHTTP bool) error {
	switch {
	case u.User != nil:
		return errors.New("the URL contains credentials: use a URL without, the pin protects the content, or download the file and use its path")
	case u.Scheme != "https" && (u.Scheme != "http" || !loopbackHTTP || !isLoopback(u.Hostname())):
		return fmt.Errorf("unsupported scheme %q: use https, or a path", shorten(u.Scheme))
	case u.Hostname() == "":
		return errors.New("the URL has no host")
	}
	return nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// String returns the path or the URL for messages, without the query, which may be a signature that grants access.
func (l location) String() string {
	if l.url == nil {
		return l.path
	}
	return showURL(l.url)
}

func showURL(u *url.URL) string {
	shown := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}
	return shown.String()
}

// cache stores pinned content under its digest. An empty directory disables it.
type cache struct{ directory string }

// defaultCache is disabled where the system has no cache directory.
func defaultCache() cache {
	base, err := os.UserCacheDir()
	if err != nil {
		return cache{}
	}
	return cache{directory: filepath.Join(base, "ashlar", "versions")}
}

// get returns the content with the digest. A damaged copy is ignored.
func (c cache) get(digest string) ([]byte, bool) {
	if c.directory == "" {
		return nil, false
	}
	data, err := readRegular(filepath.Join(c.directory, digest))
	return data, err == nil && digestOf(data) == digest
}

// put stores content under its digest. Failures are ignored: the cache only saves a download.
func (c cache) put(digest string, data []byte) {
	if c.directory == "" || os.MkdirAll(c.directory, 0o700) != nil {
		return
	}
	f, err := os.CreateTemp(c.directory, digest+".*.tmp")
	if err != nil {
		return
	}
	_, err = f.Write(data)
	if errors.Join(err, f.Close()) == nil && os.Rename(f.Name(), filepath.Join(c.directory, digest)) == nil {
		return
	}
	_ = os.Remove(f.Name())
}

// readRegular reads a regular file within the size limit. Pipes and devices may block or never end.
func readRegular(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, withoutPath(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, withoutPath(err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxFileSize+1))
	if err != nil {
		return nil, withoutPath(err)
	}
	if len(data) > MaxFileSize {
		return nil, errTooLarge
	}
	return data, nil
}

var errTooLarge = fmt.Errorf("larger than the maximum of %d bytes", MaxFileSize)

// withoutPath removes the path from the message of err.
func withoutPath(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
