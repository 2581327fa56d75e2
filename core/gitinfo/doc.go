// Package gitinfo reads facts about the Git repository that a program lives in:
// where it comes from, which branch, commit and tag are checked out, and
// whether its files were changed since.
//
//	facts := gitinfo.Read(ctx, ".")
//	fmt.Println(facts) // https://git.example.com/acme/shop.git main@3f1c0de (v1.2.0, clean)
//
// # Facts or nothing
//
// A deployment must not fail because of the repository it is started from, so
// [Read] returns no error: what cannot be found out is unknown, which is the
// empty string. No repository, a repository without a commit, one that is
// broken, unreadable or of a format that is not known: each gives the facts
// that are certain and no others. An answer that is not unknown depends on
// nothing but the content of the repository and its working tree.
//
// It takes no longer than a time limit, [DefaultTimeLimit] unless
// [WithTimeLimit] says otherwise. What is not known by then stays unknown; the
// change of files is what is looked at last.
//
// # No program is run
//
// Everything is read from files. The git program need not be installed, and
// what a repository's configuration would have it run (core.fsmonitor, filters,
// hooks) does not run. Nothing is written. Variables such as GIT_DIR are not
// looked at.
//
// # Which repository
//
// The one that git itself would find from the directory upwards: a clone, a
// linked worktree, a submodule, or a bare repository. A .git that leads nowhere
// ends the search without a fact; the repository around it is not taken in its
// place.
//
// # What the facts mean
//
//   - Repository is the address of the remote origin, else of the remote that
//     the current branch follows, else of the only remote. It is cleaned: no
//     user, password, query or fragment survives, and host:path, as SSH has it,
//     becomes ssh://host/path. It identifies a repository; it is not meant to be
//     cloned from. A remote that is a path on this machine gives none, and
//     neither does an address that cannot be taken apart with certainty. Rules
//     of url.*.insteadOf are not applied.
//   - Branch is the branch that is checked out; unknown for a detached HEAD.
//   - Commit is the full hash of the commit that is checked out.
//   - Tag is the tag that points to exactly that commit. Of several, it is the
//     one with the highest semantic version after its last slash (so that
//     core/v1.2.0 counts as v1.2.0), then the one with the fewest slashes, then
//     the last in the order of their bytes. Names without a version come after
//     those with one.
//   - Dirty is what git describe --dirty means, and git status
//     --untracked-files=no shows: a tracked file, staged or not, differs from
//     the commit. Files that are not tracked do not count.
//
// # How changes are found
//
// The commit's tree is compared with the index, then the index with the files.
// A file whose size and modification time are those the index recorded is
// taken as unchanged, unless it was written so late that the index cannot know
// (Git's documentation, "racy-git"); any other is hashed. Unlike Git, the time
// of a file's last change of status is not compared, as with
// core.trustctime=false.
//
// Git converts some files on their way into the repository, and the programs
// that do so are not run. Where that could explain a difference, the answer is
// unknown: a file that differs in nothing but its line endings, and one that may
// have a filter, ident or working-tree-encoding, by a .gitattributes file or by
// the user's and the machine's own attributes. Nothing else of the user's is
// read, and this only then.
//
// A submodule counts as changed when another commit than the recorded one is
// checked out in it or one of its tracked files is changed, whatever
// submodule.*.ignore says. Files marked assume-unchanged or skip-worktree are
// taken as unchanged. Split and sparse indexes and repositories with SHA-256
// hashes or reftable references give no answer.
package gitinfo
