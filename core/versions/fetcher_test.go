package versions_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/versions"
)

// server serves over plain HTTP on the loopback address, and counts requests.
func server(t *testing.T, handler http.HandlerFunc) (address string, requests *atomic.Int32) {
	t.Helper()
	requests = &atomic.Int32{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		handler(w, r)
	}))
	t.Cleanup(s.Close)
	return s.URL, requests
}

// remote returns a resolver from a URL, pinned to the content of versionFile.
func remote(t *testing.T, address string, opts ...versions.Option) *versions.Resolver {
	t.Helper()
	c := versions.Configuration{File: address, SHA256: digest(versionFile)}
	return newResolver(t, nil, c, append([]versions.Option{versions.WithLoopbackHTTP()}, opts...)...)
}

func serveFile(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, versionFile) }

func TestRemoteFile(t *testing.T) {
	t.Parallel()
	type answer = func(n int32, w http.ResponseWriter, r *http.Request)
	status := func(code int) answer {
		return func(_ int32, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	large := bytes.Repeat([]byte(" "), versions.MaxFileSize+1)
	stuck := func(_ int32, _ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-time.After(10 * time.Second):
		}
	}
	tests := map[string]struct {
		reason   string
		answer   answer
		opts     []versions.Option
		requests int32
		want     string
		status   int
	}{
		"OK": {
			reason: "one request", requests: 1,
			answer: func(_ int32, w http.ResponseWriter, r *http.Request) { serveFile(w, r) },
		},
		"Unavailable": {
			reason: "503 is tried again", requests: 2,
			answer: func(n int32, w http.ResponseWriter, r *http.Request) {
				if n == 1 {
					w.WriteHeader(http.StatusServiceUnavailable)
					return
				}
				serveFile(w, r)
			},
		},
		"UnavailableForGood": {
			reason: "four attempts", answer: status(http.StatusBadGateway), requests: 4,
			want: "the server returned 502 Bad Gateway (4 attempts)", status: http.StatusBadGateway,
		},
		"NotFound": {
			reason: "404 is final", answer: status(http.StatusNotFound), requests: 1,
			want: "/versions.yaml: the server returned 404 Not Found", status: http.StatusNotFound,
		},
		"NoContent": {
			reason: "only 200 carries the file", answer: status(http.StatusNoContent), requests: 1,
			want: "the server returned 204 No Content", status: http.StatusNoContent,
		},
		"RetryAfter": {
			reason: "the server sends Retry-After", requests: 2,
			answer: func(n int32, w http.ResponseWriter, r *http.Request) {
				if n == 1 {
					w.Header().Set("Retry-After", "1")
					w.WriteHeader(http.StatusTooManyRequests)
					return
				}
				serveFile(w, r)
			},
		},
		"RetryAfterPast": {
			reason: "a date in the past means now", requests: 2,
			answer: func(n int32, w http.ResponseWriter, r *http.Request) {
				if n == 1 {
					w.Header().Set("Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT")
					w.WriteHeader(http.StatusServiceUnavailable)
					return
				}
				serveFile(w, r)
			},
		},
		"RetryAfterTooLong": {
			reason: "waits beyond the limit are not made", requests: 1, status: http.StatusTooManyRequests,
			answer: func(_ int32, w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", "3600")
				w.WriteHeader(http.StatusTooManyRequests)
			},
			want: "the server returned 429 Too Many Requests with Retry-After 1h0m0s",
		},
		"TooLargeAnnounced": {
			reason: "a size that is announced is enough to refuse", requests: 1, status: http.StatusOK,
			answer: func(_ int32, w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", fmt.Sprint(len(large)))
				_, _ = w.Write(large)
			},
			want: "larger than the maximum of 1048576 bytes",
		},
		"TooLarge": {
			reason: "one byte too many is one byte too many", requests: 1, status: http.StatusOK,
			answer: func(_ int32, w http.ResponseWriter, _ *http.Request) {
				w.(http.Flusher).Flush()
				_, _ = w.Write(large)
			},
			want: "larger than the maximum of 1048576 bytes",
		},
		"Slow": {
			reason: "an attempt has an end, and another would be beyond the bound", answer: stuck, requests: 1,
			opts: []versions.Option{versions.WithTimeouts(500*time.Millisecond, 510*time.Millisecond)},
			// On a busy machine, it is the second limit that is noticed.
			want: "no complete response within 5",
		},
		"SlowOnce": {
			reason: "a timed out attempt is repeated", requests: 2,
			answer: func(n int32, w http.ResponseWriter, r *http.Request) {
				if n == 1 {
					stuck(n, w, r)
					return
				}
				serveFile(w, r)
			},
			opts: []versions.Option{versions.WithTimeouts(2*time.Second, time.Minute)},
		},
		"SlowBody": {
			reason: "the limit holds for the content as well", requests: 1, status: http.StatusOK,
			answer: func(n int32, w http.ResponseWriter, r *http.Request) {
				fmt.Fprint(w, "components:")
				w.(http.Flusher).Flush()
				stuck(n, w, r)
			},
			opts: []versions.Option{versions.WithTimeouts(time.Minute, 500*time.Millisecond)},
			want: "no complete response within 500ms",
		},
		"CutOff": {
			reason: "content that ends early is tried again", requests: 2,
			answer: func(n int32, w http.ResponseWriter, r *http.Request) {
				if n == 1 {
					w.Header().Set("Content-Length", "100")
					fmt.Fprint(w, "components:")
					return
				}
				serveFile(w, r)
			},
		},
		"WrongContent": {
			reason: "content that is not what was pinned is refused with both digests", requests: 1,
			answer: func(_ int32, w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "components: {}") },
			want:   "SHA-256 digest " + digest("components: {}") + ", expected " + digest(versionFile),
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var n atomic.Int32
			address, requests := server(t, func(w http.ResponseWriter, r *http.Request) { tc.answer(n.Add(1), w, r) })
			got, err := remote(t, address+"/versions.yaml?token=canary", tc.opts...).Resolve(t.Context(), "istio")
			assert.Equal(t, tc.requests, requests.Load(), tc.reason)
			if tc.want == "" {
				require.NoError(t, err, tc.reason)
				assert.Equal(t, "istio 1.24.1 ("+address+"/versions.yaml:5)", got.String(), tc.reason)
				return
			}
			require.ErrorIs(t, err, failure.Version, tc.reason)
			require.ErrorContains(t, err, tc.want, tc.reason)
			assert.NotContains(t, err.Error(), "canary", "what follows a question mark may be secret")
			if failed := (*versions.DownloadError)(nil); errors.As(err, &failed) {
				assert.Equal(t, tc.status, failed.Status, tc.reason)
				assert.Equal(t, int(tc.requests), failed.Attempts, tc.reason)
			}
		})
	}
}

