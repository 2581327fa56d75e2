package demo

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/plugin"
	"github.com/ashlar-iac/ashlar/magefiles/timing"
)

// command runs a program and returns an error with its output.
func command(ctx context.Context, path string, env map[string]string, args ...string) error {
	_, err := output(ctx, path, env, args...)
	return err
}

// output runs a program and returns its standard output.
func output(ctx context.Context, path string, env map[string]string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = os.Environ()
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s %s: %w: %s", filepath.Base(path), strings.Join(args, " "),
			errors.Join(context.Cause(ctx), err), strings.TrimSpace(errs.String()))
	}
	return out.Bytes(), nil
}

// inspect runs a command of a simulated cloud that shows its resources.
func (d *demo) inspect(ctx context.Context, provider string, args ...string) ([]byte, error) {
	return output(ctx, provider, d.clouds.Variables(d.cloud(), nil), args...)
}

// kubeconfig returns the path of the kubeconfig of the administrator of a cluster.
func (t target) kubeconfig() (string, error) {
	found, err := filepath.Glob(filepath.Join(t.plane, "kubeconfig"))
	if err != nil || len(found) != 1 {
		return "", fmt.Errorf("expected one cluster in %s, found %q", t.plane, found)
	}
	return found[0], nil
}

// open returns the cluster with the permissions of its administrator.
func (t target) open() (*cluster, error) {
	kubeconfig, err := t.kubeconfig()
	if err != nil {
		return nil, err
	}
	return openCluster(kubeconfig)
}

// read reads the tables that the demo shows at the end.
func (d *demo) read(ctx context.Context) (string, error) {
	var subnets []string
	if !d.Quickstart {
		var err error
		if subnets, err = d.readSubnets(ctx); err != nil {
			return "", err
		}
	}
	var nodeRows, podRows []string
	for _, t := range d.targets() {
		at, err := t.open()
		if err != nil {
			return "", err
		}
		found, err := readNodes(ctx, t.name, at)
		if err != nil {
			return "", err
		}
		running, err := readPods(ctx, t.name, at)
		if err != nil {
			return "", err
		}
		nodeRows, podRows = append(nodeRows, found...), append(podRows, running...)
	}
	count := len(d.targets())
	result := counted(len(nodeRows), "node") + ", " + counted(len(podRows), "pod")
	if len(subnets) > 0 {
		result = counted(len(subnets), "subnet") + ", " + result
	}
	return result, errors.Join(d.add("READY NODE\tCLOUD\tZONE\tTYPE", nodeRows, count*nodes),
		d.add("READY POD\tCLOUD\tPHASE\tNODE", podRows, count*replicas))
}

// readSubnets adds the table of the subnets.
func (d *demo) readSubnets(ctx context.Context) ([]string, error) {
	var rows []string
	want := 0
	for i, s := range simulations() {
		out, err := d.inspect(ctx, d.clouds[i].Provider, "get", s.subnet)
		if err != nil {
			return nil, err
		}
		want += s.subnets
		for decoder := json.NewDecoder(bytes.NewReader(out)); decoder.More(); {
			// A subnet of AWS has a zone and a tag with its name, one of Azure has a name and spans the zones.
			var subnet struct {
				Outputs struct {
					Zone   string            `json:"availabilityZone"`
					CIDR   string            `json:"cidrBlock"`
					Tags   map[string]string `json:"tagsAll"`
					Name   string            `json:"name"`
					Prefix string            `json:"addressPrefix"`
				} `json:"outputs"`
			}
			if err := decoder.Decode(&subnet); err != nil {
				return nil, fmt.Errorf("read the subnets of the simulated %s: %w", s.name, err)
			}
			o := subnet.Outputs
			rows = append(rows, strings.Join([]string{cmp.Or(o.Tags["Name"], o.Name), s.name, cmp.Or(o.Zone, "all"),
				cmp.Or(o.CIDR, o.Prefix)}, "\t"))
		}
	}
	slices.Sort(rows)
	return rows, d.add("SUBNET\tCLOUD\tZONE\tCIDR", rows, want)
}

