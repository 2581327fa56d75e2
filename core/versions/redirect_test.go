package versions_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/versions"
)

// hops redirects /5 to /4 and so on, and serves the file at /0.
func hops(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/"))
	if n == 0 {
		serveFile(w, r)
		return
	}
	http.Redirect(w, r, fmt.Sprintf("/%d", n-1), []int{301, 302, 303, 307, 308}[n%5])
}

func TestRedirectsAreFollowedFiveTimes(t *testing.T) {
	t.Parallel()
	address, requests := server(t, hops)
	got, err := remote(t, address+"/5").Resolve(t.Context(), "istio")
	require.NoError(t, err)
	assert.Equal(t, address+"/5", got.Source.File, "the source is the URL that was configured")
	assert.EqualValues(t, 6, requests.Load())

	_, err = remote(t, address+"/6").Resolve(t.Context(), "istio")
	require.ErrorContains(t, err, "more than 5 redirects")
	assert.EqualValues(t, 12, requests.Load(), "it is not tried again")
}

func TestInvalidRedirectsAreRejected(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ reason, to, want string }{
		"Upgrade":     {reason: "the scheme stays the same", to: "https://example.com/", want: "redirect from http to https"},
		"File":        {reason: "no other schemes", to: "file:///etc/hosts", want: "redirect from http to file"},
		"Elsewhere":   {reason: "plain HTTP is for the loopback address", to: "http://example.com/", want: `unsupported scheme "http"`},
		"Credentials": {reason: "no credentials, and none shown", to: "http://me:canary@127.0.0.1/", want: "the URL contains credentials"},
		"NotAURL":     {reason: "a URL, and not shown if it is none", to: "http://canary%zz/", want: "redirect to an invalid URL"},
		"Nothing":     {reason: "a place to go to", want: "redirect to an invalid URL"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address, requests := server(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", tc.to)
				w.WriteHeader(http.StatusFound)
			})
			_, err := remote(t, address).Resolve(t.Context(), "istio")
			require.ErrorContains(t, err, tc.want, tc.reason)
			assert.NotContains(t, err.Error(), "canary", tc.reason)
			assert.EqualValues(t, 1, requests.Load(), "it is not tried again")
		})
	}
}

func TestRedirectsFromHTTPSToHTTPAreRejected(t *testing.T) {
	t.Parallel()
	plain, requests := server(t, serveFile)
	s := httptest.NewTLSServer(http.RedirectHandler(plain, http.StatusFound))
	t.Cleanup(s.Close)
	_, err := remote(t, s.URL, versions.WithRootCAs(s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs)).
		Resolve(t.Context(), "istio")
	require.ErrorContains(t, err, "redirect from https to http: the scheme must not change")
	assert.Zero(t, requests.Load())
}
