package gitinfo

import (
	"net"
	"net/netip"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/format/config"
)

// remote returns the cleaned address of the repository's remote.
func (r *repository) remote(branch string) string {
	remotes := map[string]*config.Subsection{}
	for _, s := range r.raw.Section("remote").Subsections {
		if len(s.OptionAll("url")) > 0 {
			remotes[s.Name] = s
		}
	}
	names := []string{"origin"}
	if branch != "" {
		names = append(names, r.raw.Section("branch").Subsection(branch).Option("remote"))
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

// scheme returns what a way to reach a repository on another machine is written
// as, or an empty string for one that is not known.
func scheme(name string) string {
	switch name = strings.ToLower(name); name {
	case "https", "http", "ssh", "git", "ftps", "ftp":
		return name
	case "git+ssh", "ssh+git":
		return "ssh"
	}
	return ""
}

// cleanURL returns the address of a remote without user, password, query and
// fragment, or an empty string: for a path, for a way to reach it that is not
// known, and whenever what is a credential and what is not cannot be told
// apart. It is idempotent.
//
// It does not use net/url, which takes credentials that are not well escaped for
// something else.
func cleanURL(address string) string {
	address = strings.TrimSpace(address)
	if strings.ContainsFunc(address, func(c rune) bool { return c < ' ' || c == 0x7f || c == '\\' || c == '\ufffd' }) {
		return ""
	}
	name, rest, ok := strings.Cut(address, "://")
	if !ok {
		return cleanShort(address)
	}
	if name = scheme(name); name == "" {
		return ""
	}
	host, path := rest, ""
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		host, path = rest[:i], rest[i:]
	}
	return join(name, host, path)
}

// cleanShort cleans an address in the short form of SSH: user@host:path.
func cleanShort(address string) string {
	host, path, ok := strings.Cut(address, ":")
	if i := strings.IndexByte(address, '['); i >= 0 {
		// In brackets stands an IPv6 address, or a host with its port.
		if host, path, ok = strings.Cut(address[i+1:], "]:"); !ok || i > 0 && address[i-1] != '@' {
			return ""
		}
		host = host[strings.LastIndexByte(host, '@')+1:]
		if _, err := netip.ParseAddr(host); err == nil {
			host = "[" + host + "]"
		}
	}
	// A colon after a slash is part of a path, one letter is a drive, and two
	// colons follow the name of a program that knows what the rest means.
	if !ok || strings.Contains(host, "/") || len(host) < 2 || strings.HasPrefix(path, ":") {
		return ""
	}
	return join("ssh", host, "/"+strings.TrimLeft(path, "/"))
}

// join puts a cleaned address together.
func join(scheme, host, path string) string {
	host = host[strings.LastIndexByte(host, '@')+1:]
	// A password with a character that ends a host reaches into the path.
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
