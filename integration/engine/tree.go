package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
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

// State returns the resources in the stack's state.
func (s *Stack) State(ctx context.Context) ([]apitype.ResourceV3, error) {
	exported, err := s.Export(ctx)
	if err != nil {
		return nil, fmt.Errorf("read state of stack %s: %w", s.Name(), err)
	}
	var deployment apitype.DeploymentV3
	if len(exported.Deployment) > 0 {
		if err := json.Unmarshal(exported.Deployment, &deployment); err != nil {
			return nil, fmt.Errorf("read state of stack %s: %w", s.Name(), err)
		}
	}
	return deployment.Resources, nil
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
