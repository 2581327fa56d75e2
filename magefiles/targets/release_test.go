package targets_test

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/magefiles/targets"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

const (
	entry       = "* An entry.\n"
	libReleased = "# Changelog of lib\n\n## Unreleased\n\n## v0.1.0 - 2026-01-02\n\n### Added\n\n" + entry
)

func changelog(name, kind string) string {
	return "# Changelog of " + name + "\n\n## Unreleased\n\n### " + kind + "\n\n" + entry
}

// newReleaseFixture is a Git repository with the released modules lib and app, which requires lib, and the module tool,
// which is never released. Each of states is a commit: its files are added to those before, and a file without content
// is removed. tags[i] are the annotated tags of the commit i, where 0 is the initial one.
func newReleaseFixture(t *testing.T, tags map[int][]string, states ...map[string]string) fixture {
	t.Helper()
	files := map[string]string{
		"LICENSE": "The license.\n", ".gitignore": "*.local.go\n.test-times.json\n",
		"modules.yaml": "modules:\n" +
			"  - { path: app, importPath: ashlar.example/app, released: true, description: An application. }\n" +
			"  - { path: lib, importPath: ashlar.example/lib, released: true, description: A library. }\n" +
			"  - { path: tool, importPath: ashlar.example/tool, released: false, description: A tool. }\n",
		"go.work":          "go 1.26.0\n\nuse (\n\t./app\n\t./lib\n\t./tool\n)\n\nreplace ashlar.example/lib v0.1.0 => ./lib\n",
		"app/go.mod":       "module ashlar.example/app\n\ngo 1.26.0\n\nrequire ashlar.example/lib v0.1.0\n",
		"app/app.go":       "package app\n\nimport \"ashlar.example/lib\"\n\nfunc Twice() int { return lib.Double(lib.Answer) }\n",
		"app/app_test.go":  "package app\n\nimport \"testing\"\n\nfunc TestTwice(t *testing.T) {\n\tif Twice() != 84 {\n\t\tt.Fatal(Twice())\n\t}\n}\n",
		"app/CHANGELOG.md": changelog("app", "Added"), "lib/CHANGELOG.md": changelog("lib", "Added"),
		"lib/go.mod":  "module ashlar.example/lib\n\ngo 1.26.0\n",
		"lib/lib.go":  "package lib\n\nconst Answer = 42\n\nfunc Double(n int) int { return 2 * n }\n",
		"tool/go.mod": "module ashlar.example/tool\n\ngo 1.26.0\n", "tool/tool.go": "package tool\n",
		"app/app.local.go": "", "lib/lib.local.go": "",
	}
	for _, m := range []string{"app", "lib"} {
		files[m+"/LICENSE"] = files["LICENSE"]
		files[m+"/README.md"] = "# " + m + "\n\nChanges: [CHANGELOG.md](CHANGELOG.md).\n"
	}
	f := fixture{}
	for i, state := range append([]map[string]string{files}, states...) {
		if i == 0 {
			maps.DeleteFunc(files, func(_, content string) bool { return content == "" })
			f = newFixture(t, files)
			git(t, f.root, "init", "--quiet", "--initial-branch=main")
			f.WithRehearsalEnv("GOMODCACHE="+t.TempDir(), "GOFLAGS=-modcacherw")
		}
		for name, content := range state {
			if content == "" {
				require.NoError(t, os.RemoveAll(filepath.Join(f.root, name)))
				continue
			}
			f.write(t, name, content)
		}
		git(t, f.root, "add", "--all")
		git(t, f.root, "commit", "--quiet", "--allow-empty", "--message", "State")
		for _, tag := range tags[i] {
			git(t, f.root, "tag", "--annotate", "--message", tag, tag)
		}
	}
	return f
}

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=Test", "-c", "user.email=test@localhost",
		"-c", "commit.gpgsign=false", "-c", "tag.gpgsign=false"}, args...)...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "git %s: %s", strings.Join(args, " "), out)
	return strings.TrimSpace(string(out))
}

