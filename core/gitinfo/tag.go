package gitinfo

import (
	"cmp"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

const tags = "refs/tags/"

// tagAt returns the tag that points to commit: the greatest of several.
func (r *repository) tagAt(ctx context.Context, commit string) string {
	if commit == "" || !r.references || !r.objectFormat {
		return ""
	}
	refs := map[string]packedRef{}
	for name, ref := range r.packedRefs(ctx) {
		if strings.HasPrefix(name, tags) {
			refs[name] = ref
		}
	}
	for name, ref := range r.looseTags(ctx) {
		refs[name] = ref
	}
	greatest := ""
	for name, ref := range refs {
		if ctx.Err() != nil {
			break
		}
		if plumbing.ReferenceName(name).Validate() != nil || r.peel(ref) != commit {
			continue
		}
		if name = strings.TrimPrefix(name, tags); greatest == "" || compareTags(name, greatest) > 0 {
			greatest = name
		}
	}
	if ctx.Err() != nil {
		// Not all of them were looked at.
		return ""
	}
	return greatest
}

// looseTags returns the tags that have a file each. They stand over the packed
// ones.
func (r *repository) looseTags(ctx context.Context) map[string]packedRef {
	refs := map[string]packedRef{}
	root := filepath.Join(r.common, filepath.FromSlash(tags))
	// What cannot be read is no tag; the others still are.
	_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil || !entry.Type().IsRegular() && entry.Type() != os.ModeSymlink {
			return nil
		}
		relative, err := filepath.Rel(root, path)
		if err != nil {
			return nil
		}
		name := tags + filepath.ToSlash(relative)
		if value := r.resolve(ctx, name); value != "" {
			refs[name] = packedRef{hash: value}
		}
		return nil
	})
	return refs
}

// maxTags is how often a tag may point to another.
const maxTags = 10

// peel returns the commit that a tag leads to.
func (r *repository) peel(ref packedRef) string {
	if ref.commit != "" {
		return ref.commit
	}
	if ref.complete {
		return ref.hash
	}
	at := plumbing.NewHash(ref.hash)
	for range maxTags {
		tag, err := object.GetTag(r.objects, at)
		if err != nil {
			break
		}
		at = tag.Target
	}
	return at.String()
}

// compareTags orders the names of tags, as the package's documentation says.
func compareTags(a, b string) int {
	if c := semver.Compare(version(a), version(b)); c != 0 {
		return c
	}
	return cmp.Or(
		// Fewer slashes are greater.
		cmp.Compare(strings.Count(b, "/"), strings.Count(a, "/")),
		cmp.Compare(a, b),
	)
}

// version returns the semantic version in a tag's name, or an empty string,
// which is less than any.
func version(tag string) string {
	last := tag[strings.LastIndex(tag, "/")+1:]
	if v := "v" + strings.TrimPrefix(last, "v"); semver.IsValid(v) {
		return v
	}
	return ""
}
