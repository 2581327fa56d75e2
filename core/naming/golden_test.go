package naming_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/naming"
)

var update = flag.Bool("update", false, "write golden files")

// A changed name replaces its resource. Within a major version, lines of the file may be added and not changed.
func TestNamesNeverChange(t *testing.T) {
	t.Parallel()
	rules := all()
	var b strings.Builder
	line := func(token string, n naming.Name) {
		name, err := n.For(rules[token])
		require.NoError(t, err)
		fmt.Fprintf(&b, "%s\t%+q", token, n.Parts)
		if n.Flat {
			b.WriteString(" flat")
		}
		if n.Unique != nil {
			fmt.Fprintf(&b, " unique=%+q", n.Unique)
		}
		if n.Reserve > 0 {
			fmt.Fprintf(&b, " reserve=%d", n.Reserve)
		}
		if n.Hash > 0 {
			fmt.Fprintf(&b, " hash=%d", n.Hash)
		}
		fmt.Fprintf(&b, "\t%s\n", name)
	}
	for _, token := range slices.Sorted(maps.Keys(rules)) {
		line(token, naming.Name{Parts: []string{"acme", "production", "eu-west-1", "Search", "media"}})
	}
	for _, n := range []naming.Name{
		{Parts: []string{"a"}},
		{Parts: []string{"acme", "web"}},
		{Parts: []string{"acme-web"}},
		{Parts: []string{"acme-web"}, Flat: true},
		{Parts: []string{"Acme", "Web"}},
		{Parts: []string{"acme", "bcdf2345"}},
		{Parts: []string{"m\u00fcnchen"}},
		{Parts: []string{"mu\u0308nchen"}},
		{Parts: []string{"\xff", "a\x00b"}},
		{Parts: []string{"3scale", "sthree", "windows", "10.0.0.1"}},
		{Parts: []string{strings.Repeat("abcdefghi-", 10)}},
		{Parts: []string{"acme", "web"}, Unique: []string{"123456789012", "eu-west-1"}},
		{Parts: []string{"acme", "Web"}, Reserve: 2, Hash: 12},
	} {
		for _, token := range []string{bucket, function, account} {
			line(token, n)
		}
	}
	path := filepath.Join("testdata", "names.golden")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("names have changed: -want +got:\n%s", diff)
	}
}
