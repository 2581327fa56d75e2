package demo

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	simulated "github.com/ashlar-iac/ashlar/integration/cloud/aws"
	"github.com/ashlar-iac/ashlar/integration/clusters"
	"github.com/ashlar-iac/ashlar/integration/controlplane"
	"github.com/ashlar-iac/ashlar/integration/engine"
	"github.com/ashlar-iac/ashlar/integration/plugin"
	"github.com/ashlar-iac/ashlar/integration/process"
	"github.com/ashlar-iac/ashlar/integration/programs"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// The content of the platform program's stack file.
const (
	stackName   = "dev"
	namespace   = "shop"
	application = "web"
	replicas    = 3
	subnets     = 9
	region      = "eu-west-1"
	cluster     = "main"
	nodes       = 3
)

// progressInterval is the interval of progress lines in a long step.
const progressInterval = 15 * time.Second

// stopTimeout is the time limit for the cleanup of an interrupted demo.
const stopTimeout = time.Minute

// Options are the options of [Run].
type Options struct {
	// Output receives the output of the demo. Required.
	Output io.Writer
	// Keep keeps the cluster and the stack, and prints the commands to inspect and delete them.
	Keep bool
}

// Programs returns the tools of the demo.
func Programs() []tools.Name {
	names := slices.Concat(controlplane.Programs(), engine.Programs(), []tools.Name{tools.Kubectl})
	slices.Sort(names)
	return slices.Compact(names)
}

// Run runs the demo until the first step that fails or has an unexpected result.
// A failed demo leaves nothing running.
func Run(ctx context.Context, opts Options) (err error) {
	dir, err := os.MkdirTemp("", "ashlar-demo-")
	if err != nil {
		return fmt.Errorf("create a folder for the demo: %w", err)
	}
	d := &demo{out: opts.Output, dir: dir, keep: opts.Keep}
	steps := []step{
		{"Find or build the tools", d.findTools},
		{"Compile the program and the simulated AWS", d.compile},
		{"Deploy the network, the cluster and the application (pulumi up)", d.up},
		{"List the subnets in the simulated AWS", d.showSubnets},
		{"List the nodes of the cluster", d.showNodes},
		{"List the pods of the application", d.showPods},
		{"Deploy again without changes (pulumi up)", d.upAgain},
	}
	if !opts.Keep {
		steps = append(steps, step{"Delete everything (pulumi destroy)", d.destroy})
	}
	err = d.run(ctx, steps)
	if err != nil || !opts.Keep {
		err = d.cleanUp(ctx, err)
	}
	d.showTimes()
	if err != nil {
		return err
	}
	if opts.Keep {
		return d.showKept()
	}
	return nil
}

// End stops the control planes of a demo that was kept in dir, and removes the folder.
func End(ctx context.Context, dir string) error {
	if err := clusters.StopAll(ctx, cloudIn(dir)); err != nil {
		return err
	}
	return os.RemoveAll(dir)
}

type step struct {
	name string
	do   func(context.Context) error
}

type timing struct {
	step    string
	elapsed time.Duration
	result  string
}

type demo struct {
	out   io.Writer
	dir   string
	keep  bool
	tools tools.Set
	// aws is the simulated AWS as executables.
	aws    plugin.Cloud
	engine *engine.Engine
	stack  *engine.Stack
	// result is the result of the current step in the final table.
	result string
	// parts are the times of the parts of the current step.
	parts []timing
	times []timing
}

func (d *demo) say(format string, args ...any) { fmt.Fprintf(d.out, format+"\n", args...) }

