package targets_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/magefiles/targets"
)

const (
	passing = "package lib\n\nimport \"testing\"\n\nfunc TestGood(*testing.T) {}\n\n" +
		"func TestLater(t *testing.T) { t.Skip(\"not today\") }\n"
	failing = "package app\n\nimport \"testing\"\n\nfunc TestBad(t *testing.T) { t.Fatal(\"the reason\") }\n"
)

const benchmark = "package %s\n\nimport \"testing\"\n\n" +
	"func BenchmarkOverhead(b *testing.B) {\n\tfor b.Loop() {\n\t}\n\tif %t {\n\t\tb.Error(\"above the limit\")\n\t}\n}\n"

func TestBenchRunsTheBenchmarksOfAllModules(t *testing.T) {
	t.Parallel()
	f := newFixture(t, map[string]string{
		"app/benchmark_test.go": fmt.Sprintf(benchmark, "app", false),
		"lib/benchmark_test.go": fmt.Sprintf(benchmark, "lib", true),
	})
	err := f.Bench(t.Context())
	require.ErrorContains(t, err, "benchmarks of lib: ")
	require.NotContains(t, err.Error(), "benchmarks of app: ")
	require.Contains(t, f.out.String(), "above the limit")
	require.Regexp(t, `(?m)^ok\s+example.com/app`, f.out.String(), "a benchmark above its limit does not stop the others")
}

func TestTestPhases(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason   string
		files    map[string]string
		patterns []string
		// shown are parts of the output.
		shown  []string
		failed string
		last   string
	}{
		"Good": {
			reason: "all pass", files: map[string]string{"lib/lib_test.go": passing}, patterns: []string{"./lib/..."},
			shown: []string{"[1/1] ./lib/... tests", "example.com/lib", "not today",
				"./lib/...: 1 passed, 0 failed, 1 skipped in "},
			last: "1 passed, 0 failed, 1 skipped",
		},
		"FirstPhaseFails": {
			reason:   "the second phase still runs",
			files:    map[string]string{"app/app_test.go": failing, "lib/lib_test.go": passing},
			patterns: []string{"./app/...", "./lib/..."},
			shown: []string{"the reason", "TestBad", "./app/...: 0 passed, 1 failed, 0 skipped in ",
				"./lib/...: 1 passed, 0 failed, 1 skipped in "},
			failed: "1 failed", last: "1 passed, 1 failed, 1 skipped",
		},
		"DoesNotBuild": {
			reason: "a package that does not build counts as failed",
			files: map[string]string{"app/app_test.go": "package app\n\nvar _ = undefinedThing\n",
				"lib/lib_test.go": passing},
			patterns: []string{"./app/..."},
			shown:    []string{"undefined: undefinedThing"},
			failed:   "1 failed", last: "0 passed, 1 failed, 0 skipped",
		},
		"NoTests": {
			reason: "no tests", patterns: []string{"./lib/..."},
			failed: "no tests passed", last: "0 passed, 0 failed, 0 skipped",
		},
		"NoPackage": {
			reason: "a pattern without packages", patterns: []string{"./nothing/..."},
			failed: "./nothing/... tests: ", last: "0 passed, 1 failed, 0 skipped",
		},
		"TestMain": {
			reason: "a TestMain that fails",
			files: map[string]string{"lib/lib_test.go": passing +
				"\nfunc TestMain(m *testing.M) { panic(\"no way\") }\n"},
			patterns: []string{"./lib/..."}, shown: []string{"no way"},
			failed: "1 failed", last: "0 passed, 1 failed, 0 skipped",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, c.files)
			err := f.TestPattern(t.Context(), c.patterns...)
			for _, want := range c.shown {
				require.Contains(t, f.out.String(), want, c.reason)
			}
			require.Equal(t, c.last, lastLine(f.out.String()), c.reason)
			if c.failed == "" {
				require.NoError(t, err, c.reason)
				return
			}
			require.ErrorContains(t, err, c.failed, c.reason)
			require.Equal(t, c.last, lastLine(err.Error()), "the error ends with the totals")
		})
	}
}

func TestProgressOfRunningPackages(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		running []string
		want    string
	}{
		"Compiling": {want: "... compiling (0s)\n"},
		"One":       {running: []string{"lib"}, want: "... running lib for 0s, last time 1m5s (0s)\n"},
		"Several":   {running: []string{"app", "app/b", "app/c"}, want: "... running app for 0s; and 2 more (0s)\n"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := &buffer{}
			targets.Beat(out, c.running, map[string]time.Duration{"lib": 65 * time.Second}, time.Minute)
			require.Equal(t, c.want, out.String())
		})
	}
}

// TestTimesOfPackages checks that a second run shows how long packages took in the first one, and that results from the
// cache of go test are no times.
func TestTimesOfPackages(t *testing.T) {
	t.Parallel()
	slow := "package lib\n\nimport (\n\t\"testing\"\n\t\"time\"\n)\n\n" +
		"func TestSlow(*testing.T) { time.Sleep(300 * time.Millisecond) }\n\nfunc TestFast(*testing.T) {}\n"
	f := newFixture(t, map[string]string{"lib/lib_test.go": slow, "app/app_test.go": failing})
	require.NoError(t, f.TestPattern(t.Context(), "./lib/..."))
	require.Regexp(t, `(?m)^pass lib \d\S*s$`, f.out.String())
	require.Regexp(t, `slowest tests:\n +\d\S*s  lib TestSlow\n +0s  lib TestFast\n`, f.out.String())

	for range 2 {
		require.Error(t, f.TestPattern(t.Context(), "./lib/...", "./app/..."))
		require.Regexp(t, `(?m)^\[1/2\] ./lib/... tests, last time `, f.out.String())
		require.Regexp(t, `(?m)^pass lib \(cached\), last time [1-9]\S*s$`, f.out.String())
		require.Regexp(t, `(?m)^fail app \d\S*s$`, f.out.String(), "failed tests have no expected time")
	}
}

func TestIntegrationPackages(t *testing.T) {
	t.Parallel()
	f := newFixture(t, map[string]string{
		"modules.yaml": "modules:\n" +
			"  - { path: integration, importPath: example.com/integration, released: false, description: Tests. }\n",
		"go.work":                              "go 1.26.0\n\nuse ./integration\n",
		"integration/go.mod":                   "module example.com/integration\n\ngo 1.26.0\n",
		"integration/cloud/aws/aws.go":         "package aws\n",
		"integration/cloud/aws/s3/s3.go":       "package s3\n",
		"integration/cloud/azure/kernel/id.go": "package kernel\n",
		"integration/cloud/awsome/doc.go":      "package awsome\n",
	})
	services, others, err := f.IntegrationPackages(t.Context())
	require.NoError(t, err, f.out.String())
	require.Equal(t, []string{"example.com/integration/cloud/aws/s3", "example.com/integration/cloud/azure/kernel"}, services)
	require.Equal(t, []string{"example.com/integration/cloud/aws", "example.com/integration/cloud/awsome"}, others)
}

func lastLine(text string) string {
	text = strings.TrimRight(text, "\n")
	return text[strings.LastIndex(text, "\n")+1:]
}
