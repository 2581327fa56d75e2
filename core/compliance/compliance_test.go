package compliance_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// database is a component that declares evidence, and contains another one.
type database struct {
	pulumi.ResourceState
	component.Base
}

type databaseArgs struct {
	Encrypted *bool  `pulumi:"encrypted" jsonschema:"default=true"`
	Inner     string `pulumi:"inner"`
}

var (
	atRest = compliance.Control{Framework: "nist-800-53", ID: "SC-28", Title: "data at rest is protected"}
	stored = compliance.Control{Framework: "cis-aws", ID: "2.10.1", Title: "databases are encrypted"}
	closed = compliance.Control{Framework: "cis-aws", ID: "2.9", Title: "databases are not public"}
)

func (a *databaseArgs) Evidence() []compliance.Evidence {
	return []compliance.Evidence{
		compliance.Check("encrypted", *a.Encrypted, *a.Encrypted, "true", atRest, stored),
		compliance.Always("public", false, closed),
	}
}

func newDatabase(ctx *pulumi.Context, name string, args *databaseArgs, opts ...pulumi.ResourceOption) (*database, error) {
	d := &database{}
	args, err := component.Register(ctx, "ashlar-test:index:Database", name, d, args, opts...)
	if err != nil {
		return nil, err
	}
	if args.Inner != "" {
		no := false
		if _, err := newDatabase(ctx, args.Inner, &databaseArgs{Encrypted: &no}, d.Child()); err != nil {
			return nil, err
		}
	}
	return component.Finish(ctx, d)
}

// collected returns what the databases of a program declare.
func collected(t *testing.T, frameworks []string, databases map[string]*databaseArgs) *compliance.Report {
	t.Helper()
	var report *compliance.Report
	pulumitest.Run(t, func(ctx *pulumi.Context) error {
		evidence, err := compliance.Collect(ctx)
		if err != nil {
			return err
		}
		for name, args := range databases {
			if _, err := newDatabase(ctx, name, args); err != nil {
				return err
			}
		}
		report = evidence.Report(compliance.NewCatalogue(), frameworks...)
		return nil
	})
	return report
}

func finding(name, setting, value string, met bool, remedy string) compliance.Finding {
	f := compliance.Finding{
		Type: "ashlar-test:index:Database", Name: name, Setting: setting, Value: value, Status: compliance.Met, Remedy: remedy,
	}
	if !met {
		f.Status = compliance.NotMet
	}
	return f
}

