package gitinfo

import (
	"bufio"
	"context"
	"encoding/hex"
	"path/filepath"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// head is what HEAD says.
type head struct{ branch, commit string }

// References are read here and not by the library, because it gives up on all
// of them when one is broken, and does not use what packed-refs says of the
// commits behind annotated tags, which saves reading each tag.

// head returns the branch and the commit that are checked out.
func (r *repository) head(ctx context.Context) head {
	if !r.references {
		return head{}
	}
	text, err := readFile(filepath.Join(r.git, "HEAD"), maxLine)
	if err != nil {
		return head{}
	}
	name, symbolic := strings.CutPrefix(line(text), "ref:")
	if !symbolic {
		return head{commit: r.own(parseHash(line(text)))}
	}
	name = strings.TrimSpace(name)
	reference := plumbing.ReferenceName(name)
	if reference.Validate() != nil || !strings.HasPrefix(name, "refs/") {
		return head{}
	}
	found := head{commit: r.own(r.resolve(ctx, name))}
	if reference.IsBranch() {
		found.branch = reference.Short()
	}
	return found
}

// own returns a hash when it is of the repository's form.
func (r *repository) own(hash string) string {
	if r.objectFormat && len(hash) != len(plumbing.ZeroHash.String()) {
		return ""
	}
	return hash
}

// maxLinks is how often a reference may point to another.
const maxLinks = 5

// resolve returns the hash that a reference points to.
func (r *repository) resolve(ctx context.Context, name string) string {
	for range maxLinks {
		text, err := readFile(filepath.Join(r.common, filepath.FromSlash(name)), maxLine)
		if err != nil {
			return r.packedRefs(ctx)[name].hash
		}
		next, symbolic := strings.CutPrefix(line(text), "ref:")
		if !symbolic {
			return parseHash(line(text))
		}
		name = strings.TrimSpace(next)
		if plumbing.ReferenceName(name).Validate() != nil || !strings.HasPrefix(name, "refs/") {
			return ""
		}
	}
	return ""
}

// packedRef is a line of packed-refs.
type packedRef struct {
	// hash is what the reference points to.
	hash string
	// commit is what the tag that it points to points to.
	commit string
	// complete says that an empty commit means that it points to no tag.
	complete bool
}

// packedRefs returns the branches and tags of the file packed-refs. A line that
// is not well formed is left out.
func (r *repository) packedRefs(ctx context.Context) map[string]packedRef {
	if r.packed != nil {
		return r.packed
	}
	r.packed = map[string]packedRef{}
	file, err := openRegular(filepath.Join(r.common, "packed-refs"))
	if err != nil {
		return r.packed
	}
	defer file.Close()
	complete, last := false, ""
	for lines := bufio.NewScanner(file); lines.Scan() && ctx.Err() == nil; {
		text := lines.Text()
		if header, ok := strings.CutPrefix(text, "# pack-refs with:"); ok {
			complete = strings.Contains(header, " peeled") || strings.Contains(header, " fully-peeled")
			continue
		}
		if commit, ok := strings.CutPrefix(text, "^"); ok {
			if ref, ok := r.packed[last]; ok {
				ref.commit = parseHash(commit)
				r.packed[last] = ref
			}
			continue
		}
		value, name, _ := strings.Cut(text, " ")
		last = ""
		if value = parseHash(value); value != "" && strings.HasPrefix(name, "refs/") {
			last = name
			r.packed[name] = packedRef{hash: value, complete: complete}
		}
	}
	return r.packed
}

// line returns the first line of a file.
func line(text []byte) string {
	first, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimSpace(first)
}

// parseHash returns text when it is the full hash of an object, of SHA-1 or SHA-256,
// and not that of none.
func parseHash(text string) string {
	text = strings.ToLower(text)
	bytes, err := hex.DecodeString(text)
	if err != nil || len(bytes) != 20 && len(bytes) != 32 || strings.Trim(text, "0") == "" {
		return ""
	}
	return text
}
