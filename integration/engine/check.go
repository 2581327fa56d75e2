package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// CheckUnchanged runs `pulumi up` and returns an error if it changes anything.
func (s *Stack) CheckUnchanged(ctx context.Context) (*Result, error) {
	r, err := s.Up(ctx)
	if err != nil {
		return r, err
	}
	return r, expectSame("second up", r)
}

// CheckNoDrift runs `pulumi refresh` and returns an error if it finds drift.
func (s *Stack) CheckNoDrift(ctx context.Context) (*Result, error) {
	r, err := s.Refresh(ctx)
	if err != nil {
		return r, err
	}
	return r, expectSame("refresh", r)
}

// CheckSettled runs `pulumi preview --refresh` and returns an error if there is drift, or if a second up would change
// anything. It is a faster replacement for [Stack.CheckUnchanged] and [Stack.CheckNoDrift].
func (s *Stack) CheckSettled(ctx context.Context) (*Result, error) {
	r, err := s.previewRefreshed(ctx)
	if err != nil {
		return r, err
	}
	return r, expectSame("preview with refresh", r)
}

// CheckDestroyed runs `pulumi destroy` and returns an error if a resource is left in
// the state.
func (s *Stack) CheckDestroyed(ctx context.Context) (*Result, error) {
	r, err := s.Destroy(ctx)
	if err != nil {
		return r, err
	}
	state, err := s.State(ctx)
	if err != nil {
		return r, err
	}
	var left []string
	for _, res := range state {
		left = append(left, string(res.URN))
	}
	if len(left) > 0 {
		return r, fmt.Errorf("destroy left %d resources in the state of stack %s:\n  %s",
			len(left), s.Name(), strings.Join(left, "\n  "))
	}
	return r, nil
}

// expectSame returns an error if an operation changed anything.
func expectSame(what string, r *Result) error {
	var changed []string
	for _, e := range r.Events {
		var m apitype.StepEventMetadata
		switch {
		case e.ResOutputsEvent != nil:
			m = e.ResOutputsEvent.Metadata
		case e.ResourcePreEvent != nil:
			m = e.ResourcePreEvent.Metadata
		default:
			continue
		}
		if m.Op == apitype.OpSame || m.Op == apitype.OpRefresh || m.Op == apitype.OpRead {
			continue
		}
		line := fmt.Sprintf("%s %s", m.Op, m.URN)
		if len(m.Diffs) > 0 {
			line += " (" + strings.Join(m.Diffs, ", ") + ")"
		}
		changed = append(changed, line)
	}
	for op, n := range r.Changes {
		if op != apitype.OpSame && op != apitype.OpRead && n > 0 && len(changed) == 0 {
			changed = append(changed, fmt.Sprintf("%s of %d resources", op, n))
		}
	}
	if len(changed) > 0 {
		return fmt.Errorf("%s: unexpected changes:\n  %s", what, strings.Join(changed, "\n  "))
	}
	return nil
}

// CheckNoSecret searches for secrets in the files of the backend, in the output of the
// stack's operations, and in the given results. It returns an error if it finds a
// canary in plain text, or if a canary is empty.
func (s *Stack) CheckNoSecret(results []*Result, canaries ...string) error {
	var found []error
	search := func(where string, data []byte) {
		for i, canary := range canaries {
			if bytes.Contains(data, []byte(canary)) {
				found = append(found, fmt.Errorf("canary %d is in plain text in %s", i+1, where))
			}
		}
	}
	for i, canary := range canaries {
		if canary == "" {
			return fmt.Errorf("canary %d is empty", i+1)
		}
	}
	err := filepath.WalkDir(s.engine.Backend(), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		search(path, data)
		return nil
	})
	if err != nil {
		return fmt.Errorf("search the backend: %w", err)
	}
	search("the output of the CLI", []byte(s.printed.String()))
	for i, r := range results {
		encoded, err := json.Marshal(r.Events)
		if err != nil {
			return fmt.Errorf("encode events: %w", err)
		}
		search(fmt.Sprintf("the events of result %d", i+1), encoded)
		for name, output := range r.Outputs {
			if !output.Secret {
				search("output "+name, fmt.Appendf(nil, "%v", output.Value))
			}
		}
	}
	return errors.Join(found...)
}
