// Package gitinfo reads facts about the Git repository that contains a directory: its remote, the branch, commit and
// tag that are checked out, and whether tracked files have changed.
//
//	facts := gitinfo.Read(ctx, ".")
//	fmt.Println(facts.Repository, facts.Commit)
//
// # Unknown facts
//
// A deployment must not fail because of the repository it is started from. [Read] and [Status] therefore return no
// error: a fact that cannot be read is unknown, which is the empty string. That is the case for a directory outside of
// a repository, a repository without a commit, one that is broken or unreadable, and one in a format that this package
// does not support (SHA-256 object names, reftable references, unknown extensions), of which only the remote is known.
// Each function takes at most [TimeLimit].
//
// The repository is the one that git finds from the directory upward: a clone, a linked worktree, a submodule or a bare
// repository. A .git file or link that leads nowhere ends the search.
//
// # Running git
//
// [Read] reads files with go-git and runs no program. [Status] runs git status. It does not write to the repository,
// does not use the network, and does not run programs that the repository configures: hooks, core.fsmonitor and
// filters. In a repository that configures filters itself, the status is unknown. Filters of the user or the system,
// such as git-lfs, run as they do for every git status.
package gitinfo
