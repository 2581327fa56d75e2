package controlplane

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/ashlar-iac/ashlar/integration/process"
)

// state is what is written about a control plane that is kept.
type state struct {
	Name string `json:"name"`
	Host string `json:"host"`
	// OwnsDir says that the folder was made for the control plane and goes with it.
	OwnsDir bool `json:"ownsDir"`
	// Processes are in the order in which they have to end.
	Processes []keptProcess `json:"processes"`
}

type keptProcess struct {
	Component string `json:"component"`
	process.Identity
}

// Stop ends the components one after the other, the ones that use another first: kwok, scheduler, controller manager, API
// server, etcd. It returns when all of them and their descendants are gone, and removes the control plane's folder if
// Start made it; a folder that was given keeps its data and logs.
//
// It may be called more than once, and after [ControlPlane.Keep]. When ctx ends first everything still ends, but is no
// longer waited for; the error names what was still running, and the folder stays.
func (c *ControlPlane) Stop(ctx context.Context) error {
	c.mu.Lock()
	unhook := c.unhook
	c.mu.Unlock()
	if unhook != nil {
		unhook()
	}
	if err := c.stop(ctx); err != nil {
		return fmt.Errorf("stop control plane %q: %w", c.opts.Name, err)
	}
	return nil
}

func (c *ControlPlane) stop(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var problems []error
	var remaining []*process.Process
	// Backwards: each component uses only those that were started before it.
	for _, p := range slices.Backward(c.processes) {
		if err := p.Stop(ctx); err != nil {
			problems = append(problems, err)
			remaining = append(remaining, p)
		}
	}
	slices.Reverse(remaining)
	c.processes = remaining
	if err := errors.Join(problems...); err != nil {
		return err
	}
	if err := remove(c.layout.state()); err != nil {
		return err
	}
	return c.removeOwnDir()
}

// Keep lets the control plane outlive this program and the context it was started with: until [ControlPlane.Stop], or
// until [StopKept] is called, by any program, with the folder of [ControlPlane.Dir]. The folder then also holds
// controlplane.json, which says what runs.
//
// A Keep that fails, because a component has ended, stops the control plane.
func (c *ControlPlane) Keep() error {
	err := c.keep()
	if err == nil {
		return nil
	}
	// Some components may have been released already, and would be left behind.
	return fmt.Errorf("keep control plane %q: %w", c.opts.Name, errors.Join(err, c.stop(context.Background())))
}

func (c *ControlPlane) keep() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.processes) == 0 {
		return errors.New("it was stopped")
	}
	kept := state{Name: c.opts.Name, Host: c.host, OwnsDir: c.ownsDir}
	for _, p := range slices.Backward(c.processes) {
		kept.Processes = append(kept.Processes, keptProcess{Component: p.Name(), Identity: p.Identity()})
	}
	data, err := json.MarshalIndent(kept, "", "  ")
	if err != nil {
		return err
	}
	// Written first: a process that outlives this program is always one that can be found again.
	if err := os.WriteFile(c.layout.state(), append(data, '\n'), 0o600); err != nil {
		return fmt.Errorf("write what runs: %w", err)
	}
	for _, p := range c.processes {
		if err := p.Keep(); err != nil {
			return err
		}
	}
	c.unhook()
	return nil
}

// StopKept ends the control plane that was kept in the folder, in the order of [ControlPlane.Stop], waits until it is gone
// and removes what it wrote into the folder, and the folder if it was made for it. What has ended already is a success, so
// it may be called again after an error. It is an error if no control plane was kept in the folder.
func StopKept(ctx context.Context, dir string) error {
	l := layout{dir: dir}
	kept, err := readState(l)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("stop the control plane kept in %s: none was kept there: %w", dir, err)
	}
	if err != nil {
		return fmt.Errorf("stop the control plane kept in %s: %w", dir, err)
	}
	var problems []error
	for _, p := range kept.Processes {
		if err := process.Terminate(ctx, p.Identity); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", p.Component, err))
		}
	}
	if err := errors.Join(problems...); err != nil {
		return fmt.Errorf("stop the control plane kept in %s: %w", dir, err)
	}
	if kept.OwnsDir {
		err = os.RemoveAll(dir)
	} else {
		err = l.clear()
	}
	if err != nil {
		return fmt.Errorf("stop the control plane kept in %s: %w", dir, err)
	}
	return nil
}

func readState(l layout) (state, error) {
	data, err := os.ReadFile(l.state())
	if err != nil {
		return state{}, err
	}
	var kept state
	if err := json.Unmarshal(data, &kept); err != nil {
		return state{}, fmt.Errorf("read %s: %w", l.state(), err)
	}
	return kept, nil
}

// checkNotKept refuses a folder whose control plane still runs.
func checkNotKept(l layout) error {
	kept, err := readState(l)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, p := range kept.Processes {
		running, err := p.Running()
		if err != nil {
			return fmt.Errorf("look at the control plane kept in %s: %w", l.dir, err)
		}
		if running {
			return fmt.Errorf("folder %s holds control plane %q, which was kept and still runs; end it with StopKept or "+
				"give another folder", l.dir, kept.Name)
		}
	}
	return nil
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
