package versions

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// statusError turns an answer that is neither the file nor a redirect into an
// error, permanent unless the server may answer otherwise later.
func statusError(resp *http.Response, now time.Time) error {
	err := fmt.Errorf("the server answered %d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
	if resp.StatusCode != http.StatusTooManyRequests && resp.StatusCode < http.StatusInternalServerError {
		return backoff.Permanent(err)
	}
	wait, ok := retryAfter(resp.Header.Get("Retry-After"), now)
	if !ok {
		return err
	}
	return &waitError{
		error: fmt.Errorf("%w and asks to wait for %s", err, wait.Round(time.Second)),
		after: &backoff.RetryAfterError{Duration: wait},
	}
}

// waitError is an answer that says when to come back.
type waitError struct {
	error
	after *backoff.RetryAfterError
}

// Unwrap lets backoff.Retry find how long to wait. It gives up when that is
// longer than what remains of the time for all attempts.
func (e *waitError) Unwrap() []error { return []error{e.error, e.after} }

// retryAfter reads the header of that name: seconds, or a date.
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