var libTag = map[int][]string{0: {"lib/v0.1.0"}}

func TestReleaseStops(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason          string
		tags            map[int][]string
		state           map[string]string
		untracked       string
		branch          string
		module, version string
		want            []string
	}{
		"UnknownModule": {
			reason: "a name that modules.yaml does not release", module: "tool", version: "v0.1.0",
			want: []string{`no released module "tool": write one of lib, app`},
		},
		"DirtyTree": {
			reason: "an untracked file", untracked: "lib/new.go", module: "lib", version: "v0.1.0",
			want: []string{"the working tree is not clean: commit or remove these files:\n?? lib/new.go"},
		},
		"OtherBranch": {
			reason: "a branch that is not main", branch: "feature", module: "lib", version: "v0.1.0",
			want: []string{"the branch is feature: releases are made from main, run `git switch main`"},
		},
		"ExistingTag": {
			reason: "a version that exists", tags: libTag, module: "lib", version: "v0.1.0",
			want: []string{"lib: the tag lib/v0.1.0 exists: tags are never moved or deleted, release v0.2.0"},
		},
		"TooLow": {
			reason: "an addition with a patch version", tags: libTag, module: "lib", version: "v0.1.1",
			want: []string{"lib: version v0.1.1 is too low after v0.1.0 for additions: write v0.2.0"},
		},
		"Forgotten": {
			reason: "a change without an entry", tags: libTag, module: "lib", version: "v0.1.1",
			state: map[string]string{"lib/CHANGELOG.md": libReleased, "lib/lib.go": "package lib\n\nconst Answer = 43\n"},
			want: []string{"lib: 1 files have changed since lib/v0.1.0, such as lib/lib.go, but CHANGELOG.md has no entry: " +
				`describe the change for users below "## Unreleased" and "### Fixed" or another kind`},
		},
		"NothingToRelease": {
			reason: "no change at all", tags: libTag, module: "lib", version: "v0.1.1",
			state: map[string]string{"lib/CHANGELOG.md": libReleased},
			want:  []string{`lib: CHANGELOG.md has no entry below "## Unreleased": describe what changes`},
		},
		"FirstWithoutEntry": {
			reason: "a first release without an entry", module: "lib", version: "v0.1.0",
			state: map[string]string{"lib/CHANGELOG.md": "# Changelog of lib\n\n## Unreleased\n"},
			want:  []string{`lib: CHANGELOG.md has no entry for the first release: describe the module`},
		},
		"UnknownKind": {
			reason: "a kind that says nothing about compatibility", module: "lib", version: "v0.1.0",
			state: map[string]string{"lib/CHANGELOG.md": changelog("lib", "Misc")},
			want:  []string{`lib: CHANGELOG.md: line 5: unknown kind "Misc": write one of Breaking, Added,`},
		},
		"Replace": {
			reason: "a replace, which consumers ignore", module: "lib", version: "v0.1.0",
			state: map[string]string{"lib/go.mod": "module ashlar.example/lib\n\ngo 1.26.0\n\nreplace example.com/other => ../other\n"},
			want:  []string{"lib/go.mod:5: replace of example.com/other in a released module: remove it and use go.work"},
		},
		"Papers": {
			reason: "a zip without a license and a page", module: "lib", version: "v0.1.0",
			state: map[string]string{"lib/LICENSE": "", "lib/README.md": ""},
			want: []string{"lib: LICENSE is missing or differs: copy the one at the root",
				`lib: README.md is missing: write one with the title "# lib"`},
		},
		"OtherPapers": {
			reason: "a page of another module", module: "lib", version: "v0.1.0",
			state: map[string]string{"lib/LICENSE": "Another.\n", "lib/README.md": "# app\n"},
			want:  []string{"lib: LICENSE is missing or differs", `lib: README.md: the first line must be "# lib"`},
		},
		"PageWithoutLink": {
			reason: "a page without the changes", module: "lib", version: "v0.1.0",
			state: map[string]string{"lib/README.md": "# lib\n"},
			want:  []string{"lib: README.md has no link to CHANGELOG.md: add"},
		},
		"UnreleasedSibling": {
			reason: "a requirement that no one can download", module: "app", version: "v0.1.0",
			want: []string{"app: go.mod requires lib v0.1.0, which is not released: run `go tool mage release lib v0.1.0` first, " +
				"or release both in one run with `go tool mage release:all`"},
		},
		"NeverReleasedSibling": {
			reason: "a requirement of a module without versions", module: "lib", version: "v0.1.0",
			state: map[string]string{"lib/go.mod": "module ashlar.example/lib\n\ngo 1.26.0\n\nrequire ashlar.example/tool v0.1.0\n"},
			want:  []string{"lib: go.mod requires tool, which is never released: move what the module uses to a released one"},
		},
		"OnlyInWorkspace": {
			reason: "a function of a sibling that its required version does not have", tags: libTag,
			module: "app", version: "v0.1.0",
			state: map[string]string{
				"lib/CHANGELOG.md": changelog("lib", "Added"),
				"lib/lib.go":       "package lib\n\nconst Answer = 42\n\nfunc Double(n int) int { return 2 * n }\n\nfunc Triple() {}\n",
				"app/more.go":      "package app\n\nimport \"ashlar.example/lib\"\n\nfunc init() { lib.Triple() }\n",
			},
			want: []string{"app: outside of the workspace, with the required versions", "undefined: lib.Triple",
				"require the version that contains them"},
		},
		"Untidy": {
			reason: "a requirement that is not used", tags: libTag, module: "app", version: "v0.1.0",
			state: map[string]string{"app/app.go": "package app\n\nfunc Twice() int { return 84 }\n"},
			want: []string{"app: go.mod or go.sum is not tidy outside of the workspace: run `go tool mage tidy`",
				"-require ashlar.example/lib v0.1.0"},
		},
		"FailingTest": {
			reason: "a test that fails", module: "lib", version: "v0.1.0",
			state: map[string]string{"lib/lib_test.go": "package lib\n\nimport \"testing\"\n\nfunc TestBad(t *testing.T) { t.Fatal(\"the cause\") }\n"},
			want:  []string{"lib: outside of the workspace", "go test ./...: exit status 1", "the cause"},
		},
		"Vet": {
			reason: "a finding of vet", module: "lib", version: "v0.1.0",
			state: map[string]string{"lib/more.go": "package lib\n\nfunc more(n int) {\n\tn = n\n}\n"},
			want:  []string{"go vet ./...: exit status 1", "self-assignment of n"},
		},
		"IncompatibleAPI": {
			reason: "a changed function with the entry of an addition", tags: libTag, module: "lib", version: "v0.2.0",
			state: map[string]string{"lib/lib.go": "package lib\n\nconst Answer = 42\n\nfunc Double(n int64) int64 { return 2 * n }\n"},
			want: []string{"lib: the API is not compatible with lib/v0.1.0:\n  Double: changed from func(int) int to func(int64) int64",
				`say below "### Breaking" in CHANGELOG.md what users have to change, and release v0.2.0`},
		},
		"APIAboveVersion": {
			reason: "a new function in a release of fixes", tags: libTag, module: "lib", version: "v0.1.1",
			state: map[string]string{
				"lib/CHANGELOG.md": changelog("lib", "Fixed"),
				"lib/more.go":      "package lib\n\nfunc More() {}\n",
			},
			want: []string{"lib: the API has changed since lib/v0.1.0: version v0.1.1 is too low after v0.1.0 for additions: write v0.2.0"},
		},
		"RemovedPackage": {
			reason: "a package that users import", tags: libTag, module: "lib", version: "v1.0.0",
			state: map[string]string{"lib/lib.go": "", "lib/more/more.go": "package more\n"},
			want:  []string{"package ashlar.example/lib: removed"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newReleaseFixture(t, c.tags, c.state)
			if c.untracked != "" {
				f.write(t, c.untracked, "package lib\n")
			}
			if c.branch != "" {
				git(t, f.root, "switch", "--quiet", "--create", c.branch)
			}
			head, tags := git(t, f.root, "rev-parse", "HEAD"), git(t, f.root, "tag")
			err := f.Release(t.Context(), c.module, c.version)
			for _, want := range c.want {
				require.ErrorContains(t, err, want, c.reason)
			}
			require.Equal(t, head, git(t, f.root, "rev-parse", "HEAD"))
			require.Equal(t, tags, git(t, f.root, "tag"))
		})
	}
}

