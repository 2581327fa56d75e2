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
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// state is what is written about a control plane that is kept.
type state struct {
	Name string `json:"name"`
	Host string `json:"host"`
	// OwnsDir says that the folder was made for the control plane and goes with it.
	OwnsDir bool `json:"ownsDir"`
	// Supervise is the path of the supervise tool that the processes run under.
	Supervise string `json:"supervise"`
	// Owner is the process with whose end they end, if there is one.
	Owner process.Identity `json:"owner,omitzero"`
	// Processes are in the order in which they have to end.
	Processes []keptProcess `json:"processes"`
}

type keptProcess struct {
	Component string `json:"component"`
	process.Identity
	// Path and Args are what is run, so that it can be run again.
	Path string   `json:"path"`
	Args []string `json:"args"`
}

// write writes the state whole or not at all: others may read it at any time.
func (s state) write(l layout) error {
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	written := l.state() + ".new"
	if err := os.WriteFile(written, append(data, '\n'), 0o600); err != nil {
		return fmt.Errorf("write what runs: %w", err)
	}
	if err := os.Rename(written, l.state()); err != nil {
		return fmt.Errorf("write what runs: %w", err)
	}
	return nil
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
// until [StopKept] is called, by any program, with the folder of [ControlPlane.Dir], or until its owner ends. The folder then also holds
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
	kept := state{Name: c.opts.Name, Host: c.host, OwnsDir: c.ownsDir, Supervise: c.opts.Tools.Path(tools.Supervise), Owner: c.opts.Owner}
	for _, p := range slices.Backward(c.processes) {
		runs := c.components[p.Name()]
		kept.Processes = append(kept.Processes, keptProcess{
			Component: p.Name(), Identity: p.Identity(), Path: c.opts.Tools.Path(runs.tool), Args: runs.args,
		})
	}
	// Written first: a process that outlives this program is always one that can be found again.
	if err := kept.write(c.layout); err != nil {
		return err
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
