package sections

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/ashlar-iac/ashlar/core/config"
)

// Suite checks that a cloud deploys what a module accepts.
type Suite struct {
	// Schema is the JSON Schema of the module's section. Required.
	Schema []byte
	// Deploy deploys a section to an empty account. Required.
	Deploy func(t *testing.T, section map[string]any) error
	// Base returns a section with an entry of each kind, the entry under test first. It has blocks for options that are
	// within lists of blocks. Required for [Suite.Choices].
	Base func(t *testing.T, kind string) map[string]any
	// Incomplete are values, as "KIND.PATH=VALUE", that need more than the resources of the base section, with the error of
	// the cloud without it. Default: none.
	Incomplete map[string]string
	// Omit are kinds of entries that the cloud does not simulate. Default: none.
	Omit []string
}

// Choices deploys each value of each enumeration and boolean of the schema: what the module accepts, the cloud deploys.
func (s Suite) Choices(t *testing.T) {
	t.Helper()
	choices, err := Choices(s.Schema)
	require.NoError(t, err)
	var deployed, contradictory atomic.Int64
	total := int64(0)
	t.Run("values", func(t *testing.T) {
		for _, kind := range slices.Sorted(maps.Keys(choices)) {
			if kind == "enabled" || kind == "providers" || slices.Contains(s.Omit, kind) {
				continue
			}
			for _, c := range choices[kind] {
				section := s.Base(t, kind)
				changed, ok := c.Set(section[kind])
				if !ok {
					continue
				}
				section[kind] = changed
				total++
				name := kind + "." + c.String()
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					var invalid *config.Error
					if err := s.Deploy(t, section); errors.As(err, &invalid) {
						contradictory.Add(1)
					} else if problem, ok := s.Incomplete[name]; ok {
						require.ErrorContains(t, err, problem)
						contradictory.Add(1)
					} else {
						require.NoError(t, err)
						deployed.Add(1)
					}
				})
			}
		}
	})
	if deployed.Load()+contradictory.Load() == total { // No option is filtered out.
		require.Greater(t, deployed.Load(), 2*contradictory.Load(), "most options need no others")
		require.Greater(t, deployed.Load(), int64(50))
	}
}

// Fuzz deploys random sections, after complete has added what each section needs: the cloud accepts what the module
// accepts. In a section with findings, the values that have them are removed.
func (s Suite) Fuzz(f *testing.F, w *Writer, seeds uint64, complete func(section map[string]any) map[string]any) {
	f.Helper()
	outcome := w.Outcome()
	f.Cleanup(func() { f.Log(outcome) })
	for seed := range seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		t.Parallel()
		section, removed, err := Attempt(w.Section(seed), func(section object) error { return s.try(t, complete(section)) })
		outcome.Add(section, removed)
		if err != nil {
			s.fail(t, section, err)
		}
	})
}

// try deploys a section. Findings of constructors come too late, and are not returned as such: other constructors may have
// created resources.
func (s Suite) try(t *testing.T, section object) error {
	t.Helper()
	err := s.Deploy(t, section)
	if err != nil && strings.Contains(err.Error(), "invalid arguments of") {
		return errors.New("found by a constructor: " + err.Error())
	}
	return err
}

// fail reports the smallest part of a section that the cloud rejects in the same way.
func (s Suite) fail(t *testing.T, section object, problem error) {
	t.Helper()
	kind := func(err error) string {
		text := regexp.MustCompile(`"[^"]*"|'[^']*'|\([^)]*\)`).ReplaceAllString(err.Error(), "")
		return text[:min(len(text), 120)]
	}
	section = Shrink(section, func(smaller object) bool {
		err := s.try(t, smaller)
		var invalid *config.Error
		return err != nil && !errors.As(err, &invalid) && kind(err) == kind(problem)
	})
	text, err := yaml.Marshal(section)
	require.NoError(t, err)
	t.Fatalf("the cloud rejects what the module accepts: %v\n%s", s.try(t, section), text)
}

// Document is a stack file of a page.
type Document struct {
	// Name is the name of the page and the number of the stack file in it.
	Name string
	// Text is the stack file.
	Text string
}

// block matches a block of YAML in a page, and the beginning of the findings that follow it.
var block = regexp.MustCompile("(?ms)^```yaml\n(.*?\n)```\n+(```text)?")

// Documents returns the blocks of YAML of the pages in a folder, except those that are shown with findings.
func Documents(tb testing.TB, dir string) []Document {
	tb.Helper()
	pages, err := filepath.Glob(filepath.Join(dir, "*.md"))
	require.NoError(tb, err)
	var out []Document
	for _, page := range pages {
		text, err := os.ReadFile(page)
		require.NoError(tb, err)
		for i, found := range block.FindAllStringSubmatch(string(text), -1) {
			if found[2] == "" {
				out = append(out, Document{fmt.Sprintf("%s %d", filepath.Base(page), i), found[1]})
			}
		}
	}
	return out
}
