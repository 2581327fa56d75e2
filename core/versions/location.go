package versions

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// location is where a version file is: a path, or a URL.
type location struct {
	path string
	url  *url.URL
}

// parseLocation reads what stands in Configuration.File. Its errors never show
// a URL, because one that is refused may hold a password.
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

// checkURL refuses what must not be fetched.
func checkURL(u *url.URL, loopbackHTTP bool) error {
	switch {
	case u.User != nil:
		return errors.New("the URL holds credentials: whoever sees the configuration would see them; serve the file without, its " +
			"content is protected by the pin, or download it and give its path")
	case u.Scheme != "https" && (u.Scheme != "http" || !loopbackHTTP || !isLoopback(u.Hostname())):
		return fmt.Errorf("the scheme %q is not read: use https, or give a path", shorten(u.Scheme))
	case u.Hostname() == "":
		return errors.New("the URL has no host")
	}
	return nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// String returns the path or the URL for messages. What follows a "?" is left
// out, as it may be a signature that grants access.
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
