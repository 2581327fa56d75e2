package gitinfo_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/ashlar-iac/ashlar/core/gitinfo"
)

func TestRemotesAreCleaned(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ reason, address, want string }{
		"Plain":          {"there is nothing to clean", "https://git.example.com/acme/shop.git", "https://git.example.com/acme/shop.git"},
		"Password":       {"user and password are removed", "https://user:pass@git.example.com/acme/shop", "https://git.example.com/acme/shop"},
		"Token":          {"a token in place of the user is removed", "https://token@git.example.com:8443/acme/shop", "https://git.example.com:8443/acme/shop"},
		"AtInPassword":   {"the last at sign ends the user", "https://user:p@ss@git.example.com/acme", "https://git.example.com/acme"},
		"SlashInside":    {"a password may continue in the path", "https://user:pa/ss@git.example.com/acme", ""},
		"HashInside":     {"or look like a fragment", "https://user:pa#ss@git.example.com/acme", ""},
		"QueryInside":    {"or like a query", "https://user:pa?ss@git.example.com/acme", ""},
		"EscapedAt":      {"an escaped at sign is part of an invalid host", "https://user:pass%40git.example.com/acme", ""},
		"Query":          {"a query may hold a token", "https://git.example.com/acme/shop?private_token=x", "https://git.example.com/acme/shop"},
		"Fragment":       {"and so may a fragment", "https://git.example.com/acme/shop#x", "https://git.example.com/acme/shop"},
		"QueryAlone":     {"a host alone names no repository", "https://git.example.com?token=x", ""},
		"Short":          {"the short form becomes the long one", "git@git.example.com:acme/shop.git", "ssh://git.example.com/acme/shop.git"},
		"ShortRoot":      {"both forms of one repository are the same", "git.example.com:/acme/shop.git", "ssh://git.example.com/acme/shop.git"},
		"ShortHome":      {"a home directory stays", "git.example.com:~shop/x", "ssh://git.example.com/~shop/x"},
		"ShortPort":      {"brackets hold a port", "[git@git.example.com:2222]:acme/shop", "ssh://git.example.com:2222/acme/shop"},
		"ShortIPv6":      {"or an address", "git@[2001:db8::1]:acme/shop", "ssh://[2001:db8::1]/acme/shop"},
		"ShortPassword":  {"a password is not part of this form", "user:pass@git.example.com:acme", ""},
		"ShortQuery":     {"but a query may be", "git.example.com:acme?token=x", "ssh://git.example.com/acme"},
		"LongSSH":        {"the user git is removed", "ssh://git@git.example.com:2222/acme/shop", "ssh://git.example.com:2222/acme/shop"},
		"OldSSH":         {"an obsolete scheme", "git+ssh://git@git.example.com/acme/shop", "ssh://git.example.com/acme/shop"},
		"IPv6":           {"IPv6 addresses are hosts", "https://u@[2001:DB8::1]:8443/acme", "https://[2001:db8::1]:8443/acme"},
		"Case":           {"hosts ignore case, paths do not", "HTTPS://Git.Example.com/Acme/", "https://git.example.com/Acme"},
		"Space":          {"spaces are written as escapes", "https://git.example.com/my shop/_git/x", "https://git.example.com/my%20shop/_git/x"},
		"Path":           {"a local path is no remote", "/srv/git/shop.git", ""},
		"RelativePath":   {"a local path is no remote", "../shop", ""},
		"PathWithColon":  {"a local path is no remote", "./a:b", ""},
		"Drive":          {"a local path is no remote", `C:\git\shop`, ""},
		"DriveSlash":     {"a local path is no remote", "C:/git/shop", ""},
		"Share":          {"a local path is no remote", `\\server.example.com\git`, ""},
		"File":           {"a local path is no remote", "file:///srv/git/shop.git", ""},
		"Helper":         {"transport helpers are not supported", "ext::sh -c whoami", ""},
		"UnknownScheme":  {"transport helpers are not supported", "codecommit://profile@shop", ""},
		"ControlChars":   {"control characters are invalid", "https://git.example.com/a\nb", ""},
		"BadPort":        {"a port is a number", "https://git.example.com:pass/acme", ""},
		"HostOnly":       {"a host alone names no repository", "https://git.example.com/", ""},
		"ShortHostAlone": {"a host alone names no repository", "git.example.com:", ""},
		"Empty":          {"an empty URL is unknown", "", ""},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := gitinfo.CleanURL(tc.address)
			assert.Equal(t, tc.want, got, tc.reason)
			assert.Equal(t, got, gitinfo.CleanURL(got), "cleaning again changes nothing")
		})
	}
}

