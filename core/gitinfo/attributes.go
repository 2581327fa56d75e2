package gitinfo

import (
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"github.com/go-git/go-git/v5/plumbing/format/config"
)

// rules says which files Git may convert on their way into the repository, by
// what files of attributes say. They are read when they are first needed.
type rules struct {
	repository *repository

	mu sync.Mutex
	// files holds what was read, by path.
	files map[string][]rule
}

// rule is a line of attributes that gives a conversion.
type rule struct {
	pattern string
}

// convert reports whether a file could be converted. It errs on the side of yes:
// a rule counts even where another takes it back.
func (r *rules) convert(name string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	tree := r.repository.location.tree
	for dir := parentOf(name); ; dir = parentOf(dir) {
		inside := strings.TrimPrefix(strings.TrimPrefix(name, dir), "/")
		if r.match(filepath.Join(tree, filepath.FromSlash(dir), ".gitattributes"), inside) {
			return true
		}
		if dir == "" {
			break
		}
	}
	for _, file := range r.outside() {
		if r.match(file, name) {
			return true
		}
	}
	return false
}

// outside returns the files of attributes that are not in the working tree.
func (r *rules) outside() []string {
	files := []string{
		filepath.Join(r.repository.common, "info", "attributes"),
		filepath.FromSlash("/etc/gitattributes"),
	}
	home, _ := os.UserHomeDir()
	settings := []string{r.repository.attributes}
	if dir, err := os.UserConfigDir(); err == nil {
		files = append(files, filepath.Join(dir, "git", "attributes"))
		settings = append(settings, attributesFile(filepath.Join(dir, "git", "config")))
	}
	if home != "" {
		files = append(files, filepath.Join(home, ".config", "git", "attributes"))
		settings = append(settings,
			attributesFile(filepath.Join(home, ".config", "git", "config")),
			attributesFile(filepath.Join(home, ".gitconfig")))
	}
	for _, file := range settings {
		if inside, ok := strings.CutPrefix(file, "~/"); ok {
			file = filepath.Join(home, filepath.FromSlash(inside))
		}
		if file != "" {
			files = append(files, file)
		}
	}
	return files
}

// attributesFile returns core.attributesFile of a file of configuration.
func attributesFile(path string) string {
	raw, err := readConfig(path)
	if err != nil {
		raw = config.New()
	}
	return raw.Section("core").Option("attributesfile")
}

// match reports whether a line of a file of attributes could convert what has
// the given path from there.
func (r *rules) match(file, inside string) bool {
	found, ok := r.files[file]
	if !ok {
		found = readRules(file)
		if r.files == nil {
			r.files = map[string][]rule{}
		}
		r.files[file] = found
	}
	for _, rule := range found {
		if rule.match(inside) {
			return true
		}
	}
	return false
}

// readRules reads the lines of a file of attributes that give a conversion.
func readRules(file string) []rule {
	data, err := readFile(file, maxConfig)
	if err != nil {
		// What cannot be read could say anything; what is not there says nothing.
		if exists(file) {
			return []rule{{pattern: "**"}}
		}
		return nil
	}
	converting := map[string]bool{"filter": true, "ident": true, "working-tree-encoding": true}
	var found []rule
	for line := range strings.Lines(string(data)) {
		words := strings.Fields(line)
		if len(words) < 2 || strings.HasPrefix(words[0], "#") {
			continue
		}
		converts := false
		for _, word := range words[1:] {
			attribute, _, _ := strings.Cut(word, "=")
			converts = converts || converting[attribute]
		}
		if !converts {
			continue
		}
		pattern := strings.ToLower(words[0])
		if strings.HasPrefix(pattern, "[attr]") {
			// A new name for attributes, which any file may use.
			pattern = "**"
		}
		found = append(found, rule{pattern: pattern})
	}
	return found
}

// match reports whether the rule could be about a path.
func (r rule) match(name string) bool {
	name = strings.ToLower(name)
	// Quotes, classes and escapes are rare and have rules of their own.
	if strings.ContainsAny(r.pattern, `"[\`) {
		return true
	}
	pattern := strings.TrimPrefix(r.pattern, "/")
	if strings.Contains(r.pattern, "/") {
		// The folders before the first wildcard are those of the path.
		fixed := pattern
		if i := strings.IndexAny(pattern, "*?"); i >= 0 {
			fixed = pattern[:i]
		}
		fixed = fixed[:strings.LastIndex(fixed, "/")+1]
		if !strings.HasPrefix(name, fixed) {
			return false
		}
	}
	last := path.Base(pattern)
	if strings.Contains(last, "**") {
		return true
	}
	matched, err := path.Match(last, path.Base(name))
	return matched || err != nil
}

// parentOf returns the folder of a path with slashes, empty for the root.
func parentOf(name string) string {
	return name[:max(0, strings.LastIndex(name, "/"))]
}
