package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// maxFileSize bounds the stack files that are read, in bytes.
const maxFileSize = 1 << 20

// maxNodes bounds what aliases may expand to, so that nested ones cannot fill
// the memory.
const maxNodes = 100_000

// stackFile is the file that a stack's configuration stands in. Its values
// come from the engine, which decrypts them; the file tells where each one was
// written, and which were encrypted.
type stackFile struct {
	path string
	root *node
}

// node is a value in a YAML file.
type node struct {
	key, value token.Position
	// text is a scalar as it is written, without quotes.
	text     string
	scalar   bool
	secure   bool
	children map[string]*node
}

// findStackFile returns the path of the stack's file: beside the Pulumi.yaml
// found from dir upwards, or in the folder that its stackConfigDir names.
func findStackFile(dir, stack string) (string, error) {
	for {
		for _, name := range []string{"Pulumi.yaml", "Pulumi.yml"} {
			project := filepath.Join(dir, name)
			data, err := os.ReadFile(project)
			if errors.Is(err, os.ErrNotExist) {
				continue
			}
			if err != nil {
				return "", fmt.Errorf("read project file: %w", err)
			}
			var settings struct {
				StackConfigDir string `yaml:"stackConfigDir"`
			}
			if err := yaml.Unmarshal(data, &settings); err != nil {
				return "", fmt.Errorf("read project file %s: %w", project, err)
			}
			return filepath.Join(dir, settings.StackConfigDir, "Pulumi."+stack+filepath.Ext(name)), nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", os.ErrNotExist
		}
		dir = parent
	}
}

// readStackFile parses the file at path. A file that does not exist is not an
// error: the result is nil, because a stack may have no configuration of its
// own.
func readStackFile(path string) (*stackFile, error) {
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read stack file: %w", err)
	}
	if info.Size() > maxFileSize {
		return nil, fmt.Errorf("read stack file %s: %d bytes are more than the %d that a configuration may have",
			path, info.Size(), maxFileSize)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read stack file: %w", err)
	}
	root, err := parseNodes(data)
	if err != nil {
		return nil, fmt.Errorf("read stack file %s: %w", path, err)
	}
	return &stackFile{path: path, root: root}, nil
}

func parseNodes(data []byte) (*node, error) {
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, err
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return &node{}, nil
	}
	ix := indexer{anchors: map[string]ast.Node{}}
	return ix.index(file.Docs[0].Body)
}

// indexer turns a YAML syntax tree into nodes. Aliases are followed to their
// anchors, so that a mistake is shown where it is written.
type indexer struct {
	anchors map[string]ast.Node
	nodes   int
}

func (ix *indexer) index(n ast.Node) (*node, error) {
	if ix.nodes++; ix.nodes > maxNodes {
		return nil, fmt.Errorf("more than %d values after aliases are expanded", maxNodes)
	}
	out := &node{children: map[string]*node{}}
	if t := n.GetToken(); t != nil {
		out.value = *t.Position
	}
	switch n := n.(type) {
	case *ast.AnchorNode:
		ix.anchors[n.Name.GetToken().Value] = n.Value
		return ix.index(n.Value)
	case *ast.AliasNode:
		target, ok := ix.anchors[n.Value.GetToken().Value]
		if !ok {
			return out, nil
		}
		return ix.index(target)
	case *ast.TagNode:
		return ix.index(n.Value)
	case *ast.MappingNode:
		for _, entry := range n.Values {
			if err := ix.entry(out, entry); err != nil {
				return nil, err
			}
		}
		// A block mapping's token is the colon of its first entry.
		if len(n.Values) > 0 && !n.IsFlowStyle {
			out.value = *n.Values[0].Key.GetToken().Position
		}
		_, encrypted := out.children["secure"]
		out.secure = encrypted && len(out.children) == 1
	case *ast.MappingValueNode:
		if err := ix.entry(out, n); err != nil {
			return nil, err
		}
		out.value = *n.Key.GetToken().Position
		_, out.secure = out.children["secure"]
	case *ast.SequenceNode:
		for i, v := range n.Values {
			child, err := ix.index(v)
			if err != nil {
				return nil, err
			}
			child.key = child.value
			out.children[strconv.Itoa(i)] = child
		}
	case ast.ScalarNode:
		out.scalar = true
		if t := n.GetToken(); t != nil {
			out.text = t.Value
		}
	}
	return out, nil
}

func (ix *indexer) entry(parent *node, entry *ast.MappingValueNode) error {
	child, err := ix.index(entry.Value)
	if err != nil {
		return err
	}
	if _, merge := entry.Key.(*ast.MergeKeyNode); merge {
		for k, v := range child.children {
			if _, own := parent.children[k]; !own {
				parent.children[k] = v
			}
		}
		return nil
	}
	key := entry.Key.GetToken()
	child.key = *key.Position
	parent.children[key.Value] = child
	return nil
}

// section returns the node of a section's value, or nil.
func (f *stackFile) section(name string) *node {
	if f == nil {
		return nil
	}
	return f.root.at("config", Namespace+":"+name)
}

// sections returns the names of all sections in the file.
func (f *stackFile) sections() []string {
	if f == nil {
		return nil
	}
	var names []string
	if config := f.root.at("config"); config != nil {
		for key := range config.children {
			if name, ok := strings.CutPrefix(key, Namespace+":"); ok {
				names = append(names, name)
			}
		}
	}
	return names
}

// name returns how findings call the file.
func (f *stackFile) name() string {
	if f == nil {
		return ""
	}
	return filepath.Base(f.path)
}

// at returns the node at a path, or nil.
func (n *node) at(path ...string) *node {
	for _, key := range path {
		if n == nil {
			return nil
		}
		n = n.children[key]
	}
	return n
}

// nearest returns the node at the longest prefix of path that exists.
func (n *node) nearest(path []string) (found *node, depth int) {
	for i, key := range path {
		child := n.at(key)
		if child == nil {
			return n, i
		}
		n = child
	}
	return n, len(path)
}

// holdsSecret reports whether the node or anything below it is encrypted.
func (n *node) holdsSecret() bool {
	if n.secure {
		return true
	}
	for _, child := range n.children {
		if child.holdsSecret() {
			return true
		}
	}
	return false
}

// sameShape reports whether a value could have been written as this node: the
// same keys, at every level. Encrypted values have no shape.
func (n *node) sameShape(value any) bool {
	if n == nil {
		return false
	}
	if n.secure {
		return true
	}
	switch v := value.(type) {
	case map[string]any:
		if len(v) != len(n.children) {
			return false
		}
		for k, child := range v {
			if !n.at(k).sameShape(child) {
				return false
			}
		}
		return true
	case []any:
		if len(v) != len(n.children) {
			return false
		}
		for i, child := range v {
			if !n.at(strconv.Itoa(i)).sameShape(child) {
				return false
			}
		}
		return true
	}
	return len(n.children) == 0
}
