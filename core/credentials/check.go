package credentials

import (
	"errors"
	"io/fs"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// check returns what is wrong with a value of the kind, or "". The text is a
// message of a Problem: it must not hold the value, nor an error that does.
func (r *Resolver) check(kind Kind, value string) string {
	switch {
	case value == "":
		return "is set but empty: give it a value, or unset it"
	case strings.TrimSpace(value) != value:
		return "has white space or a line break around its value, as from pasting: remove it"
	case strings.ContainsAny(value, "\r\n"):
		return "has a line break in its value, as from pasting: remove it"
	}
	switch kind {
	case KindFile:
		if trouble := r.checkFile(value); trouble != "" {
			return "names " + trouble
		}
	case KindFiles:
		return r.checkFiles(value)
	case KindSwitch:
		if value != "true" && value != "false" {
			return "is neither true nor false, in lower case: write one of them"
		}
	case KindURL:
		u, err := url.Parse(value)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return "is not an http or https URL with a host: correct it"
		}
	case KindURLPath:
		if !strings.HasPrefix(value, "/") {
			return "is not the path of a URL with its leading slash: correct it"
		}
	}
	return ""
}

// checkFile returns what is wrong with the file at path, as the object of a verb
// such as "names", or "".
func (r *Resolver) checkFile(path string) string {
	f, err := r.open(path)
	if err != nil {
		return fileTrouble(err)
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return fileTrouble(err)
	case info.IsDir():
		return "a directory, not a file: name the file in it"
	case info.Mode().IsRegular() && info.Size() == 0:
		return "an empty file: check what should have written it"
	}
	return ""
}

const missingFile = "a file that does not exist: correct the path, or create the file"

// fileTrouble says what is wrong without err's own text, which holds the path.
func fileTrouble(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return missingFile
	case errors.Is(err, fs.ErrPermission):
		return "a file that cannot be read by the user who runs the program: change its permissions"
	}
	return "a file that cannot be opened: correct the path"
}

// checkFiles checks every path of a list. Files that do not exist are skipped, as
// client-go does, unless none exists.
func (r *Resolver) checkFiles(list string) string {
	paths := splitList(list)
	if len(paths) == 0 {
		return "lists no file: name one, or unset it"
	}
	missing := 0
	for i, path := range paths {
		if strings.TrimSpace(path) != path {
			return "has white space around path number " + strconv.Itoa(i+1) + ": remove it"
		}
		if trouble := r.checkFile(path); trouble == missingFile {
			missing++
		} else if trouble != "" {
			if len(paths) > 1 {
				trouble += " (path number " + strconv.Itoa(i+1) + ")"
			}
			return "lists " + trouble
		}
	}
	if missing == len(paths) {
		return "lists no file that exists: correct the path, or create the file"
	}
	return ""
}

// splitList splits a list of paths as client-go does: without empty entries and
// repetitions.
func splitList(list string) []string {
	var out []string
	for _, path := range filepath.SplitList(list) {
		if path != "" && !slices.Contains(out, path) {
			out = append(out, path)
		}
	}
	return out
}
