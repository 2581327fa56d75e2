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

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	simulated "github.com/ashlar-iac/ashlar/integration/cloud/aws"
	"github.com/ashlar-iac/ashlar/integration/controlplane"
	"github.com/ashlar-iac/ashlar/integration/engine"
	"github.com/ashlar-iac/ashlar/integration/plugin"
	"github.com/ashlar-iac/ashlar/integration/process"
	"github.com/ashlar-iac/ashlar/integration/programs"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// What the platform's stack file asks for.
const (
	stackName   = "dev"
	namespace   = "shop"
	application = "web"
	replicas    = 3
	subnets     = 9
)

// progressInterval is how often long work says that it goes on.
const progressInterval = 15 * time.Second

// stopTimeout bounds the clean-up of a demo that was interrupted.
const stopTimeout = time.Minute

// Options changes how [Run] works.
type Options struct {
	// Output gets what the demo shows. Required.
	Output io.Writer
	// Keep leaves cluster and stack running, and shows how to look at them and how to end them.
	Keep bool
}

// Programs lists the tools that the demo needs.
func Programs() []tools.Name {
	names := slices.Concat(controlplane.Programs(), engine.Programs(), []tools.Name{tools.Kubectl})
	slices.Sort(names)
	return slices.Compact(names)
}

// Run runs the demo. It fails as soon as a step does, or finds that something
// is not as it should be; nothing is left running then.
func Run(ctx context.Context, opts Options) (err error) {
	dir, err := os.MkdirTemp("", "ashlar-demo-")
	if err != nil {
		return fmt.Errorf("make a folder for the demo: %w", err)
	}
	d := &demo{out: opts.Output, dir: dir}
	steps := []step{
		{"build or find the tools", d.findTools},
		{"compile the program and the simulated AWS", d.compile},
		{"start a Kubernetes control plane", d.startControlPlane},
		{"pulumi up: deploy a network and an application", d.up},
		{"ask the simulated AWS for the subnets", d.showSubnets},
		{"ask the API for the pods", d.showPods},
		{"pulumi up again: nothing to change", d.upAgain},
	}
	if !opts.Keep {
		steps = append(steps, step{"pulumi destroy: nothing left", d.destroy}, step{"stop the control plane", d.stop})
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

// End ends what a demo in the folder dir left running, and removes the folder.
func End(ctx context.Context, dir string) error {
	if err := controlplane.StopKept(ctx, filepath.Join(dir, "cluster")); err != nil {
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
	tools tools.Set
	// aws is the simulated AWS, as an executable.
	aws     string
	cluster *controlplane.ControlPlane
	engine  *engine.Engine
	stack   *engine.Stack
	// result is what the current step has to say in the closing table.
	result string
	times  []timing
}

func (d *demo) say(format string, args ...any) { fmt.Fprintf(d.out, format+"\n", args...) }

func (d *demo) run(ctx context.Context, steps []step) error {
	begin := time.Now()
	for i, s := range steps {
		d.say("\n[%d/%d] %s (%s elapsed)", i+1, len(steps), s.name, round(time.Since(begin)))
		started := time.Now()
		d.result = "ok"
		err := s.do(ctx)
		if err != nil {
			d.result = "FAILED"
		}
		d.times = append(d.times, timing{s.name, time.Since(started), d.result})
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	d.times = append(d.times, timing{"in all", time.Since(begin), ""})
	return nil
}

// cleanUp ends what runs and removes the folder, also when ctx has ended.
func (d *demo) cleanUp(ctx context.Context, err error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if d.cluster != nil {
		if stopErr := d.cluster.Stop(ctx); err == nil {
			err = stopErr
		}
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

func (d *demo) startControlPlane(ctx context.Context) error {
	cluster, err := controlplane.Start(ctx, controlplane.Options{
		Tools:    d.tools,
		Dir:      filepath.Join(d.dir, "cluster"),
		Progress: d.out,
	})
	if err != nil {
		return err
	}
	d.cluster = cluster
	d.result = "Kubernetes " + cluster.Version()
	return nil
}

// compile copies the program out of the repository, as a user would, and
// compiles it. The language host would do so as well, but says nothing
// meanwhile, and the first time takes minutes.
func (d *demo) compile(ctx context.Context) error {
	if err := programs.Copy(programs.Platform, d.project()); err != nil {
		return err
	}
	if err := d.compileProgram(ctx); err != nil {
		return err
	}
	// Most of what it consists of is compiled by now.
	built, err := plugin.Build(ctx)
	d.aws = built.AWS
	return err
}

func (d *demo) compileProgram(ctx context.Context) error {
	build, err := process.Start(ctx, process.Spec{
		Supervise: d.tools.Path(tools.Supervise),
		Name:      "go list -export",
		Path:      "go",
		// It compiles all packages but links nothing: the language host does that for each run.
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

// cloud is the folder in which what exists in the simulated AWS stands.
func (d *demo) cloud() string { return filepath.Join(d.dir, "cloud") }

// up deploys the program.
func (d *demo) up(ctx context.Context) error {
	if err := os.WriteFile(filepath.Join(d.project(), "kubeconfig"), d.cluster.Kubeconfig(), 0o600); err != nil {
		return err
	}
	var err error
	if d.engine, err = engine.New(ctx, filepath.Join(d.dir, "pulumi"), d.tools); err != nil {
		return err
	}
	if err := d.engine.InstallProvider("aws", simulated.Version, d.aws); err != nil {
		return err
	}
	if d.stack, err = d.engine.Project(ctx, d.project(), stackName); err != nil {
		return err
	}
	if err := d.stack.Workspace().SetEnvVars(plugin.Variables(d.cloud(), nil)); err != nil {
		return err
	}
	d.stack.Progress = d.out
	if _, err := d.stack.Up(ctx); err != nil {
		return err
	}
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

// objects returns what exists in the simulated AWS, of a type or, for "", of all.
func (d *demo) objects(typ string) ([]*cloud.Object, error) {
	store, err := cloud.Open(d.cloud())
	if err != nil {
		return nil, err
	}
	return store.List(typ)
}

func (d *demo) showSubnets(context.Context) error {
	found, err := d.objects("aws:ec2/subnet:Subnet")
	if err != nil {
		return err
	}
	var rows []string
	for _, o := range found {
		tags, _ := o.Outputs["tagsAll"].(map[string]any)
		rows = append(rows, fmt.Sprintf("%v\t%s\t%s\t%s", tags["Name"], o.Text("availabilityZone"), o.Text("cidrBlock"), o.ID))
	}
	slices.Sort(rows)
	table := tabwriter.NewWriter(d.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "SUBNET\tZONE\tCIDR\tID")
	for _, row := range rows {
		fmt.Fprintln(table, row)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if len(rows) != subnets {
		return fmt.Errorf("expected %d subnets, found %d", subnets, len(rows))
	}
	d.result = fmt.Sprintf("%d subnets", len(rows))
	return nil
}

func (d *demo) showPods(ctx context.Context) error {
	pods, err := d.cluster.Client().CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("list pods: %w", err)
	}
	table := tabwriter.NewWriter(d.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "POD\tREADY\tPHASE\tNODE")
	ready := 0
	for _, p := range pods.Items {
		if podReady(&p) {
			ready++
		}
		fmt.Fprintf(table, "%s\t%t\t%s\t%s\n", p.Name, podReady(&p), p.Status.Phase, p.Spec.NodeName)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if ready != replicas {
		return fmt.Errorf("expected %d pods of %s to be ready, found %d", replicas, application, ready)
	}
	d.result = fmt.Sprintf("%d pods ready", ready)
	return nil
}

func podReady(p *corev1.Pod) bool {
	return slices.ContainsFunc(p.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
	})
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
	_, err := d.cluster.Client().CoreV1().Namespaces().Get(ctx, namespace, metav1.GetOptions{})
	if !apierrors.IsNotFound(err) {
		return fmt.Errorf("expected the API to know no namespace %s, got: %w", namespace, err)
	}
	left, err := d.objects("")
	if err != nil {
		return err
	}
	if len(left) > 0 {
		return fmt.Errorf("expected nothing to be left in the simulated AWS, found %d objects, such as the %s %s", len(left), left[0].Type, left[0].ID)
	}
	d.result = "0 left"
	return nil
}

func (d *demo) stop(ctx context.Context) error { return d.cluster.Stop(ctx) }

func (d *demo) showTimes() {
	d.say("")
	table := tabwriter.NewWriter(d.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "STEP\tTIME\tRESULT")
	for _, t := range d.times {
		fmt.Fprintf(table, "%s\t%s\t%s\n", t.step, round(t.elapsed), t.result)
	}
	_ = table.Flush()
}

// showKept lets cluster and stack outlive the demo.
func (d *demo) showKept() error {
	if err := d.cluster.Keep(); err != nil {
		return err
	}
	var vars []string
	for _, variables := range []map[string]string{d.engine.Variables(), plugin.Variables(d.cloud(), nil)} {
		for name, value := range variables {
			vars = append(vars, name+"="+value)
		}
	}
	slices.Sort(vars)
	d.say("\nCluster and stack are left running. To look at them, and to end them:")
	d.say("  KUBECONFIG=%s %s get pods -A", d.cluster.KubeconfigPath(), d.tools.Path(tools.Kubectl))
	d.say("  %s %s -C %s stack", strings.Join(vars, " "), d.tools.Path(tools.Pulumi), d.stack.Dir())
	d.say("  ASHLAR_CLOUD=%s %s list", d.cloud(), d.aws)
	d.say("  go run ./integration/cmd/demo -end %s", d.dir)
	return nil
}

func round(t time.Duration) time.Duration { return t.Round(100 * time.Millisecond) }
