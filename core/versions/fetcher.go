package versions

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// The limits of a download.
const (
	attemptTimeout = 10 * time.Second
	overallTimeout = 30 * time.Second
	maxAttempts    = 4
	maxRedirects   = 5
	maxHeaderBytes = 64 << 10
)

// fetcher downloads version files.
type fetcher struct {
	attempt, overall time.Duration
	roots            *x509.CertPool
	loopbackHTTP     bool
}

// get returns the content of a URL that checkURL accepted. Its error is a *DownloadError.
func (f *fetcher) get(ctx context.Context, from *url.URL) ([]byte, error) {
	transport := f.transport()
	defer transport.CloseIdleConnections()
	bounded, cancel := context.WithTimeoutCause(ctx, f.overall, fmt.Errorf("no complete response within %s", f.overall))
	defer cancel()

	failed := &DownloadError{URL: showURL(from)}
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval, wait.Multiplier, wait.MaxInterval = 200*time.Millisecond, 2, 2*time.Second
	data, err := backoff.Retry(bounded, func() ([]byte, error) {
		failed.Attempts++
		var data []byte
		data, failed.Status, failed.Err = f.try(bounded, transport, from)
		return data, failed.Err
	}, backoff.WithBackOff(wait), backoff.WithMaxTries(maxAttempts), backoff.WithMaxElapsedTime(f.overall))
	if err == nil {
		return data, nil
	}
	if ctx.Err() != nil {
		failed.Err = context.Cause(ctx)
	}
	if permanent := (*backoff.PermanentError)(nil); errors.As(failed.Err, &permanent) {
		failed.Err = permanent.Err
	}
	return nil, failed
}

// transport returns a transport that reads nothing from the environment. It is used without an http.Client, whose
// redirects show URLs in messages.
func (f *fetcher) transport() *http.Transport {
	return &http.Transport{
		Proxy:                  nil,
		TLSClientConfig:        &tls.Config{RootCAs: f.roots, MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2:      true,
		MaxResponseHeaderBytes: maxHeaderBytes,
		// The digest is that of the uncompressed file.
		DisableCompression: true,
	}
}

// try makes one attempt with its redirects.
func (f *fetcher) try(ctx context.Context, transport *http.Transport, from *url.URL) (data []byte, status int, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, f.attempt, fmt.Errorf("no complete response within %s", f.attempt))
	defer cancel()
	for range maxRedirects + 1 {
		var next *url.URL
		data, next, status, err = f.request(ctx, transport, from)
		if err != nil && ctx.Err() != nil {
			return nil, status, context.Cause(ctx)
		}
		if err != nil || next == nil {
			return data, status, err
		}
		from = next
	}
	return nil, status, backoff.Permanent(fmt.Errorf("more than %d redirects", maxRedirects))
}

// request makes one request. next is the URL of a redirect, or nil.
func (f *fetcher) request(ctx context.Context, transport *http.Transport, from *url.URL) (
	data []byte, next *url.URL, status int, err error,
) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, from.String(), http.NoBody)
	if err != nil {
		return nil, nil, 0, backoff.Permanent(errors.New("not a valid URL"))
	}
	req.Header.Set("User-Agent", "ashlar")
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return nil, nil, 0, networkError(err)
	}
	defer resp.Body.Close()
	status = resp.StatusCode
	switch status {
	case http.StatusOK:
		data, err = read(resp)
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		next, err = f.redirect(from, resp.Header.Get("Location"))
	default:
		err = statusError(resp, time.Now())
	}
	return data, next, status, err
}

func read(resp *http.Response) ([]byte, error) {
	if resp.ContentLength > MaxFileSize {
		return nil, backoff.Permanent(errTooLarge)
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, MaxFileSize+1))
	if err != nil {
		return nil, fmt.Errorf("read the response: %w", err)
	}
	if len(data) > MaxFileSize {
		return nil, backoff.Permanent(errTooLarge)
	}
	return data, nil
}

// redirect returns the URL of a redirect.
func (f *fetcher) redirect(from *url.URL, location string) (*url.URL, error) {
	next, err := from.Parse(location)
	if err != nil || location == "" {
		return nil, backoff.Permanent(errors.New("redirect to an invalid URL"))
	}
	if next.Scheme != from.Scheme {
		return nil, backoff.Permanent(fmt.Errorf("redirect from %s to %s: the scheme must not change",
			from.Scheme, shorten(next.Scheme)))
	}
	if err := checkURL(next, f.loopbackHTTP); err != nil {
		return nil, backoff.Permanent(fmt.Errorf("redirect to a rejected URL: %w", err))
	}
	return next, nil
}

// networkError marks errors that a retry cannot fix as permanent.
func networkError(err error) error {
	var (
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
	)
	if errors.As(err, &certificate) || errors.As(err, &record) {
		return backoff.Permanent(err)
	}
	return err
}

// statusError returns the error of a status code, permanent unless a retry may succeed.
func statusError(resp *http.Response, now time.Time) error {
	err := fmt.Errorf("the server returned %d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
	if resp.StatusCode != http.StatusTooManyRequests && resp.StatusCode < http.StatusInternalServerError {
		return backoff.Permanent(err)
	}
	wait, ok := retryAfter(resp.Header.Get("Retry-After"), now)
	if !ok {
		return err
	}
	return &waitError{
		error: fmt.Errorf("%w with Retry-After %s", err, wait.Round(time.Second)),
		after: &backoff.RetryAfterError{Duration: wait},
	}
}

// waitError is a response with Retry-After.
type waitError struct {
	error
	after *backoff.RetryAfterError
}

// Unwrap returns the wait to backoff.Retry, which gives up when it exceeds the remaining time.
func (e *waitError) Unwrap() []error { return []error{e.error, e.after} }

// retryAfter reads the header Retry-After: seconds, or a date.
func retryAfter(header string, now time.Time) (time.Duration, bool) {
	const longest = 24 * time.Hour
	if seconds, err := strconv.ParseUint(header, 10, 32); err == nil {
		return min(time.Duration(seconds)*time.Second, longest), true
	}
	if date, err := http.ParseTime(header); err == nil {
		return min(max(date.Sub(now), 0), longest), true
	}
	return 0, false
}