func TestReleaseAcceptsBreakingChange(t *testing.T) {
	t.Parallel()
	f := newReleaseFixture(t, libTag, map[string]string{
		"lib/lib.go":       "package lib\n\nconst Answer = 42\n\nfunc Double(n int64) int64 { return 2 * n }\n",
		"lib/CHANGELOG.md": changelog("lib", "Breaking"),
	})
	require.ErrorContains(t, f.Release(t.Context(), "lib", "v0.1.1"), "too low after v0.1.0 for breaking changes: write v0.2.0")
	require.NoError(t, f.Release(t.Context(), "lib", "v0.2.0"))
	require.Contains(t, f.out.String(), "API: ok")
}

func TestReleaseWithTag(t *testing.T) {
	t.Setenv("ASHLAR_RELEASE", "yes")
	f := newReleaseFixture(t, nil)
	require.EqualError(t, f.Release(t.Context(), "lib", "v0.1.0"), `ASHLAR_RELEASE is "yes": set it to "tag" to create `+
		"commits and tags, or leave it unset for a dry run")

	t.Setenv("ASHLAR_RELEASE", "")
	head := git(t, f.root, "rev-parse", "HEAD")
	require.NoError(t, f.ReleaseAll(t.Context()))
	require.Contains(t, f.out.String(), "[1/2] lib v0.1.0: 1 added")
	require.Contains(t, f.out.String(), "[2/2] app v0.1.0: 1 added")
	require.Contains(t, f.out.String(), "dry run passed, and changed nothing")
	require.Equal(t, head, git(t, f.root, "rev-parse", "HEAD"))
	require.Empty(t, git(t, f.root, "tag"))

	git(t, f.root, "config", "user.name", "A Maintainer")
	git(t, f.root, "config", "user.email", "maintainer@localhost")
	t.Setenv("ASHLAR_RELEASE", "tag")
	require.NoError(t, f.ReleaseAll(t.Context()))
	require.Contains(t, f.out.String(), "git push --atomic origin main lib/v0.1.0 app/v0.1.0")
	require.Equal(t, "app/v0.1.0\nlib/v0.1.0", git(t, f.root, "tag"))
	for _, tag := range []string{"app/v0.1.0", "lib/v0.1.0"} {
		require.Equal(t, "tag", git(t, f.root, "cat-file", "-t", tag), "the tag is annotated")
	}
	require.Contains(t, git(t, f.root, "cat-file", "tag", "lib/v0.1.0"), "Release lib v0.1.0\n\n### Added\n\n* An entry.")
	require.Equal(t, git(t, f.root, "rev-parse", "HEAD~1"), git(t, f.root, "rev-parse", "lib/v0.1.0^{commit}"))
	require.Equal(t, git(t, f.root, "rev-parse", "HEAD"), git(t, f.root, "rev-parse", "app/v0.1.0^{commit}"))
	require.Equal(t, "A Maintainer", git(t, f.root, "log", "-1", "--format=%an"))
	require.Empty(t, git(t, f.root, "status", "--porcelain"))
	require.Regexp(t, `^# Changelog of lib\n\n## Unreleased\n\n## v0\.1\.0 - \d{4}-\d\d-\d\d\n\n### Added\n`, f.read(t, "lib/CHANGELOG.md"))
	require.Regexp(t, `^ashlar\.example/lib v0\.1\.0 h1:\S+\nashlar\.example/lib v0\.1\.0/go\.mod h1:\S+\n$`, f.read(t, "app/go.sum"))

	require.NoError(t, f.CheckTidy(t.Context(), filepath.Join(f.root, "app")), "tidy keeps the hashes of published modules")
	require.NoError(t, f.ReleasePlan(t.Context()))
	require.Regexp(t, `(?m)^lib +v0\.1\.0 +- +none$`, f.out.String())
	require.NoError(t, f.ReleaseAll(t.Context()))
	require.Contains(t, f.out.String(), "nothing to release")

	// The next release of app requires a version of lib that is released in the same run.
	f.write(t, "lib/lib.go", f.read(t, "lib/lib.go")+"\nfunc Triple(n int) int { return 3 * n }\n")
	f.write(t, "app/more.go", "package app\n\nimport \"ashlar.example/lib\"\n\nvar More = lib.Triple(1)\n")
	f.write(t, "app/go.mod", strings.ReplaceAll(f.read(t, "app/go.mod"), "v0.1.0", "v0.2.0"))
	f.write(t, "go.work", strings.ReplaceAll(f.read(t, "go.work"), "v0.1.0", "v0.2.0"))
	for _, m := range []string{"app", "lib"} {
		f.write(t, m+"/CHANGELOG.md", strings.Replace(f.read(t, m+"/CHANGELOG.md"), "## Unreleased\n", "## Unreleased\n\n### Added\n\n* More.\n", 1))
	}
	require.NoError(t, f.Tidy(t.Context()))
	git(t, f.root, "add", "--all")
	git(t, f.root, "commit", "--quiet", "--message", "More")
	require.ErrorContains(t, f.Release(t.Context(), "app", "v0.2.0"), "app: go.mod requires lib v0.2.0, which is not released")
	require.NoError(t, f.ReleaseAll(t.Context()))
	require.Equal(t, "app/v0.1.0\napp/v0.2.0\nlib/v0.1.0\nlib/v0.2.0", git(t, f.root, "tag"))
	require.Contains(t, f.read(t, "app/go.sum"), "ashlar.example/lib v0.2.0 h1:")
	require.NotContains(t, f.read(t, "app/go.sum"), "v0.1.0")
}

