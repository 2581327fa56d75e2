package azure_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure"
)

var update = flag.Bool("update", false, "rewrite versions.json, and the tables and the example in the documentation")

// oldest is the oldest API version that is covered, next to the simulated one and that of tokens without a version.
const oldest = "v2022"

// TestVersionsAreCurrent compares versions.json with the source of the SDK.
func TestVersionsAreCurrent(t *testing.T) {
	t.Parallel()
	want := map[string]map[string][]string{}
	for _, service := range azure.New().Services {
		for _, covered := range service.Types {
			want[covered.Token] = versionsOf(t, covered)
		}
	}
	text, err := json.MarshalIndent(want, "", "  ")
	require.NoError(t, err)
	text = append(text, '\n')
	if *update {
		require.NoError(t, os.WriteFile("versions.json", text, 0o644))
		return
	}
	got, err := os.ReadFile("versions.json")
	require.NoError(t, err)
	require.Equal(t, string(text), string(got), "run `go test -run TestVersions . -update` in integration/cloud/azure")
}

// versionsOf returns the inputs that each API version of a type lacks.
func versionsOf(t *testing.T, covered *cloud.Type) map[string][]string {
	t.Helper()
	args := covered.Args.ElementType()
	simulated := filepath.Base(args.PkgPath())
	module := strings.TrimSuffix(args.PkgPath(), "/"+simulated)
	root := source(t, module)
	has := inputsOf(t, filepath.Join(root, simulated), args)
	out := map[string][]string{}
	dirs, err := filepath.Glob(filepath.Join(root, "v2*"))
	require.NoError(t, err)
	for _, dir := range append(dirs, root) {
		version := filepath.Base(dir)
		if dir == root {
			version = ""
		}
		if version != "" && version != simulated && version < oldest {
			continue
		}
		if found := inputsOf(t, dir, args); len(found) > 0 {
			lacks := []string{}
			for _, path := range slices.Sorted(maps.Keys(has)) {
				// A property within one that is missing need not be listed.
				parent := path[:max(0, strings.LastIndex(path, "."))]
				if !found[path] && (parent == "" || found[parent] || strings.HasSuffix(parent, "*")) {
					lacks = append(lacks, path)
				}
			}
			out[version] = lacks
		}
	}
	require.Contains(t, out, simulated)
	require.Empty(t, out[simulated])
	return out
}

func source(t *testing.T, module string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(out))
}

var (
	structLine = regexp.MustCompile(`^type (\w+) struct \{`)
	fieldLine  = regexp.MustCompile("^\t\\w+ +(\\S+) +`pulumi:\"(\\w+)\"`")
)

// inputsOf returns the paths of the inputs of a type in a package of the SDK, or none if the package lacks the type. The
// entries of a map are at "*".
func inputsOf(t *testing.T, dir string, args reflect.Type) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "pulumiTypes*.go"))
	require.NoError(t, err)
	name := args.Name()
	file := filepath.Join(dir, strings.TrimSuffix(name, "Args")+".go")
	if _, err := os.Stat(file); err != nil {
		return nil
	}
	structs := map[string][][2]string{}
	for _, path := range append(files, file) {
		maps.Copy(structs, structsOf(t, path))
	}
	require.Contains(t, structs, name, dir)
	out := map[string]bool{}
	var add func(prefix string, of ...string)
	add = func(prefix string, of ...string) {
		for _, field := range structs[of[0]] {
			path, typ := prefix+field[0], strings.TrimLeft(field[1], "*[]")
			out[path] = true
			if rest, ok := strings.CutPrefix(typ, "map[string]"); ok {
				path, typ = path+".*", strings.TrimLeft(rest, "*[]")
			}
			if !slices.Contains(of, typ) { // A type can contain itself.
				add(path+".", append([]string{typ}, of...)...)
			}
		}
	}
	add("", name)
	return out
}

// parsed are the structs of files of the SDK, several of which describe many types.
var parsed sync.Map

// structsOf returns the fields of the structs in a file: their names in Pulumi, and their types.
func structsOf(t *testing.T, path string) map[string][][2]string {
	t.Helper()
	if known, ok := parsed.Load(path); ok {
		return known.(map[string][][2]string)
	}
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	out, current := map[string][][2]string{}, ""
	for line := range strings.Lines(string(text)) {
		switch {
		case strings.HasPrefix(line, "type "):
			if m := structLine.FindStringSubmatch(line); m != nil {
				current = m[1]
			}
		case current != "" && strings.HasPrefix(line, "}"):
			current = ""
		case current != "":
			if m := fieldLine.FindStringSubmatch(line); m != nil {
				out[current] = append(out[current], [2]string{m[2], m[1]})
			}
		}
	}
	parsed.Store(path, out)
	return out
}

// TestInputsOfOtherVersions uses inputs that an API version in use lacks.
func TestInputsOfOtherVersions(t *testing.T) {
	t.Parallel()
	for name, tc := range versionCases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHistory(t)
			err := h.Do(tc.step)
			if tc.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tc.want, fmt.Sprint(tc.step.Type))
		})
	}
}
