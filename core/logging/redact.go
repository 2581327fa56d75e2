package logging

import (
	"cmp"
	"encoding/json"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/credentials"
)

// shortest is the minimum length of a known secret: shorter ones would match unrelated words.
const shortest = 6

// redactor removes secrets from records. It is safe for concurrent use.
type redactor struct {
	patterns []*regexp.Regexp

	mu    sync.RWMutex
	known []string
	// replacer replaces known secrets.
	replacer *strings.Replacer
}

// builtIn are patterns of credentials. Their groups, the text before and after the secret, are kept.
var builtIn = []*regexp.Regexp{
	// Private keys, also truncated ones.
	regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY-----|$)`),
	// Access key IDs of AWS.
	regexp.MustCompile(`\b(?:AKIA|ASIA)[A-Z0-9]{16}\b`),
	// JSON web tokens.
	regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)?`),
	// Tokens of GitHub.
	regexp.MustCompile(`\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})`),
	// HTTP authorization.
	regexp.MustCompile(`(?i)(\b(?:bearer|basic)\s+)[A-Za-z0-9+/_.=~-]{8,}`),
	// Users and passwords in URLs.
	regexp.MustCompile(`(://)[^\s/@]+(@)`),
	// Settings by name.
	regexp.MustCompile(`(?i)((?:password|passwd|passphrase|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|client-key-data)` +
		`["']?\s*[:=]\s*["']?)[^\s"',;&}]+`),
}

func newRedactor(patterns []string) (*redactor, error) {
	r := &redactor{patterns: slices.Clone(builtIn)}
	for _, p := range patterns {
		// Groups of configured patterns are ignored.
		compiled, err := regexp.Compile("()()(?:" + p + ")")
		if err != nil {
			return nil, fmt.Errorf("invalid pattern %q: %w", p, err)
		}
		r.patterns = append(r.patterns, compiled)
	}
	return r, nil
}

// add registers secrets.
func (r *redactor) add(secrets []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range secrets {
		if len(s) >= shortest && !slices.Contains(r.known, s) {
			r.known = append(r.known, s)
		}
	}
	// A longer secret may start with a shorter one, and Replacer uses the first match.
	slices.SortFunc(r.known, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	var pairs []string
	for _, s := range r.known {
		pairs = append(pairs, s, credentials.Redacted)
	}
	r.replacer = strings.NewReplacer(pairs...)
}

// text returns text without secrets.
func (r *redactor) text(s string) string {
	r.mu.RLock()
	if r.replacer != nil {
		s = r.replacer.Replace(s)
	}
	r.mu.RUnlock()
	for _, p := range r.patterns {
		if !p.MatchString(s) {
			continue
		}
		replacement := credentials.Redacted
		if p.NumSubexp() > 0 {
			replacement = "${1}" + credentials.Redacted + "${2}"
		}
		s = p.ReplaceAllString(s, replacement)
	}
	return s
}

// attr returns an attribute without secrets. Its value is resolved and not a group.
func (r *redactor) attr(a slog.Attr) slog.Attr {
	if _, ok := a.Value.Any().(pulumi.Output); ok {
		return slog.String(a.Key, "[output]")
	}
	if secretKey(a.Key) {
		return slog.String(a.Key, credentials.Redacted)
	}
	switch a.Value.Kind() {
	case slog.KindString:
		return slog.String(a.Key, r.text(a.Value.String()))
	case slog.KindAny:
		return slog.Any(a.Key, r.any(a.Value.Any()))
	}
	return a
}

// any returns a value as text or JSON without secrets.
func (r *redactor) any(v any) any {
	switch v := v.(type) {
	case nil, slog.Level:
		return v
	case error:
		return r.text(v.Error())
	case json.Marshaler:
		return r.structure(v)
	case fmt.Stringer:
		return r.text(v.String())
	case []byte:
		return r.text(string(v))
	}
	return r.structure(v)
}

func (r *redactor) structure(v any) any {
	encoded, err := json.Marshal(v)
	if err != nil {
		// Another format might contain secrets that JSON omits.
		return fmt.Sprintf("[%T]", v)
	}
	var plain any
	decoder := json.NewDecoder(strings.NewReader(string(encoded)))
	decoder.UseNumber()
	if err := decoder.Decode(&plain); err != nil {
		return fmt.Sprintf("[%T]", v)
	}
	return shown{r.plain(plain)}
}

func (r *redactor) plain(v any) any {
	switch v := v.(type) {
	case string:
		return r.text(v)
	case []any:
		for i := range v {
			v[i] = r.plain(v[i])
		}
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, value := range v {
			if secretKey(key) {
				value = credentials.Redacted
			}
			out[r.text(key)] = r.plain(value)
		}
		return out
	}
	return v
}

// shown is a value without secrets, with the same format in both sinks.
type shown struct{ value any }

func (s shown) MarshalJSON() ([]byte, error) { return json.Marshal(s.value) }

func (s shown) String() string {
	if text, ok := s.value.(string); ok {
		return text
	}
	encoded, err := json.Marshal(s.value)
	if err != nil {
		return fmt.Sprintf("[%T]", s.value)
	}
	return string(encoded)
}

// secretKey reports whether a key names a secret and not a property of one.
func secretKey(key string) bool {
	word := strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, key)
	for _, about := range []string{"name", "names", "arn", "id", "path", "file", "count", "version", "type", "url"} {
		if strings.HasSuffix(word, about) {
			return false
		}
	}
	for _, secret := range []string{
		"password", "passwd", "passphrase", "secret", "token", "apikey", "accesskey", "privatekey", "connectionstring", "kubeconfig",
		"authorization", "credential", "clientkeydata",
	} {
		if strings.Contains(word, secret) {
			return true
		}
	}
	return false
}
