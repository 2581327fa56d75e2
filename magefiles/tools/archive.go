package tools

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// mostUnpacked is the maximum size of an unpacked archive, in bytes.
const mostUnpacked = 4 << 30

// unpack moves the programs of an asset from its downloaded file to the folder dir. It creates no other files, and
// rejects an archive with a path outside the archive.
func (a asset) unpack(file, dir string) error {
	var err error
	switch {
	case a.members == nil:
		target := filepath.Join(dir, fileName(a.programs[0]))
		if err := os.Rename(file, target); err != nil {
			return err
		}
		return os.Chmod(target, 0o755)
	case strings.HasSuffix(a.url, ".zip"):
		err = a.unzip(file, dir)
	default:
		err = a.untar(file, dir)
	}
	if err != nil {
		return err
	}
	for member, program := range a.members {
		if !executable(filepath.Join(dir, fileName(program))) {
			return fmt.Errorf("no %s in the archive", member)
		}
	}
	return nil
}

func (a asset) untar(file, dir string) error {
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	plain, err := gzip.NewReader(in)
	if err != nil {
		return fmt.Errorf("read the archive: %w", err)
	}
	reader := tar.NewReader(&io.LimitedReader{R: plain, N: mostUnpacked})
	for {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the archive: %w", err)
		}
		if err := a.extract(header.Name, header.FileInfo().Mode(), reader, dir); err != nil {
			return err
		}
	}
}

func (a asset) unzip(file, dir string) error {
	archive, err := zip.OpenReader(file)
	if err != nil {
		return fmt.Errorf("read the archive: %w", err)
	}
	defer func() { _ = archive.Close() }()
	for _, entry := range archive.File {
		content, err := entry.Open()
		if err != nil {
			return fmt.Errorf("read the archive: %w", err)
		}
		err = a.extract(entry.Name, entry.Mode(), io.LimitReader(content, mostUnpacked), dir)
		if err := errors.Join(err, content.Close()); err != nil {
			return err
		}
	}
	return nil
}

// extract writes an entry of an archive to the folder dir if it is one of the programs.
func (a asset) extract(name string, mode fs.FileMode, content io.Reader, dir string) error {
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return fmt.Errorf("the archive has a path outside the archive: %q", name)
	}
	program, wanted := a.members[path.Clean(name)]
	if !wanted {
		return nil
	}
	if !mode.IsRegular() {
		return fmt.Errorf("%s is not a regular file in the archive", name)
	}
	out, err := os.OpenFile(filepath.Join(dir, fileName(program)), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, content)
	return errors.Join(err, out.Close())
}
