package chart

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/Masterminds/semver/v3"
	"github.com/cenkalti/backoff/v5"
	"sigs.k8s.io/yaml"
)

// The limits of a download.
const (
	attemptTimeout  = 30 * time.Second
	downloadTimeout = 2 * time.Minute
	maxAttempts     = 3
	maxIndexSize    = 64 << 20
	maxChartSize    = 32 << 20
)

// downloads holds the archives that this process has downloaded by their source: options are validated before the
// deployment, and rendered during it. A version of a chart does not change.
var downloads sync.Map // Source -> []byte

// download returns the archive of a chart.
func download(ctx context.Context, s Source) ([]byte, error) {
	if data, ok := downloads.Load(s); ok {
		return data.([]byte), nil
	}
	ctx, cancel := context.WithTimeoutCause(ctx, downloadTimeout, fmt.Errorf("no complete response within %s", downloadTimeout))
	defer cancel()
	from := fromRepository
	if IsOCI(s.Chart) {
		from = fromRegistry
	}
	data, err := from(ctx, s)
	if err != nil {
		return nil, err
	}
	downloads.Store(s, data)
	return data, nil
}

// index is the part of the file index.yaml of a repository that is needed.
type index struct {
	Entries map[string][]struct {
		Version string   `json:"version"`
		URLs    []string `json:"urls"`
		Digest  string   `json:"digest"`
	} `json:"entries"`
}

// fromRepository downloads a chart of a repository.
func fromRepository(ctx context.Context, s Source) ([]byte, error) {
	if data, ok := cached(hexDigest(s.Digest)); ok {
		return data, nil
	}
	base, err := url.Parse(strings.TrimSuffix(s.Repository, "/") + "/")
	if err != nil {
		return nil, err
	}
	text, err := get(ctx, base.JoinPath("index.yaml"), maxIndexSize)
	if err != nil {
		return nil, fieldError{err, "repository"}
	}
	var all index
	if err := yaml.Unmarshal(text, &all); err != nil {
		return nil, fmt.Errorf("read index.yaml: %w", err)
	}
	entries := all.Entries[s.Chart]
	if len(entries) == 0 {
		return nil, fieldError{errors.New("the repository has no such chart"), "chart"}
	}
	versions := make([]string, len(entries))
	for i, e := range entries {
		versions[i] = e.Version
	}
	i := slices.Index(versions, s.Version)
	if i < 0 {
		return nil, noVersion(s.Version, versions)
	}
	entry := entries[i]
	if len(entry.URLs) == 0 {
		return nil, errors.New("index.yaml has no URL of this version")
	}
	digest := hexDigest(entry.Digest)
	if own := hexDigest(s.Digest); own != "" && digest != "" && own != digest {
		return nil, fieldError{
			fmt.Errorf("its digest is sha256:%s, not %s: use it after you have checked the chart", digest, s.Digest), "digest",
		}
	} else if own != "" {
		digest = own
	}
	return blob(digest, func() ([]byte, error) {
		at, err := base.Parse(entry.URLs[0])
		if err != nil {
			return nil, err
		}
		return get(ctx, at, maxChartSize)
	})
}

// noVersion returns an error that lists the versions next to one that does not exist.
func noVersion(version string, all []string) error {
	var known []*semver.Version
	for _, text := range all {
		if v, err := semver.NewVersion(text); err == nil {
			known = append(known, v)
		}
	}
	slices.SortFunc(known, func(a, b *semver.Version) int { return b.Compare(a) })
	at := 0
	if wanted, err := semver.NewVersion(version); err == nil {
		at, _ = slices.BinarySearchFunc(known, wanted, func(v, wanted *semver.Version) int { return wanted.Compare(v) })
	}
	const most = 6
	first := max(0, min(at-most/2, len(known)-most))
	var near []string
	for _, v := range known[first:min(len(known), first+most)] {
		near = append(near, v.Original())
	}
	if len(near) == 0 {
		return fieldError{errors.New("there is no version of this chart"), "chart"}
	}
	return fieldError{fmt.Errorf("there is no such version: use one such as %s", strings.Join(near, ", ")), "version"}
}

