package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ashlar-iac/ashlar/integration/installation"
	"github.com/ashlar-iac/ashlar/integration/plugin"
	"github.com/ashlar-iac/ashlar/integration/process"
	"github.com/ashlar-iac/ashlar/integration/programs"
	"github.com/ashlar-iac/ashlar/magefiles/timing"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// The content of the programs' stack files.
const (
	stackName = "dev"
	namespace = "shop"
	// For each cluster.
	replicas = 3
	nodes    = 3
)

// stopTimeout is the time limit for the cleanup of an interrupted demo.
const stopTimeout = time.Minute

// Options are the options of [Run].
type Options struct {
	// Output receives the output of the demo. On a terminal, one line shows the current step. Required.
	Output io.Writer
	// Quickstart deploys an application to a local control plane, without a cloud. Default: a network, a cluster and an
	// application in the simulated AWS, and in the simulated Azure.
	Quickstart bool
	// Keep keeps the cluster and the stack, and prints the commands to inspect and delete them.
	Keep bool
	// Verbose prints the output of the engine, which is in the log otherwise.
	Verbose bool
}

// Run runs the demo until the first step that fails or has an unexpected result. A failed demo leaves nothing running,
// and its error contains the end of the log.
func Run(ctx context.Context, opts Options) (err error) {
	dir, err := os.MkdirTemp("", "ashlar-demo-")
	if err != nil {
		return fmt.Errorf("create a folder for the demo: %w", err)
	}
	log, err := os.Create(dir + ".log")
	if err != nil {
		return errors.Join(fmt.Errorf("create the log of the demo: %w", err), os.RemoveAll(dir))
	}
	defer func() { _ = log.Close() }()
	d := &demo{Options: opts, dir: dir, page: newPage(opts.Output, log, opts.Verbose), times: timing.Open()}
	title := "Networks, Kubernetes clusters and applications on a simulated AWS and a simulated Azure"
	if opts.Quickstart {
		title = "An application on a local Kubernetes control plane"
	}
	d.page.say("%s\nLog: %s\n", d.page.bold(title), log.Name())
	err = d.run(ctx)
	if err != nil || !opts.Keep {
		err = errors.Join(err, d.cleanUp(ctx))
	}
	d.show()
	switch {
	case err != nil && ctx.Err() == nil:
		return fmt.Errorf("%w\n\nThe end of %s:\n%s", err, log.Name(), process.LogTail(log.Name(), 20))
	case err == nil && opts.Keep:
		return d.showKept()
	}
	return err
}

// End ends a demo that was kept in dir: it deletes the cluster and removes the folder.
func End(ctx context.Context, dir string) error {
	d := &demo{dir: dir}
	if _, err := os.Stat(d.kept()); err != nil {
		return fmt.Errorf("end the demo in %s: it was not kept there: %w", dir, err)
	}
	return d.cleanUp(ctx)
}

// action is a step of the demo. Its result is printed.
type action struct {
	title string
	do    func(context.Context) (result string, err error)
}

type timed struct {
	title  string
	took   time.Duration
	result string
}

type demo struct {
	Options
	dir   string
	page  *page
	times timing.File
	tools tools.Set
	// clouds are the executables of [simulations].
	clouds plugin.Clouds
	// launcher starts and stops the control plane of the quickstart.
	launcher string
	stack    stack
	done     []timed
	tables   []table
}

type table struct {
	heading string
	rows    []string
}

func (d *demo) actions() []action {
	deploy := action{"Deploy everything (pulumi up)", d.up}
	again := action{"Deploy again without changes (pulumi up)", d.upAgain}
	remove := action{"Delete everything (pulumi destroy)", d.destroy}
	provide, program := action{"Find, download or build the tools", d.provide}, action{"Compile the program", d.compileProgram}
	all := []action{provide, {"Compile the simulated clouds", d.compileClouds}, program, deploy,
		{"Read the networks, the nodes and the pods", d.read}, again}
	if d.Quickstart {
		all = []action{provide, {"Compile the launcher of the cluster", d.compileLauncher},
			{"Start a Kubernetes control plane", d.startControlPlane}, program, deploy,
			{"Read the nodes and the pods", d.read}, again}
	}
	if !d.Keep {
		all = append(all, remove)
	}
	return all
}

