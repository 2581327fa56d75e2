package gitinfo

import (
	"net"
	"net/netip"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/format/config"
)

// remote returns the cleaned URL of the remote.
func (r *repository) remote(branch string) string {
	remotes := map[string]*config.Subsection{}
	for _, s := range r.config.Section("remote").Subsections {
		if len(s.OptionAll("url")) > 0 {
			remotes[s.Name] = s
		}
	}
	names := []string{"origin"}
	if branch != "" {
		names = append(names, r.config.Section("branch").Subsection(branch).Option("remote"))
	}
	if len(remotes) == 1 {
		for name := range remotes {
			names = append(names, name)
		}
	}
	for _, name := range names {
		if remote, ok := remotes[name]; ok {
			return cleanURL(remote.OptionAll("url")[0])
		}
	}
	return ""
}

// schemes maps the supported schemes to their current names.
var schemes = map[string]string{
	"https": "https", "http": "http", "ssh": "ssh", "git+ssh": "ssh", "ssh+git": "ssh", "git": "git", "ftps": "ftps", "ftp": "ftp",
}

// cleanURL returns the URL of a remote without user, password, query and fragment. It is empty for a path, for an
// unknown scheme, and whenever credentials cannot be told apart from the rest. It is idempotent.
//
// net/url is no help: it takes credentials that are not escaped for other parts of the URL.
func cleanURL(address string) string {
	address = strings.TrimSpace(address)
	if strings.ContainsFunc(address, func(c rune) bool { return c < ' ' || c == 0x7f || c == '\\' || c == '\ufffd' }) {
		return ""
	}
	scheme, rest, ok := strings.Cut(address, "://")
	if !ok {
		return cleanShort(address)
	}
	if scheme = schemes[strings.ToLower(scheme)]; scheme == "" {
		return ""
	}
	host, path := rest, ""
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		host, path = rest[:i], rest[i:]
	}
	return join(scheme, host, path)
}

// cleanShort cleans the short form of an SSH address: user@host:path.
func cleanShort(address string) string {
	host, path, ok := strings.Cut(address, ":")
	if i := strings.IndexByte(address, '['); i >= 0 {
		// Brackets contain an IPv6 address, or a host and its port.
		if host, path, ok = strings.Cut(address[i+1:], "]:"); !ok || i > 0 && address[i-1] != '@' {
			return ""
		}
		host = host[strings.LastIndexByte(host, '@')+1:]
		if _, err := netip.ParseAddr(host); err == nil {
			host = "[" + host + "]"
		}
	}
	// A colon after a slash is part of a path, one letter is a Windows drive, and two colons follow a transport helper.
	if !ok || strings.Contains(host, "/") || len(host) < 2 || strings.HasPrefix(path, ":") {
		return ""
	}
	return join("ssh", host, "/"+strings.TrimLeft(path, "/"))
}

// join returns the URL of its cleaned parts.
func join(scheme, host, path string) string {
	host = host[strings.LastIndexByte(host, '@')+1:]
	// A password that contains the end of a host continues in the path.
	if strings.Contains(path, "@") || !isHost(host) {
		return ""
	}
	if i := strings.IndexAny(path, "?#"); i >= 0 {
		path = path[:i]
	}
	path = strings.TrimRight(path, "/")
	if strings.Trim(path, "/") == "" {
		return ""
	}
	return scheme + "://" + strings.ToLower(host) + strings.ReplaceAll(path, " ", "%20")
}

// isHost reports whether text is a host, with or without a port.
func isHost(text string) bool {
	host, port := text, ""
	if strings.HasPrefix(text, "[") || strings.Contains(text, ":") {
		var err error
		if host, port, err = net.SplitHostPort(text); err != nil {
			if host, port, err = net.SplitHostPort(text + ":"); err != nil {
				return false
			}
		}
	}
	if strings.Trim(port, "0123456789") != "" {
		return false
	}
	if strings.Contains(host, ":") {
		_, err := netip.ParseAddr(host)
		return err == nil && !strings.Contains(host, "%")
	}
	return host != "" && !strings.ContainsFunc(host, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '.' && c != '_'
	})
}
