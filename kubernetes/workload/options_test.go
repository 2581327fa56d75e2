package workload_test

import (
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// change is what a change of the pods does, in the words of the options of each kind.
var change = map[string]string{
	"Deployment": "A change triggers a rollout.", "StatefulSet": "A change triggers a rollout.",
	"DaemonSet": "A change triggers a rollout.", "Job": "A change replaces the Job.",
	"CronJob": "A change applies to the next Job.",
}

// The workloads repeat the options of pods, so that arguments and stack files are flat. The options stay the same.
func TestOptionsOfAllKindsAreTheSame(t *testing.T) {
	t.Parallel()
	want := optionsOf(t, "Deployment")
	for name := range change {
		got := optionsOf(t, name)
		for option, declared := range want {
			switch {
			case option == "Replicas", option == "Adopt" && name == "Job", option == "Name" && (name == "Job" || name == "CronJob"):
				continue // They mean something else, or nothing.
			case option == "Namespace" && name == "Job":
				declared.Doc = strings.ReplaceAll(declared.Doc, "A change replaces the KIND.", "CHANGE")
			}
			if diff := cmp.Diff(declared, got[option]); diff != "" {
				t.Errorf("option %s of %s (-Deployment +%s):\n%s", option, name, name, diff)
			}
		}
	}
	job, cron := optionsOf(t, "Job"), optionsOf(t, "CronJob")
	for _, option := range []string{
		"Completions", "Parallelism", "BackoffLimit", "ActiveDeadlineSeconds", "TTLSecondsAfterFinished", "PodFailurePolicy",
	} {
		require.Equal(t, job[option].Type, cron[option].Type, option)
		require.Equal(t, job[option].Tag, cron[option].Tag, option)
	}
}

// field is the declaration of a field.
type field struct{ Type, Tag, Doc string }

// optionsOf returns the options of a kind of workload. Their documentation names it KIND, and what a change does CHANGE.
func optionsOf(t *testing.T, name string) map[string]field {
	t.Helper()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	out := map[string]field{}
	set := token.NewFileSet()
	words := strings.NewReplacer(change[name], "CHANGE", "replaces the "+name, "replaces the KIND", name, "KIND")
	for _, path := range files {
		file, err := parser.ParseFile(set, path, nil, parser.ParseComments)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok || spec.Name.Name != name+"Args" {
				return true
			}
			for _, f := range spec.Type.(*ast.StructType).Fields.List {
				var text strings.Builder
				require.NoError(t, printer.Fprint(&text, set, f.Type))
				out[f.Names[0].Name] = field{text.String(), f.Tag.Value, words.Replace(strings.Join(strings.Fields(f.Doc.Text()), " "))}
			}
			return false
		})
	}
	require.NotEmpty(t, out, name)
	return out
}
