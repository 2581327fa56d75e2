package gitinfo

import (
	"context"
	"time"
)

// TimeLimit is the maximum duration of [Read] and of [Status].
const TimeLimit = 2 * time.Second

// Facts describes a repository. An empty string means unknown.
type Facts struct {
	// Repository is the URL of the remote origin, otherwise of the remote that the current branch tracks, otherwise of
	// the only remote: https://git.example.com/acme/shop.git. It identifies the repository and contains no user,
	// password, query or fragment; host:path, the short form of SSH, becomes ssh://host/path. It is unknown for a
	// remote that is a local path, and for a URL in which credentials cannot be told apart with certainty.
	// url.*.insteadOf is not applied.
	Repository string
	// Branch is the branch that is checked out, without refs/heads/. It is unknown for a detached HEAD.
	Branch string
	// Commit is the full hash of the commit that is checked out.
	Commit string
	// Tag is the tag of that commit, without refs/tags/. Of several tags it is the one with the highest semantic
	// version after its last slash (core/v1.2.0 counts as v1.2.0), then the one with the fewest slashes, then the
	// last in byte order. Names with a version precede names without.
	Tag string
}

// Read returns the facts that are known about the repository that contains dir. When [TimeLimit] has passed or ctx is
// done, it returns what is known by then; a file system that does not respond may keep a goroutine waiting. It is safe
// for concurrent use.
func Read(ctx context.Context, dir string) Facts {
	ctx, cancel := context.WithTimeout(ctx, TimeLimit)
	defer cancel()
	return read(ctx, dir)
}

func read(ctx context.Context, dir string) Facts {
	// File system calls cannot be canceled, only abandoned: the buffer lets the goroutine end in any case.
	known := make(chan Facts, 2)
	go func() {
		defer close(known)
		// The last resort against a library that reads a broken repository: the other facts stay known.
		defer func() { _ = recover() }()
		repository, err := open(dir)
		if err != nil {
			return
		}
		defer repository.close()
		facts := repository.facts()
		known <- facts
		// With many tags this takes longer than everything else.
		facts.Tag = repository.tag(ctx, facts.Commit)
		known <- facts
	}()
	var facts Facts
	for {
		select {
		case next, ok := <-known:
			if !ok {
				return facts
			}
			facts = next
		case <-ctx.Done():
			return facts
		}
	}
}