// readNodes returns a row for each ready node of a cluster.
func readNodes(ctx context.Context, name string, c *cluster) ([]string, error) {
	found, err := list[node](ctx, c, "/api/v1/nodes")
	if err != nil {
		return nil, err
	}
	var rows []string
	for _, n := range found {
		// The taint is removed a moment after the node is ready.
		if ready(n.Status.Conditions) && len(n.Spec.Taints) == 0 {
			labels := n.Metadata.Labels
			rows = append(rows, strings.Join([]string{n.Metadata.Name, name, labels["topology.kubernetes.io/zone"],
				cmp.Or(labels["node.kubernetes.io/instance-type"], "-")}, "\t"))
		}
	}
	return rows, nil
}

// readPods returns a row for each ready pod of the applications of a cluster.
func readPods(ctx context.Context, name string, c *cluster) ([]string, error) {
	found, err := list[pod](ctx, c, "/api/v1/namespaces/"+namespace+"/pods")
	if err != nil {
		return nil, err
	}
	var rows []string
	for _, p := range found {
		if ready(p.Status.Conditions) {
			rows = append(rows, strings.Join([]string{p.Metadata.Name, name, p.Status.Phase, p.Spec.NodeName}, "\t"))
		}
	}
	return rows, nil
}

// add adds a table that has a number of rows.
func (d *demo) add(heading string, rows []string, want int) error {
	d.tables = append(d.tables, table{heading, rows})
	if len(rows) != want {
		return fmt.Errorf("expected %d rows in the table %s, found %d:\n%s", want, strings.ReplaceAll(heading, "\t", " "),
			len(rows), strings.Join(rows, "\n"))
	}
	return nil
}

// checkNothingLeft returns an error if a resource is left in the simulated clouds, or a pod in the local cluster.
func (d *demo) checkNothingLeft(ctx context.Context) error {
	if d.Quickstart {
		at, err := d.targets()[0].open()
		if err != nil {
			return err
		}
		left, err := list[pod](ctx, at, "/api/v1/namespaces/"+namespace+"/pods")
		if err == nil && len(left) > 0 {
			err = fmt.Errorf("expected no pods in namespace %s, found %s", namespace, left[0].Metadata.Name)
		}
		return err
	}
	// The clouds have one folder. A cloud counts what an account of it has from the start for none.
	for i, s := range simulations() {
		left, err := d.inspect(ctx, d.clouds[i].Provider, "list")
		if err != nil {
			return err
		}
		for line := range strings.Lines(string(left)) {
			if strings.HasPrefix(line, s.provider+":") {
				return fmt.Errorf("expected no resources in the simulated %s, found\n%s", s.name, left)
			}
		}
	}
	return nil
}

// show prints the tables and the times.
func (d *demo) show() {
	for _, t := range d.tables {
		d.page.table(t.heading, t.rows)
	}
	var rows []string
	for _, t := range d.done {
		rows = append(rows, fmt.Sprintf("%s\t%s\t%s", t.title, timing.Short(t.took), t.result))
	}
	d.page.table("STEP\tTIME\tRESULT", rows)
}

// showKept prints the commands to inspect and delete a kept demo.
func (d *demo) showKept() error {
	var kubeconfigs []string
	for _, t := range d.targets() {
		kubeconfig, err := t.kubeconfig()
		if err != nil {
			return err
		}
		kubeconfigs = append(kubeconfigs, kubeconfig)
	}
	values := d.stack.pulumi.Variables()
	values["KUBECONFIG"] = kubeconfigs[0]
	var script string
	if d.Quickstart {
		script = plugin.Exports(values, d.tools.SearchPath())
	} else {
		script = d.clouds.Shell(d.cloud(), d.tools) + plugin.Exports(values)
	}
	if err := os.WriteFile(d.kept(), []byte(script), 0o600); err != nil {
		return err
	}
	d.page.say("\nThe clusters and the stack are still running. To inspect and delete them:")
	d.page.say("  . %s", d.kept())
	d.page.say("  pulumi -C %s stack", d.project())
	if !d.Quickstart {
		d.page.say("  pulumi-resource-aws list")
		d.page.say("  pulumi-resource-azure-native list")
	}
	d.page.say("  kubectl get pods -A")
	for _, kubeconfig := range kubeconfigs[1:] {
		d.page.say("  kubectl --kubeconfig %s get pods -A", kubeconfig)
	}
	d.page.say("  go run ./integration/cmd/demo -end %s", d.dir)
	return nil
}
