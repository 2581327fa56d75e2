package tools

import (
	"bufio"
	"bytes"
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
	"path"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// mostDownloaded and mostChecksums are the maximum sizes of a file and of a file with checksums, in bytes.
	mostDownloaded = 1 << 30
	mostChecksums  = 1 << 20
	mostRedirects  = 5
)

// fetcher downloads and verifies files. It does not ask a host again that could not be reached.
type fetcher struct {
	client *http.Client
	// mirror is the URL that contains the files of all hosts, as <mirror>/<host>/<path>. Default: the hosts themselves.
	mirror string
	// A download fails if it receives less than slowest bytes in a window.
	window  time.Duration
	slowest int64

	mu          sync.Mutex
	unreachable map[string]error
}

// newFetcher returns a fetcher that uses the proxy of the environment.
func newFetcher(mirror string) *fetcher {
	return &fetcher{
		mirror: mirror,
		// At this speed, all downloads together take about as long as building.
		window: 15 * time.Second, slowest: 512 << 10,
		unreachable: map[string]error{},
		client: &http.Client{
			CheckRedirect: checkRedirect,
			Transport: &http.Transport{
				Proxy: http.ProxyFromEnvironment,
				OnProxyConnectResponse: func(_ context.Context, proxy *url.URL, _ *http.Request, r *http.Response) error {
					if r.StatusCode == http.StatusOK {
						return nil
					}
					return fmt.Errorf("the proxy %s answers %s", proxy.Host, status(r))
				},
				DialContext:           (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
				TLSHandshakeTimeout:   5 * time.Second,
				ResponseHeaderTimeout: 10 * time.Second,
				ForceAttemptHTTP2:     true,
				// The checksum is that of the file as it is, even if a server declares its compression as encoding.
				DisableCompression: true,
			},
		},
	}
}

// secure reports whether a URL is an https URL, or an http URL of this computer.
func secure(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	loopback := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	return u.Scheme == "https" || u.Scheme == "http" && loopback
}

// errRedirect is the error of a redirect that is not followed. It does not mean that the host cannot be reached.
var errRedirect = errors.New("redirect not followed")

func checkRedirect(next *http.Request, via []*http.Request) error {
	if len(via) > mostRedirects {
		return fmt.Errorf("%w: more than %d redirects", errRedirect, mostRedirects)
	}
	if next.URL.Scheme != "https" && (via[0].URL.Scheme == "https" || !secure(next.URL)) {
		return fmt.Errorf("%w: %s is not an https URL", errRedirect, next.URL.Redacted())
	}
	return nil
}

// fetch downloads the file of an asset to path and verifies its checksum. It calls started with the size of the file,
// or -1 if the size is not known, and adds the downloaded bytes to got. The error is one line.
func (f *fetcher) fetch(ctx context.Context, a asset, path string, started func(size int64), got *atomic.Int64) error {
	want := a.sha256
	if want == "" {
		var err error
		if want, err = f.checksum(ctx, a); err != nil {
			return err
		}
	}
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	hash := sha256.New()
	err = f.copy(ctx, a.url, io.MultiWriter(out, hash, counter{got}), mostDownloaded, started)
	if err := errors.Join(err, out.Close()); err != nil {
		return err
	}
	if sum := hex.EncodeToString(hash.Sum(nil)); sum != want {
		return fmt.Errorf("%s has the SHA-256 checksum %s, expected %s", a.file(), sum, want)
	}
	return nil
}

// counter counts the bytes that are written to it.
type counter struct{ bytes *atomic.Int64 }

func (c counter) Write(p []byte) (int, error) {
	c.bytes.Add(int64(len(p)))
	return len(p), nil
}

// checksum reads the checksum of an asset from the file that the vendor publishes: lines of a checksum and a file name,
// or only a checksum.
func (f *fetcher) checksum(ctx context.Context, a asset) (string, error) {
	var data bytes.Buffer
	if err := f.copy(ctx, a.checksums, &data, mostChecksums, func(int64) {}); err != nil {
		return "", err
	}
	lines := bufio.NewScanner(&data)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		named := len(fields) == 2 && path.Base(strings.TrimPrefix(fields[1], "*")) == a.file()
		alone := len(fields) == 1 && path.Base(a.checksums) == a.file()+".sha256"
		if !named && !alone {
			continue
		}
		if sum, err := hex.DecodeString(fields[0]); err == nil && len(sum) == sha256.Size {
			return hex.EncodeToString(sum), nil
		}
	}
	return "", fmt.Errorf("%s has no SHA-256 checksum of %s", a.checksums, a.file())
}

// copy writes a file to out. It calls started with the size of the file, or -1, before the first byte.
func (f *fetcher) copy(ctx context.Context, address string, out io.Writer, most int64, started func(int64)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	response, err := f.get(ctx, address)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.ContentLength > most {
		return fmt.Errorf("%s has %d bytes, more than %d", address, response.ContentLength, most)
	}
	started(response.ContentLength)

	var received atomic.Int64
	watch := time.NewTicker(f.window)
	defer watch.Stop()
	done := make(chan struct{})
	defer close(done)
	go func() {
		for last := int64(0); ; {
			select {
			case <-done:
				return
			case <-watch.C:
			}
			now := received.Load()
			if now-last < f.slowest {
				cancel(fmt.Errorf("%s: only %d bytes in %s", address, now-last, f.window))
				return
			}
			last = now
		}
	}()
	limited := io.LimitReader(response.Body, most+1)
	n, err := io.Copy(io.MultiWriter(out, counter{&received}), limited)
	switch {
	case err != nil && ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%s ends after %d of %d bytes", address, n, response.ContentLength)
	case err != nil:
		return fmt.Errorf("%s: %w", address, err)
	case n > most:
		return fmt.Errorf("%s has more than %d bytes", address, most)
	}
	return nil
}

// get requests a file and returns the response if its status is OK.
func (f *fetcher) get(ctx context.Context, address string) (*http.Response, error) {
	if f.mirror != "" {
		address = f.mirror + "/" + strings.TrimPrefix(address, "https://")
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	host := request.URL.Host
	f.mu.Lock()
	err = f.unreachable[host]
	f.mu.Unlock()
	if err != nil {
		return nil, err
	}
	response, err := f.client.Do(request)
	if err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		// The URL is left out: it may have a token of a mirror, or a signature.
		if outer := (*url.Error)(nil); errors.As(err, &outer) {
			err = outer.Err
		}
		if errors.Is(err, errRedirect) {
			return nil, fmt.Errorf("%s: %w", host, err)
		}
		return nil, f.lost(host, err)
	}
	if response.StatusCode != http.StatusOK {
		_ = response.Body.Close()
		return nil, fmt.Errorf("%s answers %s for %s", host, status(response), path.Base(request.URL.Path))
	}
	return response, nil
}

// lost records that a host cannot be reached, and returns the first error of the host.
func (f *fetcher) lost(host string, err error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.unreachable[host] == nil {
		f.unreachable[host] = fmt.Errorf("cannot reach %s: %w", host, err)
	}
	return f.unreachable[host]
}

// status returns the status of a response with the standard text: the server's own text may be anything.
func status(r *http.Response) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", r.StatusCode, http.StatusText(r.StatusCode)))
}
