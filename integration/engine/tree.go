package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Resource is a resource of a stack with its children.
type Resource struct {
	apitype.ResourceV3
	// Children are the child resources, sorted by URN.
	Children []*Resource
}

// Name returns the resource's name in the program.
func (r *Resource) Name() string { return r.URN.Name() }

// State returns the resources in the stack's state, with encrypted secrets. It reads the backend, because each run of
// the CLI takes half a second.
func (s *Stack) State(ctx context.Context) ([]apitype.ResourceV3, error) {
	fail := func(err error) ([]apitype.ResourceV3, error) {
		return nil, fmt.Errorf("read state of stack %s: %w", s.Name(), err)
	}
	project, err := s.Workspace().ProjectSettings(ctx)
	if err != nil {
		return fail(err)
	}
	data, err := os.ReadFile(s.engine.stateFile(project.Name.String(), s.Name()))
	if err != nil {
		return fail(err)
	}
	var file struct {
		Version    int
		Checkpoint apitype.CheckpointV3
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return fail(err)
	}
	switch {
	case file.Version > apitype.DeploymentSchemaVersionLatest:
		return fail(fmt.Errorf("version %d is not supported", file.Version))
	case file.Checkpoint.Latest == nil:
		return nil, nil
	}
	return file.Checkpoint.Latest.Resources, nil
}

// Tree returns the resources without a parent in the stack's state: the stack itself,
// and providers.
func (s *Stack) Tree(ctx context.Context) ([]*Resource, error) {
	state, err := s.State(ctx)
	if err != nil {
		return nil, err
	}
	byURN := map[resource.URN]*Resource{}
	for _, r := range state {
		byURN[r.URN] = &Resource{ResourceV3: r}
	}
	var roots []*Resource
	for _, r := range byURN {
		if parent, ok := byURN[r.Parent]; ok {
			parent.Children = append(parent.Children, r)
		} else {
			roots = append(roots, r)
		}
	}
	for _, r := range byURN {
		sortResources(r.Children)
	}
	sortResources(roots)
	return roots, nil
}

func sortResources(list []*Resource) {
	slices.SortFunc(list, func(a, b *Resource) int { return strings.Compare(string(a.URN), string(b.URN)) })
}

// WriteTree prints a tree of resources, one per line.
func WriteTree(w io.Writer, resources []*Resource) error {
	return writeTree(w, resources, "")
}

func writeTree(w io.Writer, resources []*Resource, indent string) error {
	for i, r := range resources {
		branch, below := "├─ ", "│  "
		if i == len(resources)-1 {
			branch, below = "└─ ", "   "
		}
		if _, err := fmt.Fprintf(w, "%s%s%s  %s\n", indent, branch, r.Name(), r.Type); err != nil {
			return err
		}
		if err := writeTree(w, r.Children, indent+below); err != nil {
			return err
		}
	}
	return nil
}

// Find returns the resource of the given type and name.
func (s *Stack) Find(ctx context.Context, token, name string) (*apitype.ResourceV3, error) {
	state, err := s.State(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range state {
		if string(r.Type) == token && r.URN.Name() == name {
			return &r, nil
		}
	}
	return nil, fmt.Errorf("stack %s has no %s %q", s.Name(), token, name)
}
