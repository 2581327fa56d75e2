package gitinfo

import "strings"

// State says whether tracked files differ from the commit.
type State string

// The states. The zero value is Unknown.
const (
	// Unknown means that it could not be found out.
	Unknown State = ""
	// Clean means that every tracked file is as in the commit.
	Clean State = "clean"
	// Dirty means that at least one tracked file is not.
	Dirty State = "dirty"
)

// String returns the state in one word.
func (s State) String() string {
	if s == Unknown {
		return "unknown"
	}
	return string(s)
}

// Facts is what is known of a repository. An empty string means unknown. The
// zero value knows nothing.
type Facts struct {
	// Repository is the address of the repository's remote, without
	// credentials: https://git.example.com/acme/shop.git.
	Repository string
	// Branch is the branch that is checked out, without refs/heads/.
	Branch string
	// Commit is the full hash of the commit that is checked out.
	Commit string
	// Tag is the tag that points to that commit, without refs/tags/.
	Tag string
	// Dirty says whether tracked files differ from that commit.
	Dirty State
}

// The keys of what [Facts.Values] returns.
const (
	KeyRepository = "repository"
	KeyBranch     = "branch"
	KeyCommit     = "commit"
	KeyTag        = "tag"
	KeyDirty      = "dirty"
)

// Values returns the known facts by their keys; an unknown one has no entry.
// The value of [KeyDirty] is "true" or "false". The map is the caller's own.
func (f Facts) Values() map[string]string {
	values := map[string]string{}
	for key, value := range map[string]string{
		KeyRepository: f.Repository, KeyBranch: f.Branch, KeyCommit: f.Commit, KeyTag: f.Tag,
	} {
		if value != "" {
			values[key] = value
		}
	}
	switch f.Dirty {
	case Clean:
		values[KeyDirty] = "false"
	case Dirty:
		values[KeyDirty] = "true"
	}
	return values
}

// shortHash is how many digits of a commit's hash [Facts.String] shows.
const shortHash = 12

// String returns the known facts in one line for people to read:
// "https://git.example.com/acme/shop.git main@3f1c0de12345 (v1.2.0, dirty)".
// Its form may change.
func (f Facts) String() string {
	if f == (Facts{}) {
		return "unknown"
	}
	at := f.Branch
	if f.Commit != "" {
		at += "@" + f.Commit[:min(shortHash, len(f.Commit))]
	}
	var notes []string
	if f.Tag != "" {
		notes = append(notes, f.Tag)
	}
	if f.Dirty != Unknown {
		notes = append(notes, f.Dirty.String())
	}
	var words []string
	for _, word := range []string{f.Repository, at} {
		if word != "" {
			words = append(words, word)
		}
	}
	if len(notes) > 0 {
		words = append(words, "("+strings.Join(notes, ", ")+")")
	}
	return strings.Join(words, " ")
}