func (d *demo) run(ctx context.Context) error {
	begin := time.Now()
	actions := d.actions()
	d.page.steps = len(actions)
	for i, a := range actions {
		key := d.program() + ": " + a.title
		d.page.start(i+1, a.title, d.times.Read()[key])
		at := len(d.done)
		result, err := a.do(ctx)
		if err != nil {
			result = "FAILED"
		}
		took := d.page.end(result)
		// The parts of a step follow it.
		parts := append([]timed{{a.title, took, result}}, d.done[at:]...)
		d.done = append(d.done[:at], parts...)
		if err != nil {
			return fmt.Errorf("%s: %w", a.title, err)
		}
		d.times.Record(timing.Times{key: took})
	}
	d.done = append(d.done, timed{"Total", time.Since(begin), ""})
	return nil
}

func (d *demo) program() string {
	if d.Quickstart {
		return programs.Quickstart
	}
	return programs.Clouds
}

func (d *demo) provide(ctx context.Context) (string, error) {
	set, err := tools.Ensure(ctx, tools.Options{Progress: d.page.lines()}, tools.Demo()...)
	d.tools = set
	return fmt.Sprintf("%d programs", len(set)), err
}

func (d *demo) compileClouds(ctx context.Context) (string, error) {
	var packages []string
	for _, s := range simulations() {
		packages = append(packages, plugin.Package(s.command))
	}
	compiled, err := d.compile(ctx, "", packages...)
	if err != nil {
		return "", err
	}
	d.page.note("linking")
	return compiled, d.build(ctx)
}

// build builds the simulated clouds.
func (d *demo) build(ctx context.Context) error {
	d.clouds = nil
	for _, s := range simulations() {
		built, err := s.build(ctx)
		if err != nil {
			return err
		}
		d.clouds = append(d.clouds, built)
	}
	return nil
}

func (d *demo) compileLauncher(ctx context.Context) (string, error) {
	compiled, err := d.compile(ctx, "", plugin.Package(plugin.ControlPlane))
	if err != nil {
		return "", err
	}
	d.page.note("linking")
	d.launcher, err = plugin.Build(ctx, plugin.ControlPlane)
	return compiled, err
}

// compileProgram copies the program out of the repository, as a user would, and compiles it. The language host would
// compile it as well, but without progress, and the first time takes minutes.
func (d *demo) compileProgram(ctx context.Context) (string, error) {
	if err := programs.Copy(d.program(), d.project()); err != nil {
		return "", err
	}
	if d.Quickstart {
		kubeconfig, err := os.ReadFile(filepath.Join(d.controlPlane(), "kubeconfig"))
		if err != nil {
			return "", err
		}
		// The stack file names this file.
		if err := os.WriteFile(filepath.Join(d.project(), "kubeconfig"), kubeconfig, 0o600); err != nil {
			return "", err
		}
	}
	return d.compile(ctx, d.project(), ".")
}

// compile compiles packages and all that they import, but links nothing.
func (d *demo) compile(ctx context.Context, dir string, packages ...string) (string, error) {
	log := filepath.Join(d.dir, "compile.log")
	if err := os.RemoveAll(log); err != nil {
		return "", err
	}
	build, err := process.Start(ctx, process.Spec{
		Supervise: d.tools.Path(tools.Supervise),
		Name:      "go list -export",
		Path:      "go",
		// -v prints the name of a package when it is compiled.
		Args: append(
			[]string{"list", "-v", "-export", "-deps", "-f", "{{if .Error}}{{.Error}}{{end}}"}, packages...,
		),
		Dir:     dir,
		LogFile: log,
	})
	if err != nil {
		return "", err
	}
	tick := time.NewTicker(liveInterval)
	defer tick.Stop()
	for {
		select {
		case <-build.Done():
			compiled, errs := printed(log)
			if err := build.Err(); err != nil {
				return "", fmt.Errorf("%w\n%s", err, strings.Join(errs, "\n"))
			}
			if len(compiled) == 0 {
				return "up to date", ctx.Err()
			}
			return counted(len(compiled), "package"), ctx.Err()
		case <-tick.C:
			if compiled, _ := printed(log); len(compiled) > 0 {
				d.page.note("%s, %s", counted(len(compiled), "package"), compiled[len(compiled)-1])
			}
		}
	}
}

// printed returns what the go command printed: the names of packages, and errors.
func printed(log string) (packages, errs []string) {
	data, err := os.ReadFile(log)
	if err != nil {
		return nil, nil
	}
	for line := range strings.Lines(string(data)) {
		switch line = strings.TrimRight(line, "\n"); {
		case line == "":
		case strings.ContainsAny(line, " \t:"):
			errs = append(errs, line)
		default:
			packages = append(packages, line)
		}
	}
	return packages, errs
}

