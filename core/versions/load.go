package versions

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// versionFile is a version file that has been read. A nil one offers nothing.
type versionFile struct {
	name, digest string
	components   catalogue
}

// load reads the configured version file, once for the life of the resolver.
// Whoever waits for another's reading stops waiting when its own context ends.
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
	// A context that has ended says nothing about the file.
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

// content returns the bytes of the file. With a pin, a copy in the cache is as
// good as what the server has, and works offline.
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
		failed.Err = fmt.Errorf("%w; there is no copy in %s either", failed.Err, r.cache.directory)
	}
	return data, err
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