func TestReport(t *testing.T) {
	t.Parallel()
	catalogue := compliance.NewCatalogue()
	cis := func(status compliance.Status, controls ...compliance.ControlReport) compliance.FrameworkReport {
		return compliance.FrameworkReport{Framework: catalogue["cis-aws"], Status: status, Controls: controls}
	}
	public := compliance.ControlReport{
		ID: "2.9", Title: closed.Title, Status: compliance.Met,
		Evidence: []compliance.Finding{finding("main", "public", "false", true, "")},
	}
	no := false
	tests := map[string]struct {
		reason     string
		frameworks []string
		databases  map[string]*databaseArgs
		want       []compliance.FrameworkReport
	}{
		"Defaults": {
			reason:     "a default that meets a control is evidence, and 2.9 precedes 2.10",
			frameworks: []string{"cis-aws"},
			databases:  map[string]*databaseArgs{"main": nil},
			want: []compliance.FrameworkReport{cis(compliance.Met, public, compliance.ControlReport{
				ID: "2.10.1", Title: stored.Title, Status: compliance.Met,
				Evidence: []compliance.Finding{finding("main", "encrypted", "true", true, "")},
			})},
		},
		"Weakened": {
			reason:     "a setting that was weakened shows as not met, and so do its control and its framework",
			frameworks: []string{"cis-aws"},
			databases:  map[string]*databaseArgs{"main": {Encrypted: &no}},
			want: []compliance.FrameworkReport{cis(compliance.NotMet, public, compliance.ControlReport{
				ID: "2.10.1", Title: stored.Title, Status: compliance.NotMet,
				Evidence: []compliance.Finding{finding("main", "encrypted", "false", false, "true")},
			})},
		},
		"Nested": {
			reason:     "components within components count, and one that fails is enough",
			frameworks: []string{"nist-800-53"},
			databases:  map[string]*databaseArgs{"main": {Inner: "inner"}},
			want: []compliance.FrameworkReport{{
				Framework: catalogue["nist-800-53"], Status: compliance.NotMet,
				Controls: []compliance.ControlReport{{
					ID: "SC-28", Title: atRest.Title, Status: compliance.NotMet,
					Evidence: []compliance.Finding{
						finding("inner", "encrypted", "false", false, "true"), finding("main", "encrypted", "true", true, ""),
					},
				}},
			}},
		},
		"WithoutEvidence": {
			reason:     "a framework that nothing is known about is named, and not met",
			frameworks: []string{"soc2", "acme"},
			databases:  map[string]*databaseArgs{"main": nil},
			want: []compliance.FrameworkReport{
				{Framework: compliance.Framework{ID: "acme", Title: "acme"}, Status: compliance.NoEvidence, Controls: []compliance.ControlReport{}},
				{Framework: catalogue["soc2"], Status: compliance.NoEvidence, Controls: []compliance.ControlReport{}},
			},
		},
		"Nothing": {
			reason: "without components there is nothing to report on",
			want:   []compliance.FrameworkReport{},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := collected(t, tc.frameworks, tc.databases)
			if diff := cmp.Diff(tc.want, got.Frameworks); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestReportHasAllFrameworksWithEvidenceByDefault(t *testing.T) {
	t.Parallel()
	got := collected(t, nil, map[string]*databaseArgs{"main": nil})
	var ids []string
	for _, f := range got.Frameworks {
		ids = append(ids, f.ID)
	}
	require.Equal(t, []string{"cis-aws", "nist-800-53"}, ids)
	require.Empty(t, got.WithoutEvidence())
	require.Equal(t, []string{"soc2"}, collected(t, []string{"soc2"}, nil).WithoutEvidence())
}

func TestReportIsIndependentOfTheOrder(t *testing.T) {
	t.Parallel()
	var want []byte
	for range 20 {
		c := collectorOf(t)
		var wg sync.WaitGroup
		for _, name := range []string{"c", "a", "b"} {
			wg.Go(func() {
				c.Add("t", name, compliance.Always("x", name, atRest, stored), compliance.Always("x", name, atRest))
				c.Add("t", name)
			})
		}
		wg.Wait()
		got, err := c.Report(compliance.NewCatalogue()).JSON()
		require.NoError(t, err)
		if want == nil {
			want = got
		}
		require.Equal(t, string(want), string(got))
	}
	require.Equal(t, 2, strings.Count(string(want), `"name": "a"`), "what is said twice stands once, below each of two controls")
}

func collectorOf(t *testing.T) *compliance.Collector {
	t.Helper()
	var c *compliance.Collector
	pulumitest.Run(t, func(ctx *pulumi.Context) (err error) {
		c, err = compliance.Collect(ctx)
		return err
	})
	return c
}

func TestTitlesAreIndependentOfTheOrder(t *testing.T) {
	t.Parallel()
	for range 20 {
		c := collectorOf(t)
		for _, title := range []string{"", "second", "first"} {
			c.Add("t", "n"+title, compliance.Always("x", 1, compliance.Control{Framework: "f", ID: "1", Title: title}))
		}
		require.Equal(t, "first", c.Report(nil).Frameworks[0].Controls[0].Title)
	}
}

func TestOutput(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		evidence, err := compliance.Collect(ctx)
		if err != nil {
			return err
		}
		no := false
		if _, err := newDatabase(ctx, "main", &databaseArgs{Encrypted: &no}); err != nil {
			return err
		}
		ctx.Export("compliance", evidence.Report(compliance.NewCatalogue(), "nist-800-53").Output())
		return nil
	})
	got := r.Exports["compliance"].Mappable()
	want := map[string]any{"nist-800-53": map[string]any{
		"title":   "NIST Special Publication 800-53",
		"version": "Revision 5",
		"status":  "not met",
		"controls": map[string]any{"SC-28": map[string]any{
			"title": "data at rest is protected", "status": "not met",
			"evidence": []any{map[string]any{
				"type": "ashlar-test:index:Database", "name": "main", "setting": "encrypted", "value": "false",
				"status": "not met", "remedy": "true",
			}},
		}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "a", "b")
	report := collected(t, []string{"nist-800-53", "soc2"}, map[string]*databaseArgs{"main": nil})
	for range 2 {
		require.NoError(t, report.Write(folder))
	}
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, files, 2, "nothing else is left behind")

	text, err := os.ReadFile(filepath.Join(folder, compliance.JSONFile))
	require.NoError(t, err)
	var read compliance.Report
	require.NoError(t, json.Unmarshal(text, &read))
	if diff := cmp.Diff(report, &read); diff != "" {
		t.Errorf("the JSON file says the same as the report (-want +got):\n%s", diff)
	}

	markdown, err := os.ReadFile(filepath.Join(folder, compliance.MarkdownFile))
	require.NoError(t, err)
	require.Contains(t, string(markdown), "## NIST Special Publication 800-53, Revision 5: met\n")
	require.Contains(t, string(markdown), "| SC-28 data at rest is protected | met | ashlar-test:index:Database main | encrypted | true |  |\n")
	require.Contains(t, string(markdown), "No component declares evidence for controls of soc2.\n")
}

func TestMarkdownEscapesText(t *testing.T) {
	t.Parallel()
	c := collectorOf(t)
	c.Add("t", "n", compliance.Check("a|b", "<script>\n|*x*", false, "`[y]`", compliance.Control{Framework: "f", ID: "1"}))
	page := string(c.Report(nil).Markdown())
	require.Contains(t, page, `| a\|b | &lt;script&gt; \|\*x\* | \`+"`"+`\[y\]\`+"`"+` |`+"\n")
	require.Contains(t, string((&compliance.Report{}).Markdown()), "Nothing declares evidence.")
}

func TestWriteReportsErrors(t *testing.T) {
	t.Parallel()
	report := &compliance.Report{}
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	err := report.Write(filepath.Join(file, "below"))
	require.ErrorIs(t, err, failure.Configuration)
	require.ErrorContains(t, err, "compliance report to "+file)

	// A directory is in place of the file.
	folder := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(folder, compliance.JSONFile, "x"), 0o700))
	require.Error(t, report.Write(folder))
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, entries, 1, "no half of a file is left behind")
}

func TestCatalogue(t *testing.T) {
	t.Parallel()
	acme := compliance.Framework{ID: "acme", Title: "Acme baseline", Version: "3"}
	c := compliance.NewCatalogue(acme, compliance.Framework{ID: "soc2", Title: "ours"})
	require.Contains(t, c.IDs(), "acme")
	require.Equal(t, "ours", c["soc2"].Title)
	for id, f := range c {
		require.Equal(t, id, f.ID)
		require.NotEmpty(t, f.Title)
	}
}
