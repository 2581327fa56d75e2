package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

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
