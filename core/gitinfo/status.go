package gitinfo

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// State says whether tracked files differ from the commit that is checked out.
type State string

// The states.
const (
	// Unknown means that git is not installed, or gave no answer.
	Unknown State = ""
	// Clean means that no tracked file differs from the commit.
	Clean State = "clean"
	// Dirty means that at least one tracked file differs from the commit, staged or not.
	Dirty State = "dirty"
)

// Status returns whether tracked files of the working tree that contains dir differ from the commit that is checked
// out, as git status --untracked-files=no does. Untracked files do not count. A submodule is dirty when another commit
// than the recorded one is checked out in it, or when one of its tracked files differs, whatever submodule.*.ignore
// says.
//
// The state is [Unknown] without a git program on the PATH, without a working tree or a commit, in a repository that
// configures filters, in one that git rejects because it belongs to another user, after [TimeLimit], and whenever git
// fails. Variables with the prefix GIT_, such as GIT_DIR, have no effect. It is safe for concurrent use.
func Status(ctx context.Context, dir string) State {
	ctx, cancel := context.WithTimeout(ctx, TimeLimit)
	defer cancel()
	return status(ctx, dir)
}

func status(ctx context.Context, dir string) State {
	where, err := locate(dir)
	if err != nil || where.tree == "" {
		return Unknown
	}
	program, err := exec.LookPath("git")
	if err != nil {
		return Unknown
	}
	git := git{program: program, tree: where.tree}
	// A filter is a program. Filters of the user and the system may run, those of the repository may not.
	_, err = git.run(ctx, []string{"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull},
		"config", "--name-only", "--get-regexp", `^filter\..*\.(clean|process)$`)
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		return Unknown
	}
	out, err := git.run(ctx, nil, "status", "--porcelain=v2", "--branch", "--no-ahead-behind", "--no-renames",
		"--untracked-files=no", "--ignore-submodules=dirty")
	if err != nil || bytes.Contains(out, []byte("# branch.oid (initial)")) {
		return Unknown
	}
	for line := range bytes.Lines(out) {
		if !bytes.HasPrefix(line, []byte("#")) {
			return Dirty
		}
	}
	return git.submodules(ctx)
}

// git runs the git program in a working tree.
type git struct{ program, tree string }

// run runs git, with additional environment variables, and returns its standard output.
func (g git) run(ctx context.Context, environment []string, args ...string) ([]byte, error) {
	command := exec.CommandContext(ctx, g.program, append([]string{"--no-optional-locks", "-c", "core.fsmonitor="}, args...)...)
	command.Dir = g.tree
	command.WaitDelay = time.Second
	command.Env = append(
		slices.DeleteFunc(command.Environ(), func(v string) bool { return strings.HasPrefix(strings.ToUpper(v), "GIT_") }),
		// No other repository than the located one, and no fetch of objects that a partial clone lacks.
		"GIT_CEILING_DIRECTORIES="+filepath.Dir(g.tree), "GIT_ALLOW_PROTOCOL=none", "GIT_TERMINAL_PROMPT=0",
	)
	command.Env = append(command.Env, environment...)
	return command.Output()
}

// submodules returns the state of the files in the submodules, whose own configuration git status would follow.
func (g git) submodules(ctx context.Context) State {
	out, err := g.run(ctx, nil, "ls-files", "--stage", "-z")
	if err != nil {
		return Unknown
	}
	state := Clean
	for entry := range bytes.SplitSeq(out, []byte{0}) {
		mode, path, _ := strings.Cut(string(entry), "\t")
		dir := filepath.Join(g.tree, filepath.FromSlash(path))
		if !strings.HasPrefix(mode, "160000 ") || !exists(dir, ".git") {
			continue
		}
		switch status(ctx, dir) {
		case Dirty:
			return Dirty
		case Unknown:
			state = Unknown
		}
	}
	return state
}