// CheckURL returns what is wrong with the URL of a repository, or "". Plain HTTP is for this computer alone.
func CheckURL(text string) string {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "":
		return "use a URL such as https://charts.example.com"
	case u.User != nil:
		return "URLs with credentials are rejected: use a repository that needs none, or the option path"
	case u.Scheme == "http" && isLoopback(u.Hostname()), u.Scheme == "https":
		return ""
	}
	return "use https://"
}

// isLoopback reports whether a host is this computer.
func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// client reads nothing from the environment, and follows redirects to URLs that CheckURL accepts.
var client = &http.Client{
	Timeout:   attemptTimeout,
	Transport: &http.Transport{ForceAttemptHTTP2: true},
	CheckRedirect: func(request *http.Request, via []*http.Request) error {
		if problem := CheckURL(request.URL.String()); problem != "" {
			return errors.New("redirect to a rejected URL: " + problem)
		}
		if len(via) > 5 {
			return errors.New("more than 5 redirects")
		}
		return nil
	},
}

// get downloads a URL. Failures of the network and the server are tried again.
func get(ctx context.Context, from *url.URL, limit int64) ([]byte, error) {
	if problem := CheckURL(from.String()); problem != "" {
		return nil, fmt.Errorf("download %s: %s", from.Redacted(), problem)
	}
	data, err := backoff.Retry(ctx, func() ([]byte, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, from.String(), http.NoBody)
		if err != nil {
			return nil, backoff.Permanent(err)
		}
		response, err := client.Do(request)
		if err != nil {
			return nil, err
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			err := fmt.Errorf("the server returned %d %s", response.StatusCode, http.StatusText(response.StatusCode))
			if response.StatusCode != http.StatusTooManyRequests && response.StatusCode < http.StatusInternalServerError {
				return nil, backoff.Permanent(err)
			}
			return nil, err
		}
		data, err := io.ReadAll(io.LimitReader(response.Body, limit+1))
		if err == nil && int64(len(data)) > limit {
			return nil, backoff.Permanent(fmt.Errorf("larger than the maximum of %d bytes", limit))
		}
		return data, err
	}, backoff.WithMaxTries(maxAttempts))
	if err != nil {
		return nil, fmt.Errorf("download %s: %w", from.Redacted(), err)
	}
	return data, nil
}

// blob returns the content with a digest, from the cache or else by a download that must have the digest. An empty digest
// is not checked.
func blob(digest string, download func() ([]byte, error)) ([]byte, error) {
	if data, ok := cached(digest); ok {
		return data, nil
	}
	data, err := download()
	if err != nil {
		return nil, err
	}
	if found := digestOf(data); digest != "" && found != digest {
		return nil, fmt.Errorf("the download has the digest sha256:%s, expected sha256:%s", found, digest)
	}
	store(data)
	return data, nil
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// hexDigest returns a digest without the name of its algorithm.
func hexDigest(digest string) string { return strings.TrimPrefix(digest, "sha256:") }

// cacheFile returns the path of the cached content with a digest, or "" where the system has no cache directory.
func cacheFile(digest string) string {
	base, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(base, "ashlar", "charts", digest)
}

// cached returns cached content. A damaged copy is ignored.
func cached(digest string) ([]byte, bool) {
	path := cacheFile(digest)
	if digest == "" || path == "" {
		return nil, false
	}
	data, err := os.ReadFile(path)
	return data, err == nil && digestOf(data) == digest
}

// store adds content to the cache. Failures are ignored: the cache only saves a download.
func store(data []byte) {
	path := cacheFile(digestOf(data))
	if path == "" || os.MkdirAll(filepath.Dir(path), 0o700) != nil {
		return
	}
	f, err := os.CreateTemp(filepath.Dir(path), "*.tmp")
	if err != nil {
		return
	}
	_, err = f.Write(data)
	if errors.Join(err, f.Close()) == nil && os.Rename(f.Name(), path) == nil {
		return
	}
	_ = os.Remove(f.Name())
}