func (d *demo) project() string { return filepath.Join(d.dir, d.program()) }

// cloud returns the folder of the simulated clouds.
func (d *demo) cloud() string { return filepath.Join(d.dir, "cloud") }

// controlPlane returns the folder of the control plane of the quickstart.
func (d *demo) controlPlane() string { return filepath.Join(d.dir, "controlplane") }

// kept returns the file that sets the environment variables of a kept demo.
func (d *demo) kept() string { return filepath.Join(d.dir, "environment.sh") }

// owner returns the process with which clusters end: this one, unless the demo is kept.
func (d *demo) owner() (process.Identity, error) {
	if d.Keep {
		return process.Identity{}, nil
	}
	return process.Identify(os.Getpid())
}

func (d *demo) startControlPlane(ctx context.Context) (string, error) {
	owner, err := d.owner()
	if err != nil {
		return "", err
	}
	args := []string{"start", "-dir", d.controlPlane(), "-tools", d.tools.SearchPath()}
	if owner != (process.Identity{}) {
		args = append(args, "-owner", owner.String())
	}
	if err := d.launch(ctx, args...); err != nil {
		return "", err
	}
	return "ready", nil
}

// launch runs the launcher of the control plane.
func (d *demo) launch(ctx context.Context, args ...string) error {
	return command(ctx, d.launcher, nil, args...)
}

// up deploys the program.
func (d *demo) up(ctx context.Context) (string, error) {
	var err error
	d.stack = stack{dir: d.project(), page: d.page}
	if d.stack.pulumi, err = installation.New(filepath.Join(d.dir, "pulumi"), d.tools); err != nil {
		return "", err
	}
	parts := []part{{"applications", "ashlar-kubernetes:application:Application"}}
	if !d.Quickstart {
		owner, err := d.owner()
		if err != nil {
			return "", err
		}
		var clouds []part
		for i, s := range simulations() {
			if err := d.stack.pulumi.InstallProvider(s.provider, s.version, d.clouds[i].Provider); err != nil {
				return "", err
			}
			clouds = append(clouds, part{s.name + " network", s.network}, part{s.name + " cluster", s.cluster})
		}
		for name, value := range d.clouds.Variables(d.cloud(), &plugin.Clusters{Tools: d.tools, Owner: owner}) {
			d.stack.env = append(d.stack.env, name+"="+value)
		}
		parts = append(clouds, parts...)
	}
	if err := d.stack.run(ctx, "stack", "init", stackName); err != nil {
		return "", err
	}
	events, err := d.stack.operate(ctx, "up", "deployed")
	if err != nil {
		return "", err
	}
	d.done = append(d.done, partTimes(parts, events)...)
	count, err := d.stack.resources(ctx)
	return fmt.Sprintf("%d resources", count), err
}

func (d *demo) upAgain(ctx context.Context) (string, error) {
	events, err := d.stack.operate(ctx, "up", "checked")
	if err != nil {
		return "", err
	}
	if changed := changes(events); len(changed) > 0 {
		return "", fmt.Errorf("expected no changes, found %s", strings.Join(changed, ", "))
	}
	return "0 changes", nil
}

func (d *demo) destroy(ctx context.Context) (string, error) {
	if _, err := d.stack.operate(ctx, "destroy", "deleted"); err != nil {
		return "", err
	}
	left, err := d.stack.resources(ctx)
	if err != nil {
		return "", err
	}
	if left > 0 {
		return "", fmt.Errorf("expected no resources in the state, found %d", left)
	}
	if err := d.checkNothingLeft(ctx); err != nil {
		return "", err
	}
	return "0 resources left", nil
}

// cleanUp stops the clusters and removes the folder, even if ctx has ended.
func (d *demo) cleanUp(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	return errors.Join(d.stopClusters(ctx), os.RemoveAll(d.dir))
}

func (d *demo) stopClusters(ctx context.Context) (err error) {
	if exists(d.cloud()) {
		if len(d.clouds) == 0 {
			if err := d.build(ctx); err != nil {
				return err
			}
		}
		// Any of them deletes all objects in the folder, and stops all control planes.
		if err := command(ctx, d.clouds[0].Provider, d.clouds.Variables(d.cloud(), &plugin.Clusters{}), "reset"); err != nil {
			return err
		}
	}
	if exists(d.controlPlane()) {
		if d.launcher == "" {
			if d.launcher, err = plugin.Build(ctx, plugin.ControlPlane); err != nil {
				return err
			}
		}
		return d.launch(ctx, "stop", "-dir", d.controlPlane())
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
