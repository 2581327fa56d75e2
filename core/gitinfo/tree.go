package gitinfo

import (
	"context"
	"crypto"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	githash "github.com/go-git/go-git/v5/plumbing/hash"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// staged compares an index with the tree of a commit. It computes the tree that
// would be committed, which needs no object but the commit as long as the two
// are the same.
func (r *repository) staged(ctx context.Context, commit string, entries []entry) State {
	for _, e := range entries {
		if e.stage != 0 || e.intended {
			return Dirty
		}
	}
	found, err := object.GetCommit(r.objects, plumbing.NewHash(commit))
	if err != nil {
		return Unknown
	}
	return r.sameTree(ctx, found.TreeHash, entries, 0)
}

// sameTree compares entries, whose paths share their first prefix bytes, with a
// tree.
func (r *repository) sameTree(ctx context.Context, tree plumbing.Hash, entries []entry, prefix int) State {
	if ctx.Err() != nil {
		return Unknown
	}
	if treeHash(entries, prefix) == tree {
		return Clean
	}
	// The same files can have another hash: early versions of Git wrote modes
	// that are not written any more.
	found, err := object.GetTree(r.objects, tree)
	if err != nil {
		return Unknown
	}
	state := Clean
	for _, want := range found.Entries {
		if len(entries) == 0 {
			return Dirty
		}
		name, size := child(entries, prefix)
		isTree := size > 1 || len(entries[0].path) > prefix+len(name)
		same := Dirty
		switch {
		case name != want.Name || isTree != (want.Mode == filemode.Dir):
		case isTree:
			same = r.sameTree(ctx, want.Hash, entries[:size], prefix+len(name)+1)
		case entries[0].hash == want.Hash && entries[0].mode == canonical(want.Mode):
			same = Clean
		}
		if same == Dirty {
			return Dirty
		}
		if same == Unknown {
			state = Unknown
		}
		entries = entries[size:]
	}
	if len(entries) > 0 {
		return Dirty
	}
	return state
}

// canonical returns the mode that an index has for a mode in a tree.
func canonical(mode filemode.FileMode) uint32 {
	if mode == filemode.Deprecated {
		return modeFile
	}
	return uint32(mode)
}

// child returns the name of the first file or folder below prefix, and how many
// of the entries are it or in it.
func child(entries []entry, prefix int) (name string, size int) {
	name, _, folder := strings.Cut(entries[0].path[prefix:], "/")
	if !folder {
		return name, 1
	}
	inside := entries[0].path[:prefix+len(name)+1]
	for size = 1; size < len(entries) && strings.HasPrefix(entries[size].path, inside); size++ {
	}
	return name, size
}

// treeHash returns the hash of the tree that holds the entries.
func treeHash(entries []entry, prefix int) plumbing.Hash {
	var body []byte
	for len(entries) > 0 {
		name, size := child(entries, prefix)
		mode, hash := entries[0].mode, entries[0].hash
		if len(entries[0].path) > prefix+len(name) {
			mode, hash = modeTree, treeHash(entries[:size], prefix+len(name)+1)
		}
		body = strconv.AppendUint(body, uint64(mode), 8)
		body = append(body, ' ')
		body = append(body, name...)
		body = append(body, 0)
		body = append(body, hash[:]...)
		entries = entries[size:]
	}
	return sum("tree", body)
}

// sum returns the hash of an object.
func sum(kind string, body []byte) (out plumbing.Hash) {
	h := githash.New(crypto.SHA1)
	fmt.Fprintf(h, "%s %d\x00", kind, len(body))
	h.Write(body)
	h.Sum(out[:0])
	return out
}