func TestReleasePlan(t *testing.T) {
	t.Parallel()
	f := newReleaseFixture(t, nil)
	require.NoError(t, f.ReleasePlan(t.Context()))
	require.Regexp(t, `(?m)^MODULE +LAST +NEXT +UNRELEASED CHANGES\nlib +none +v0\.1\.0 +1 added\napp +none +v0\.1\.0 +1 added$`,
		f.out.String(), "modules are in the order of their dependencies")

	f = newReleaseFixture(t, libTag)
	require.NoError(t, f.ReleasePlan(t.Context()))
	require.Regexp(t, `(?m)^lib +v0\.1\.0 +v0\.2\.0 +1 added\napp +none +v0\.1\.0 +1 added$`, f.out.String(),
		"app requires the tag of lib")
}

func TestReleasePlanReportsAllProblems(t *testing.T) {
	t.Parallel()
	f := newReleaseFixture(t, libTag, map[string]string{
		"lib/CHANGELOG.md": libReleased, "lib/lib.go": "package lib\n\nconst Answer = 43\n",
		"app/go.mod": "module ashlar.example/app\n\ngo 1.26.0\n\nrequire ashlar.example/lib v0.3.0\n",
	})
	err := f.ReleasePlan(t.Context())
	require.ErrorContains(t, err, "lib: 1 files have changed since lib/v0.1.0")
	require.ErrorContains(t, err, "app: go.mod requires lib v0.3.0, which is not released")
	require.ErrorContains(t, f.ReleaseAll(t.Context()), "lib: 1 files have changed since lib/v0.1.0")
}