func (d *demo) run(ctx context.Context, steps []step) error {
	begin := time.Now()
	for i, s := range steps {
		d.say("\n[%d/%d] %s (%s elapsed)", i+1, len(steps), s.name, round(time.Since(begin)))
		started := time.Now()
		d.result, d.parts = "ok", nil
		err := s.do(ctx)
		if err != nil {
			d.result = "FAILED"
		}
		d.times = append(d.times, timing{s.name, time.Since(started), d.result})
		d.times = append(d.times, d.parts...)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	d.times = append(d.times, timing{"Total", time.Since(begin), ""})
	return nil
}

// cleanUp stops the control planes and removes the folder, even if ctx has ended.
func (d *demo) cleanUp(ctx context.Context, err error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if stopErr := clusters.StopAll(ctx, d.cloud()); err == nil {
		err = stopErr
	}
	if removeErr := os.RemoveAll(d.dir); err == nil {
		err = removeErr
	}
	return err
}

func (d *demo) findTools(ctx context.Context) error {
	set, err := tools.Ensure(ctx, tools.Options{Progress: d.out}, Programs()...)
	d.tools = set
	d.result = fmt.Sprintf("%d programs", len(set))
	return err
}

// compile copies the program out of the repository, as a user would, and compiles
// it. The language host would compile it as well, but without progress, and the first
// time takes minutes.
func (d *demo) compile(ctx context.Context) error {
	if err := programs.Copy(programs.Platform, d.project()); err != nil {
		return err
	}
	if err := d.compileProgram(ctx); err != nil {
		return err
	}
	var err error
	d.aws, err = plugin.AWS(ctx)
	return err
}

func (d *demo) compileProgram(ctx context.Context) error {
	build, err := process.Start(ctx, process.Spec{
		Supervise: d.tools.Path(tools.Supervise),
		Name:      "go list -export",
		Path:      "go",
		// This compiles all packages. The language host links the program in each run.
		Args:    []string{"list", "-export", "-deps", "-f", "{{if .Error}}{{.Error}}{{end}}", "."},
		Dir:     d.project(),
		LogFile: filepath.Join(d.dir, "compile.log"),
	})
	if err != nil {
		return err
	}
	started := time.Now()
	tick := time.NewTicker(progressInterval)
	defer tick.Stop()
	for {
		select {
		case <-build.Done():
			if err := build.Err(); err != nil {
				return fmt.Errorf("%w\n%s", err, build.LogTail(20))
			}
			return ctx.Err()
		case <-tick.C:
			d.say("... still compiling, %s", round(time.Since(started)))
		}
	}
}

func (d *demo) project() string { return filepath.Join(d.dir, programs.Platform) }

// cloud returns the folder of the simulated AWS.
func (d *demo) cloud() string { return cloudIn(d.dir) }

func cloudIn(dir string) string { return filepath.Join(dir, "cloud") }

// variables returns the environment variables for the simulated AWS. Unless they are kept, its clusters end with this
// process.
func (d *demo) variables() (map[string]string, error) {
	c := &plugin.Clusters{Tools: d.tools}
	if !d.keep {
		var err error
		if c.Owner, err = process.Identify(os.Getpid()); err != nil {
			return nil, err
		}
	}
	return d.aws.Variables(d.cloud(), c), nil
}

// up deploys the program.
func (d *demo) up(ctx context.Context) error {
	variables, err := d.variables()
	if err != nil {
		return err
	}
	if d.engine, err = engine.New(filepath.Join(d.dir, "pulumi"), d.tools); err != nil {
		return err
	}
	if err := d.engine.InstallProvider("aws", simulated.Version, d.aws.Provider); err != nil {
		return err
	}
	if d.stack, err = d.engine.Project(ctx, d.project(), stackName); err != nil {
		return err
	}
	if err := d.stack.Workspace().SetEnvVars(variables); err != nil {
		return err
	}
	d.stack.Progress = d.out
	up, err := d.stack.Up(ctx)
	if err != nil {
		return err
	}
	d.parts = partTimes(up.Events)
	tree, err := d.stack.Tree(ctx)
	if err != nil {
		return err
	}
	d.say("Resources in the state:")
	if err := engine.WriteTree(d.out, tree); err != nil {
		return err
	}
	state, err := d.stack.State(ctx)
	d.result = fmt.Sprintf("%d resources", len(state))
	return err
}

func (d *demo) upAgain(ctx context.Context) error {
	if _, err := d.stack.CheckUnchanged(ctx); err != nil {
		return err
	}
	d.result = "0 changes"
	return nil
}

func (d *demo) destroy(ctx context.Context) error {
	if _, err := d.stack.CheckDestroyed(ctx); err != nil {
		return err
	}
	left, err := d.objects("")
	if err != nil {
		return err
	}
	if len(left) > 0 {
		return fmt.Errorf("expected no resources in the simulated AWS, found %d, such as %s %s",
			len(left), left[0].Type, left[0].ID)
	}
	planes, err := clusters.Dirs(d.cloud())
	if err != nil {
		return err
	}
	if len(planes) > 0 {
		return fmt.Errorf("expected no control planes, found %s", strings.Join(planes, ", "))
	}
	d.result = "0 resources left"
	return nil
}

func (d *demo) showTimes() {
	d.say("")
	table := tabwriter.NewWriter(d.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "STEP\tTIME\tRESULT")
	for _, t := range d.times {
		fmt.Fprintf(table, "%s\t%s\t%s\n", t.step, round(t.elapsed), t.result)
	}
	_ = table.Flush()
}

// showKept prints the commands to inspect and delete a kept demo.
func (d *demo) showKept() error {
	own, err := d.variables()
	if err != nil {
		return err
	}
	own["PATH"] = filepath.Dir(d.aws.CLI) + string(filepath.ListSeparator) + "$PATH"
	var vars []string
	for _, variables := range []map[string]string{d.engine.Variables(), own} {
		for name, value := range variables {
			vars = append(vars, name+"="+value)
		}
	}
	slices.Sort(vars)
	d.say("\nThe cluster and the stack are still running. To inspect and delete them:")
	d.say("  KUBECONFIG=%s %s get pods -A", filepath.Join(d.controlPlane(), "kubeconfig"), d.tools.Path(tools.Kubectl))
	d.say("  %s %s -C %s stack", strings.Join(vars, " "), d.tools.Path(tools.Pulumi), d.stack.Dir())
	d.say("  ASHLAR_CLOUD=%s %s list", d.cloud(), d.aws.Provider)
	d.say("  go run ./integration/cmd/demo -end %s", d.dir)
	return nil
}

func round(t time.Duration) time.Duration { return t.Round(100 * time.Millisecond) }
