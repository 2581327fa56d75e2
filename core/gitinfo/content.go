package gitinfo

import (
	"bytes"
	"context"
	"crypto"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/go-git/go-git/v5/plumbing"
	githash "github.com/go-git/go-git/v5/plumbing/hash"
)

// content says whether a file's content is as its entry has it.
func (f *files) content(ctx context.Context, e *entry, info fs.FileInfo) State {
	if f.unchanged(e, info) {
		return Clean
	}
	path := filepath.Join(f.location.tree, filepath.FromSlash(e.path))
	raw, endings, err := f.hash(ctx, path, info.Size(), 0)
	switch {
	case err != nil:
		return Unknown
	case raw == e.hash:
		return Clean
	case e.mode == modeSymlink:
		return Dirty
	}
	if endings > 0 {
		plain, _, err := f.hash(ctx, path, info.Size(), endings)
		if err != nil || plain == e.hash {
			return Unknown
		}
	}
	if f.rules.convert(e.path) {
		return Unknown
	}
	return Dirty
}

// unchanged reports whether a file's size and time prove that it is as it was
// when the index was written.
func (f *files) unchanged(e *entry, info fs.FileInfo) bool {
	modified := info.ModTime()
	if uint32(info.Size()) != e.size || uint32(modified.Unix()) != e.seconds {
		return false
	}
	// Git writes size zero when it knows that the time proves nothing.
	if e.size == 0 && e.hash != sum("blob", nil) {
		return false
	}
	written := f.index.written
	if e.nanoseconds == 0 {
		// The index was written by a program that knows only seconds.
		return written.Unix() > int64(e.seconds)
	}
	// A file that changed after the index was written, but within the same tick
	// of the clock, has the same time and may have the same size.
	return uint32(modified.Nanosecond()) == e.nanoseconds && written.After(modified)
}

// link says whether a symbolic link is as its entry has it.
func (f *files) link(e *entry) State {
	target, err := os.Readlink(filepath.Join(f.location.tree, filepath.FromSlash(e.path)))
	if err != nil {
		return Unknown
	}
	if sum("blob", []byte(filepath.ToSlash(target))) != e.hash {
		return Dirty
	}
	return Clean
}

// chunk is how much of a file is read at a time.
const chunk = 1 << 16

// hash returns the hash of a file and how many of its lines end in CR LF. When
// endings, that number, is given, the hash is that of the file with LF in their
// place.
func (f *files) hash(ctx context.Context, path string, size int64, endings int64) (plumbing.Hash, int64, error) {
	// That it is a regular file was looked at a moment ago.
	file, err := os.Open(path)
	if err != nil {
		return plumbing.ZeroHash, 0, err
	}
	defer file.Close()
	if f.buffer == nil {
		f.buffer = make([]byte, chunk)
	}
	h := githash.New(crypto.SHA1)
	fmt.Fprintf(h, "blob %d\x00", size-endings)
	var read, found int64
	cr := false
	for ctx.Err() == nil {
		n, err := file.Read(f.buffer)
		data := f.buffer[:n]
		read += int64(n)
		if cr && n > 0 && data[0] == '\n' {
			found++
		} else if cr && n > 0 && endings > 0 {
			h.Write([]byte{'\r'})
		}
		found += int64(bytes.Count(data, []byte("\r\n")))
		if n > 0 {
			cr = data[n-1] == '\r'
		}
		write(h, data, endings > 0)
		if err == io.EOF {
			break
		}
		if err != nil {
			return plumbing.ZeroHash, 0, err
		}
	}
	if cr && endings > 0 {
		h.Write([]byte{'\r'})
	}
	if ctx.Err() != nil {
		return plumbing.ZeroHash, 0, ctx.Err()
	}
	if read != size || endings > 0 && found != endings {
		// It is being written.
		return plumbing.ZeroHash, 0, errBroken
	}
	var out plumbing.Hash
	h.Sum(out[:0])
	return out, found, nil
}

// write hashes data. With plain, it leaves out each CR that a LF follows, and one
// at the end, which the caller knows more about.
func write(h hash.Hash, data []byte, plain bool) {
	if plain {
		data = bytes.TrimSuffix(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")), []byte("\r"))
	}
	h.Write(data)
}
