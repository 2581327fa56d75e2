package azure

import (
	_ "embed" // For the versions.
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// versionsJSON has, by type and API version, the inputs that the version lacks and the simulated one has. The version ""
// is that of tokens without a version. TestVersionsAreCurrent writes it from the source of the SDK.
//
//go:embed versions.json
var versionsJSON []byte

var versions = sync.OnceValue(func() map[string]map[string][]string {
	out := map[string]map[string][]string{}
	if err := json.Unmarshal(versionsJSON, &out); err != nil {
		panic("the API versions of the simulated Azure: " + err.Error()) // The file is part of the program.
	}
	return out
})

// version returns the API version in a token, such as "v20240101", or "".
func version(token string) string {
	module, _, _ := strings.Cut(strings.TrimPrefix(token, "azure-native:"), ":")
	_, version, _ := strings.Cut(module, "/")
	return version
}

// versionedTokens returns the tokens of a type or a function with an API version, in order. A function has those of the
// types of its module.
func versionedTokens(token string) []string {
	parts := strings.Split(token, ":")
	known := map[string][]string{}
	for typ, lacks := range versions() {
		if versions()[token] == nil && strings.HasPrefix(typ, parts[0]+":"+parts[1]+":") || typ == token {
			maps.Copy(known, lacks)
		}
	}
	var out []string
	for _, v := range slices.Sorted(maps.Keys(known)) {
		if v != "" {
			out = append(out, parts[0]+":"+parts[1]+"/"+v+":"+parts[2])
		}
	}
	return out
}

// checkVersion reports inputs that the API version in use lacks. (The provider only warns about them, and does not send
// them, so that the resource silently is another one than the program says.)
func checkVersion(c *cloud.Checker) {
	known, ok := versions()[c.Type]
	if !ok { // The type of a test.
		return
	}
	in := version(c.Token)
	lacks, ok := known[in]
	if !ok {
		covered := slices.DeleteFunc(slices.Sorted(maps.Keys(known)), func(v string) bool { return v == "" })
		c.Add("", "the simulated Azure does not cover the API version of %s: it covers %s", c.Token,
			strings.Join(covered, ", "))
		return
	}
	for _, path := range lacks {
		name, rest, _ := strings.Cut(path, ".")
		if within(c.Value(name), rest) {
			c.Add(path, "unknown property: the API version of %s does not have it. Use a token of a newer version, such as %s",
				c.Token, newest(c.Type, path))
		}
	}
}

// preview returns 1 for a token with a preview version, and 0 for others.
func preview(token string) int {
	if strings.HasSuffix(version(token), "preview") {
		return 1
	}
	return 0
}

// within reports whether a value has a property at a path.
func within(v any, path string) bool {
	if list, ok := v.([]any); ok {
		return slices.ContainsFunc(list, func(e any) bool { return within(e, path) })
	}
	if path == "" {
		return v != nil
	}
	name, rest, _ := strings.Cut(path, ".")
	object, _ := v.(map[string]any)
	if name == "*" {
		for _, e := range object {
			if within(e, rest) {
				return true
			}
		}
		return false
	}
	return within(object[name], rest)
}

// newest returns the token of the newest API version of a type with an input, or that of a preview if only previews have
// it: Azure switches previews off.
func newest(token, path string) string {
	tokens := versionedTokens(token)
	slices.Reverse(tokens)
	slices.SortStableFunc(tokens, func(a, b string) int { return preview(a) - preview(b) })
	i := slices.IndexFunc(tokens, func(t string) bool {
		return !slices.ContainsFunc(versions()[token][version(t)], func(lacking string) bool {
			return lacking == path || strings.HasPrefix(path, lacking+".")
		})
	})
	if i < 0 {
		return token
	}
	return tokens[i]
}
