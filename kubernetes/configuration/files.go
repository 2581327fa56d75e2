package configuration

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objectmeta"
)

// content is the content of files by key. A file that is not valid UTF-8 is binary.
type content struct {
	text, binary map[string]string
	problems     []problem
}

// problem is what is wrong with the file at an index of the list.
type problem struct {
	index   int
	message string
}

// readFiles reads files, and the files of directories. The key of a file is its name, as with kubectl.
func readFiles(paths []string) content {
	c := content{text: map[string]string{}, binary: map[string]string{}}
	for i, path := range paths {
		files := []string{path}
		info, err := os.Stat(path)
		if err == nil && info.IsDir() {
			files, err = filesOf(path)
		}
		if err == nil && len(files) == 0 {
			err = fmt.Errorf("no files in directory %s", path)
		}
		for _, file := range files {
			if err == nil {
				err = c.read(file)
			}
		}
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("file %s not found", path)
		}
		if err != nil {
			c.problems = append(c.problems, problem{i, err.Error()})
		}
	}
	return c
}

// filesOf returns the paths of the files of a directory, without those of its subdirectories.
func filesOf(directory string) (files []string, err error) {
	entries, err := os.ReadDir(directory)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		path := filepath.Join(directory, e.Name())
		info, err := os.Stat(path) // It follows links.
		if err != nil {
			return nil, err
		}
		if info.Mode().IsRegular() {
			files = append(files, path)
		}
	}
	return files, nil
}

// read adds a file.
func (c *content) read(path string) error {
	key := filepath.Base(path)
	if !apirules.DataKey.Allows(key) {
		return fmt.Errorf("the name of %s is an invalid key: use letters, digits, dashes, underscores and dots", path)
	}
	if slices.Contains(c.keys(), key) {
		return fmt.Errorf("duplicate key %q of %s: rename one of the files", key, path)
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Size() > apirules.MaxData {
		return fmt.Errorf("%s is longer than %d KiB: shorten or split it", path, apirules.MaxData>>10)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if utf8.Valid(data) {
		c.text[key] = string(data)
	} else {
		c.binary[key] = base64.StdEncoding.EncodeToString(data)
	}
	return nil
}

// keys returns the keys of all files.
func (c *content) keys() []string {
	return slices.Concat(slices.Sorted(maps.Keys(c.text)), slices.Sorted(maps.Keys(c.binary)))
}

// size returns the size of all files in bytes.
func (c *content) size() (bytes int) {
	for text := range maps.Values(c.text) {
		bytes += len(text)
	}
	for encoded := range maps.Values(c.binary) {
		bytes += len(encoded) / 4 * 3 // Up to two more than there are.
	}
	return bytes
}

// check reports files that cannot be read, and keys that data has as well.
func (c *content) check(report *config.Report, data pulumi.StringMapInput, fromFiles []string) {
	for _, p := range c.problems {
		report.Add([]string{"fromFiles", strconv.Itoa(p.index)}, "%s", p.message)
	}
	known, _ := data.(pulumi.StringMap)
	for _, key := range c.keys() {
		if _, both := known[key]; both {
			report.Add([]string{"data", key}, "also a file of fromFiles: remove one of the two")
		}
	}
	if data == nil && len(fromFiles) == 0 {
		report.Add([]string{"data"}, "no content: set data or fromFiles")
	}
	total := c.size()
	for _, value := range known {
		if text, ok := value.(pulumi.String); ok {
			total += len(text)
		}
	}
	if total > apirules.MaxData {
		report.Add([]string{"data"}, "longer than %d KiB in total: shorten or split the values", apirules.MaxData>>10)
	}
}

// with returns the values of data together with the texts of the files. The check gets the keys of binary files as well.
func (c *content) with(data pulumi.StringMapInput, check func(map[string]string) error) (pulumi.StringMapInput, error) {
	if len(c.problems) > 0 {
		return nil, failure.New(failure.Configuration, "read", "fromFiles", "%s", c.problems[0].message)
	}
	return apirules.Data(objectmeta.Merge(data, pulumi.ToStringMap(c.text)), func(values map[string]string) error {
		if check == nil {
			return nil
		}
		all := maps.Clone(values)
		maps.Copy(all, c.binary)
		return check(all)
	}), nil
}

// binaryData returns the binary files, or nil.
func (c *content) binaryData() pulumi.StringMapInput {
	if len(c.binary) == 0 {
		return nil // An empty map would be a difference on every run.
	}
	return pulumi.ToStringMap(c.binary)
}
