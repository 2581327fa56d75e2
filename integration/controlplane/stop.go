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

// state is the file that describes a kept control plane.
type state struct {
	Name string `json:"name"`
	Host string `json:"host"`
	// OwnsDir reports whether the folder was created for the control plane and is removed with it.
	OwnsDir bool `json:"ownsDir"`
	// Supervise is the path of the supervise tool.
	Supervise string `json:"supervise"`
	// Owner is the process with which the control plane ends, if there is one.
	Owner process.Identity `json:"owner,omitzero"`
	// Processes are in the order in which they are stopped.
	Processes []keptProcess `json:"processes"`
}

type keptProcess struct {
	Component string `json:"component"`
	process.Identity
	// Path and Args are the command, for restarts.
	Path string   `json:"path"`
	Args []string `json:"args"`
}

// write replaces the file atomically, because other programs may read it at any time.
func (s state) write(l layout) error {
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	written := l.state() + ".new"
	if err := os.WriteFile(written, append(data, '\n'), 0o600); err != nil {
		return fmt.Errorf("write the state file: %w", err)
	}
	if err := os.Rename(written, l.state()); err != nil {
		return fmt.Errorf("write the state file: %w", err)
	}
	return nil
}

// Stop stops the components in reverse order of their dependencies: kwok, scheduler, controller manager, API server,
// etcd. It returns when all of them and their descendants have ended. It removes the folder if Start created it;
// otherwise data and logs stay.
//
// Stop may be called more than once, and after [ControlPlane.Keep]. If ctx ends first, the components still end, but
// Stop does not wait for them: the error names the running processes, and the folder stays.
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
	// Each component depends only on those that were started before it.
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

// Keep keeps the control plane running after this program and the context of Start have ended: until
// [ControlPlane.Stop], until any program calls [StopKept] with the folder of [ControlPlane.Dir], or until its owner
// ends. The file controlplane.json in the folder describes the processes.
//
// If Keep fails, because a component has ended, it stops the control plane.
func (c *ControlPlane) Keep() error {
	err := c.keep()
	if err == nil {
		return nil
	}
	// Some components may already be kept.
	return fmt.Errorf("keep control plane %q: %w", c.opts.Name, errors.Join(err, c.stop(context.Background())))
}

func (c *ControlPlane) keep() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.processes) == 0 {
		return errors.New("the control plane is not running")
	}
	kept := state{
		Name: c.opts.Name, Host: c.host, OwnsDir: c.ownsDir, Supervise: c.opts.Tools.Path(tools.Supervise),
		Owner: c.opts.Owner,
	}
	for _, p := range slices.Backward(c.processes) {
		runs := c.components[p.Name()]
		kept.Processes = append(kept.Processes, keptProcess{
			Component: p.Name(), Identity: p.Identity(), Path: c.opts.Tools.Path(runs.tool), Args: runs.args,
		})
	}
	// The file is written first, so that every kept process can be found.
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

// StopKept stops the control plane that was kept in a folder, in the order of [ControlPlane.Stop], and waits until it
// has ended. It removes the files of the control plane, and the folder if it was created for it. It may be called again
// after an error. It returns an error if the folder contains no kept control plane.
func StopKept(ctx context.Context, dir string) error {
	l := layout{dir: dir}
	kept, err := readState(l)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("stop the control plane kept in %s: no kept control plane: %w", dir, err)
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

// checkNotKept returns an error if the control plane in the folder is still running.
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
			return fmt.Errorf("check the control plane kept in %s: %w", l.dir, err)
		}
		if running {
			return fmt.Errorf("folder %s contains the kept control plane %q, which is still running: stop it with "+
				"StopKept or use another folder", l.dir, kept.Name)
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