func TestUnpinnedRemoteFilesAreRejectedWithTheirDigest(t *testing.T) {
	t.Parallel()
	address, _ := server(t, serveFile)
	r := newResolver(t, table(), versions.Configuration{File: address}, versions.WithLoopbackHTTP())
	_, err := r.Resolve(t.Context(), "istio")
	require.ErrorIs(t, err, failure.Configuration)
	var details *versions.DigestError
	require.ErrorAs(t, err, &details)
	assert.Equal(t, &versions.DigestError{File: address, Got: digest(versionFile)}, details)
	require.ErrorContains(t, err, "curl -fsSL URL | sha256sum")
	require.ErrorContains(t, err, "set sha256 to its digest, now "+digest(versionFile))
}

func TestTLSIsVerified(t *testing.T) {
	t.Parallel()
	s := httptest.NewTLSServer(http.HandlerFunc(serveFile))
	t.Cleanup(s.Close)
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())

	got, err := remote(t, s.URL, versions.WithRootCAs(roots)).Resolve(t.Context(), "istio")
	require.NoError(t, err)
	assert.Equal(t, digest(versionFile), got.Digest)

	_, err = remote(t, s.URL).Resolve(t.Context(), "istio")
	var failed *versions.DownloadError
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, 1, failed.Attempts, "a certificate does not become valid by asking again")
	require.ErrorContains(t, err, "certificate")

	_, err = remote(t, strings.Replace(s.URL, "https", "http", 1)).Resolve(t.Context(), "istio")
	require.ErrorContains(t, err, "400 Bad Request")
}

func TestPlainHTTPRequiresTheOption(t *testing.T) {
	t.Parallel()
	address, requests := server(t, serveFile)
	c := versions.Configuration{File: address, SHA256: digest(versionFile)}
	_, err := versions.New(nil, versions.WithConfiguration(c))
	require.ErrorIs(t, err, failure.Configuration)
	c.File = "http://versions.example.com/"
	_, err = versions.New(nil, versions.WithConfiguration(c), versions.WithLoopbackHTTP())
	require.ErrorContains(t, err, `unsupported scheme "http"`, "the option is for the loopback address")
	assert.Zero(t, requests.Load())
}

func TestCanceledDownloadsEnd(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	address, requests := server(t, func(w http.ResponseWriter, r *http.Request) {
		cancel()
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	start := time.Now()
	_, err := remote(t, address).Resolve(ctx, "istio")
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, err, failure.Version)
	assert.Less(t, time.Since(start), 5*time.Second)
	assert.EqualValues(t, 1, requests.Load())
}
