package gitinfo

import (
	"bytes"
	"crypto"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	githash "github.com/go-git/go-git/v5/plumbing/hash"
)

// index is what is staged, in the order of paths.
type index struct {
	entries []entry
	// written is when.
	written time.Time
}

// readIndex reads the index of a working tree. A missing one is empty.
//
// The library's decoder is not used: it drops the bit that marks a file as
// unchanged (git update-index --assume-unchanged), and refuses an index without
// a checksum (index.skipHash, which feature.manyFiles sets).
func readIndex(git string) (index, error) {
	path := filepath.Join(git, "index")
	file, err := openRegular(path)
	if errors.Is(err, os.ErrNotExist) {
		return index{}, nil
	}
	if err != nil {
		return index{}, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return index{}, err
	}
	if info.Size() > maxIndex {
		return index{}, errBroken
	}
	data := make([]byte, info.Size())
	if _, err := io.ReadFull(file, data); err != nil {
		return index{}, err
	}
	entries, err := decodeIndex(data)
	return index{entries: entries, written: info.ModTime()}, err
}

const (
	headerSize   = 12
	entrySize    = 62
	checksumSize = 20
)

// decodeIndex reads an index of version 2, 3 or 4, as Git's documentation has
// it in "gitformat-index". What does not fit that form is an error.
func decodeIndex(data []byte) ([]entry, error) {
	if len(data) < headerSize+checksumSize || string(data[:4]) != "DIRC" {
		return nil, errBroken
	}
	version, count := binary.BigEndian.Uint32(data[4:]), binary.BigEndian.Uint32(data[8:])
	body, sum := data[:len(data)-checksumSize], data[len(data)-checksumSize:]
	if version < 2 || version > 4 || uint64(count)*entrySize > uint64(len(data)) || !isSum(body, sum) {
		return nil, errBroken
	}
	entries := make([]entry, 0, count)
	rest := body[headerSize:]
	for range count {
		var previous *entry
		if len(entries) > 0 {
			previous = &entries[len(entries)-1]
		}
		next, size, ok := decodeEntry(rest, version, previous)
		if !ok || previous != nil && !before(previous, &next) {
			return nil, errBroken
		}
		entries, rest = append(entries, next), rest[size:]
	}
	for len(rest) > 0 {
		// An extension whose name begins with a small letter changes what the
		// entries mean.
		if len(rest) < 8 || rest[0] < 'A' || rest[0] > 'Z' {
			return nil, errBroken
		}
		size := uint64(binary.BigEndian.Uint32(rest[4:]))
		if size > uint64(len(rest)-8) {
			return nil, errBroken
		}
		rest = rest[8+size:]
	}
	return entries, nil
}

// isSum reports whether sum is the checksum of body, or was left out.
func isSum(body, sum []byte) bool {
	if bytes.Equal(sum, make([]byte, checksumSize)) {
		return true
	}
	h := githash.New(crypto.SHA1)
	h.Write(body)
	return bytes.Equal(h.Sum(nil), sum)
}
