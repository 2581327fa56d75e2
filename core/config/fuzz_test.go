package config

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// The fuzz targets work in memory, on the parts that [Load] is made of: a
// million runs through files and a Pulumi program would take hours.

// fuzzed is a section with fields of all kinds.
type fuzzed struct {
	Mode    string                `pulumi:"mode" jsonschema:"enum=fast,enum=thorough,default=fast"`
	Entries Named[fuzzedEntry]    `pulumi:"entries"`
	Owners  []string              `pulumi:"owners"`
	File    string                `pulumi:"file" config:"path"`
	Tokens  pulumi.StringMapInput `pulumi:"tokens" config:"secret"`
	Ratio   *float64              `pulumi:"ratio" jsonschema:"default=0.5,minimum=0"`
}

type fuzzedEntry struct {
	Image    pulumi.StringInput `pulumi:"image" jsonschema:"required,format=image"`
	Range    string             `pulumi:"range" jsonschema:"format=cidr"`
	Replicas *int               `pulumi:"replicas" jsonschema:"default=2,minimum=0"`
	Peer     string             `pulumi:"peer"`
}

func (f *fuzzed) Validate(report *Report) {
	for name, e := range f.Entries {
		if _, ok := f.Entries[e.Peer]; !ok && e.Peer != "" {
			report.Add([]string{"entries", name, "peer"}, "unknown entry")
		}
	}
}

// fuzzedEngine knows one value.
type fuzzedEngine struct {
	value  string
	secret bool
}

func (fuzzedEngine) Stack() string                       { return "dev" }
func (fuzzedEngine) Project() string                     { return "project" }
func (fuzzedEngine) RootDirectory() string               { return "" }
func (f fuzzedEngine) GetConfig(k string) (string, bool) { return f.value, k == "ashlar:fuzzed" }
func (f fuzzedEngine) IsConfigSecret(string) bool        { return f.secret }
func (fuzzedEngine) DryRun() bool                        { return false }

var fuzzedSections = []Section{NewSection[Files](FilesSection, nil), NewSection[fuzzed]("fuzzed", nil)}

// checkOutcome holds for whatever is read: problems are a list of findings, and
// what was accepted can be printed and explained.
func checkOutcome(t *testing.T, m *Manager, err error) {
	t.Helper()
	if err != nil {
		if !slices.Contains(failure.Classes(err), failure.Configuration) {
			t.Fatalf("an error without a class: %v", err)
		}
		return
	}
	var b strings.Builder
	if err := m.Print(&b); err != nil {
		t.Fatal(err)
	}
	if _, defects := parseDocument([]byte(b.String()), nil); len(defects) > 0 && len(b.String()) > 0 {
		t.Fatalf("what is printed is not YAML: %v\n%s", defects, b.String())
	}
	if _, err := m.Explain("fuzzed.mode"); err != nil {
		t.Fatal(err)
	}
}

// FuzzConfiguration gives the loader a stack's file and a value of the engine
// that need not belong together.
func FuzzConfiguration(f *testing.F) {
	f.Add("config:\n  ashlar:fuzzed: { mode: fast }\n", `{"mode":"fast"}`, false)
	f.Add("config:\n  ashlar:fuzzed:\n    entries: { web: { image: x } }\n", `{"entries":{"web":{"image":"x:1","replicas":-1}}}`, false)
	f.Add("config: &a [*a]", `[`, false)
	f.Add("config: { ashlar:fuzzed: { tokens: { a: { secure: x } } } }", `{"tokens":{"a":"x"}}`, true)
	f.Add("config: { ashlar:fuzzed: { entires: { web: { imag: x } } } }", `{"entires":{"web":{"imag":"x"}}}`, false)
	f.Fuzz(func(t *testing.T, file, value string, secret bool) {
		l := newLoader(fuzzedEngine{value, secret})
		s := &source{layer: Stack, file: "Pulumi.dev.yaml", directory: "/project"}
		root, defects := parseDocument([]byte(file), s)
		l.reportDefects(s, defects)
		l.layers = []*layer{l.stackLayer(s, root.at("config"), fuzzedSections)}
		m, err := l.decode(fuzzedSections)
		checkOutcome(t, m, err)
	})
}

// FuzzLayers merges three files. The properties hold for any of them.
func FuzzLayers(f *testing.F) {
	f.Add("fuzzed: { mode: fast }", "fuzzed: { entries: { web: { image: x:1 } } }", "fuzzed: { entries: { web: { replicas: 3 } } }")
	f.Add("fuzzed: { mode: }", "fuzzed: { mode: thorough, owners: [a] }", "fuzzed:")
	f.Add("fuzzed: { tokens: { a: { secure: x } } }", "- 1", "fuzzed: { <<: { mode: fast } }")
	f.Fuzz(func(t *testing.T, organization, project, stack string) {
		l := newLoader(fuzzedEngine{})
		var roots []*node
		for i, text := range []string{organization, project, stack} {
			s := &source{layer: []Layer{Organization, Project, Stack}[i], file: "file", directory: "/project"}
			root, defects := parseDocument([]byte(text), s)
			l.reportDefects(s, defects)
			roots = append(roots, root)
			if layer := l.fileLayer(s, root); layer != nil {
				l.layers = append(l.layers, layer)
			}
		}
		if top := roots[2]; top != nil {
			merged := merge(merge(roots[0], roots[1]), top)
			if again := merge(merged, top); again.masked(false) != merged.masked(false) {
				t.Fatalf("merging a layer twice changes the result:\n%s\n%s", again.masked(false), merged.masked(false))
			}
			requireSays(t, merged, top)
		}
		if len(l.layers) == 0 {
			return
		}
		m, err := l.decode(fuzzedSections)
		checkOutcome(t, m, err)
	})
}

// requireSays fails when a value of the highest layer is lost in merging.
func requireSays(t *testing.T, merged, top *node) {
	t.Helper()
	if !top.isMap() {
		if top.kind != nullNode && merged.masked(false) != top.masked(false) {
			t.Fatalf("the highest layer says %s, merged is %s", top.masked(false), merged.masked(false))
		}
		return
	}
	for _, key := range top.keys {
		if merged.at(key) == nil {
			t.Fatalf("the key %q of the highest layer is lost", key)
		}
		requireSays(t, merged.at(key), top.at(key))
	}
}