func TestReleasePlanRejectsCycle(t *testing.T) {
	t.Parallel()
	f := newReleaseFixture(t, nil, map[string]string{
		"lib/go.mod": "module ashlar.example/lib\n\ngo 1.26.0\n\nrequire ashlar.example/app v0.1.0\n",
	})
	require.EqualError(t, f.ReleasePlan(t.Context()),
		"the modules app, lib require each other: move what they share to a module that requires neither")
}

func TestChangelogsHaveKnownKinds(t *testing.T) {
	t.Parallel()
	f := newFixture(t, map[string]string{"lib/CHANGELOG.md": changelog("lib", "Misc"), "app/CHANGELOG.md": "free text\n"})
	require.ErrorContains(t, f.CheckChangelogs(), `lib/CHANGELOG.md: line 5: unknown kind "Misc": write one of`)
	require.NotContains(t, f.CheckChangelogs().Error(), "app", "the module is never released")
}

func TestConsumer(t *testing.T) {
	t.Parallel()
	f := newReleaseFixture(t, nil)
	f.write(t, "app/app.go", f.read(t, "app/app.go")+"\n// Changed, and not committed.\nvar More = lib.Answer\n")
	require.NoError(t, f.Consumer(t.Context()))
	require.Regexp(t, `(?m)^ok    lib  \(.*\)\nok    app  \(.*\)$`, f.out.String())
	require.Contains(t, f.out.String(), "2 passed, 0 failed, 0 skipped")
	require.Empty(t, git(t, f.root, "stash", "list"))
	require.Equal(t, "M app/app.go", git(t, f.root, "status", "--porcelain"))

	f.write(t, "lib/lib.local.go", "package lib\n\nfunc Local() {}\n")
	f.write(t, "lib/more.go", "package lib\n\nfunc init() { Local() }\n")
	git(t, f.root, "add", "lib/more.go")
	err := f.Consumer(t.Context())
	require.ErrorContains(t, err, "lib: a program that requires only this module fails")
	require.ErrorContains(t, err, "undefined: Local", "git ignores the file")
	require.ErrorContains(t, err, "0 passed, 2 failed, 0 skipped")
}

