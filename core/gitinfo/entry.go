package gitinfo

import (
	"bytes"
	"encoding/binary"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// The modes of what a tree or an index holds.
const (
	modeFile       = 0o100644
	modeExecutable = 0o100755
	modeSymlink    = 0o120000
	modeSubmodule  = 0o160000
	modeTree       = 0o040000
)

// entry is what the index says of a file.
type entry struct {
	path string
	hash plumbing.Hash
	mode uint32
	size uint32
	// seconds and nanoseconds are the file's time of modification.
	seconds, nanoseconds uint32
	// stage is not zero in a merge that is not resolved.
	stage uint16
	// assumed and skipped files count as unchanged; an intended one was only
	// announced.
	assumed, skipped, intended bool
}

// maxPath is the length of the longest path that is looked at.
const maxPath = 1 << 14

// decodeEntry reads an entry and says how many bytes it takes.
func decodeEntry(data []byte, version uint32, previous *entry) (e entry, size int, ok bool) {
	if len(data) < entrySize {
		return e, 0, false
	}
	e.seconds, e.nanoseconds = binary.BigEndian.Uint32(data[8:]), binary.BigEndian.Uint32(data[12:])
	e.mode, e.size = binary.BigEndian.Uint32(data[24:]), binary.BigEndian.Uint32(data[36:])
	copy(e.hash[:], data[40:60])
	flags := binary.BigEndian.Uint16(data[60:])
	e.assumed, e.stage = flags&0x8000 != 0, flags>>12&3
	at := entrySize
	if flags&0x4000 != 0 {
		if version < 3 || len(data) < at+2 {
			return e, 0, false
		}
		more := binary.BigEndian.Uint16(data[at:])
		e.skipped, e.intended = more&0x4000 != 0, more&0x2000 != 0
		at += 2
	}
	prefix := ""
	if version == 4 {
		dropped, n := decodeOffset(data[at:])
		if previous != nil {
			prefix = previous.path
		}
		if n == 0 || dropped > len(prefix) {
			return e, 0, false
		}
		prefix, at = prefix[:len(prefix)-dropped], at+n
	}
	length := bytes.IndexByte(data[at:min(len(data), at+maxPath)], 0)
	if length < 0 {
		return e, 0, false
	}
	e.path = prefix + string(data[at:at+length])
	at += length + 1
	if version < 4 {
		// One to eight zeros fill up to a multiple of eight.
		at = (at + 7) &^ 7
	}
	return e, at, at <= len(data) && len(e.path) <= maxPath && isMode(e.mode) && isPath(e.path)
}

// decodeOffset reads a number as version 4 writes it, and says how many bytes it
// takes: none when it is not well formed.
func decodeOffset(data []byte) (value, size int) {
	for i, b := range data {
		if value = value<<7 | int(b&0x7f); value > math.MaxInt32 {
			return 0, 0
		}
		if b&0x80 == 0 {
			return value, i + 1
		}
		value++
	}
	return 0, 0
}

func isMode(mode uint32) bool {
	return slices.Contains([]uint32{modeFile, modeExecutable, modeSymlink, modeSubmodule}, mode)
}

// isPath reports whether a path is one that Git writes: nothing that leads out
// of the working tree or into the repository's own folder.
func isPath(path string) bool {
	if !filepath.IsLocal(filepath.FromSlash(path)) || strings.HasSuffix(path, "/") {
		return false
	}
	for part := range strings.SplitSeq(path, "/") {
		if part == "" || part == "." || part == ".." || strings.EqualFold(part, ".git") {
			return false
		}
	}
	return true
}

// before reports whether a stands before b in an index.
func before(a, b *entry) bool {
	if a.path == b.path {
		return a.stage < b.stage
	}
	return a.path < b.path
}