func TestRemotePrecedence(t *testing.T) {
	t.Parallel()
	const other = "https://git.example.com/fork/shop"
	tests := map[string]struct{ reason, config, want string }{
		"Origin": {
			"origin precedes others", "[remote \"a\"]\nurl = " + other + "\n[branch \"main\"]\nremote = a\n[remote \"origin\"]\nurl = " + origin, origin,
		},
		"Tracked": {
			"otherwise the remote of the branch",
			"[remote \"a\"]\nurl = " + other + "\n[remote \"b\"]\nurl = " + origin + "\n[branch \"main\"]\nremote = b\n", origin,
		},
		"Only":      {"otherwise the only remote", "[remote \"a\"]\nurl = " + other, other},
		"Ambiguous": {"several remotes are ambiguous", "[remote \"a\"]\nurl = " + other + "\n[remote \"b\"]\nurl = " + origin, ""},
		"First":     {"of several URLs, the first is for fetching", "[remote \"origin\"]\nurl = " + origin + "\nurl = " + other, origin},
		"Local":     {"a path does not make another remote the origin", "[remote \"origin\"]\nurl = /srv/shop\n[remote \"a\"]\nurl = " + other, ""},
		"None":      {"a repository may have no remote", "", ""},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRepository(t, t.TempDir())
			write(t, r.dir, ".git/config", tc.config)
			assert.Equal(t, tc.want, gitinfo.Read(t.Context(), r.dir).Repository, tc.reason)
		})
	}
}

const canary = "CANARY"

// word draws text with the canary that is not escaped.
func word(t *rapid.T, label string) string {
	part := rapid.StringOfN(rapid.RuneFrom([]rune("ab:@/?#%[]!$&'()*+,;= \\é\n")), 0, 6, -1)
	return part.Draw(t, label+" before") + canary + part.Draw(t, label+" after")
}

func TestCredentialsAreRemoved(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		host := rapid.SampledFrom([]string{"git.example.com", "git.example.com:8443", "[2001:db8::1]", "h"}).Draw(t, "host")
		path := rapid.SampledFrom([]string{"/acme/shop.git", "/a", "/", "", "/a b/c"}).Draw(t, "path")
		start := rapid.SampledFrom([]string{"https://", "http://", "ssh://", "HTTPS://", "git+ssh://", "weird://"}).Draw(t, "scheme")
		address := rapid.SampledFrom([]string{
			start + word(t, "user") + "@" + host + path,
			start + "user:" + word(t, "password") + "@" + host + path,
			start + word(t, "both") + ":" + word(t, "password2") + "@" + host + path,
			start + host + path + "?token=" + word(t, "query"),
			start + host + path + "#" + word(t, "fragment"),
			word(t, "short user") + "@" + host + ":" + strings.TrimPrefix(path, "/"),
		}).Draw(t, "address")
		got := gitinfo.CleanURL(address)
		if strings.Contains(strings.ToUpper(got), canary) {
			t.Fatalf("%q became %q", address, got)
		}
		if again := gitinfo.CleanURL(got); again != got {
			t.Fatalf("%q became %q, then %q", address, got, again)
		}
	})
}

// FuzzRemoteURL cleans a user, a password and a token in any URL.
func FuzzRemoteURL(f *testing.F) {
	f.Add("https", "user", "pass", "git.example.com", "acme/shop.git")
	f.Add("ssh", "", "p@ss/w#rd?", "[2001:db8::1]:22", "~x/y")
	f.Add("", "git", "", "git.example.com:acme", "")
	f.Add("git+ssh", "a[", "b]:", "h:1", " ")
	f.Fuzz(func(t *testing.T, scheme, user, password, host, path string) {
		if strings.Contains(strings.ToUpper(host+path+scheme), canary) {
			t.Skip("the canary is where it may stay")
		}
		if scheme != "" {
			scheme += "://"
		}
		user, password = user+canary+user, password+canary+password
		for _, address := range []string{
			scheme + user + "@" + host + "/" + path,
			scheme + user + ":" + password + "@" + host + "/" + path,
			scheme + "x:" + password + "@" + host + "/" + path,
			scheme + host + "/" + path + "?token=" + password,
			scheme + host + "/" + path + "#" + password,
			user + "@" + host + ":" + path,
		} {
			got := gitinfo.CleanURL(address)
			if strings.Contains(strings.ToUpper(got), canary) {
				t.Fatalf("%q became %q", address, got)
			}
			if again := gitinfo.CleanURL(got); again != got {
				t.Fatalf("%q became %q, then %q", address, got, again)
			}
			if got != "" && !strings.Contains(got, "://") {
				t.Fatalf("%q became %q, which is no address", address, got)
			}
		}
	})
}