func TestConsumerInShallowClone(t *testing.T) {
	t.Parallel()
	f := newReleaseFixture(t, nil, map[string]string{"lib/more.go": "package lib\n"})
	clone := filepath.Join(t.TempDir(), "clone")
	git(t, f.root, "clone", "--quiet", "--depth=1", "file://"+f.root, clone)
	cache, err := tools.CacheDir()
	require.NoError(t, err)
	var out buffer
	w, err := targets.OpenWithCache(clone, cache, &out)
	require.NoError(t, err)
	w.WithRehearsalEnv("GOMODCACHE="+t.TempDir(), "GOFLAGS=-modcacherw")
	require.NoError(t, os.WriteFile(filepath.Join(clone, "lib", "more.go"), []byte("package lib\n\nconst More = 1\n"), 0o644))
	require.NoError(t, w.Consumer(t.Context()), "Git shares no objects of a shallow clone by itself, such as those of a changed file")
}

func TestConsumerRejectsUnplannedVersion(t *testing.T) {
	t.Parallel()
	f := newReleaseFixture(t, libTag, map[string]string{
		"app/go.mod": "module ashlar.example/app\n\ngo 1.26.0\n\nrequire ashlar.example/lib v0.3.0\n",
	})
	require.ErrorContains(t, f.Consumer(t.Context()), "app: go.mod requires lib v0.3.0, which is neither a tag nor the next "+
		"version of the plan: write a version that `go tool mage release:plan` lists")
}
