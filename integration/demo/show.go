package demo

import (
	"bytes"
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

// inspect runs a command of the simulated AWS that shows its resources.
func (d *demo) inspect(ctx context.Context, args ...string) ([]byte, error) {
	return output(ctx, d.aws.Provider, d.aws.Variables(d.cloud(), nil), args...)
}

// kubeconfig returns the kubeconfig of the administrator of the cluster.
func (d *demo) kubeconfig() (string, error) {
	if d.Quickstart {
		return filepath.Join(d.controlPlane(), "kubeconfig"), nil
	}
	found, err := filepath.Glob(filepath.Join(d.cloud(), "clusters", "*", "kubeconfig"))
	if err != nil || len(found) != 1 {
		return "", fmt.Errorf("expected one cluster in %s, found %q", d.cloud(), found)
	}
	return found[0], nil
}

// cluster returns the cluster with the permissions of its administrator.
func (d *demo) cluster() (*cluster, error) {
	kubeconfig, err := d.kubeconfig()
	if err != nil {
		return nil, err
	}
	return openCluster(kubeconfig)
}

// read reads the tables that the demo shows at the end.
func (d *demo) read(ctx context.Context) (string, error) {
	result := fmt.Sprintf("%d pods", replicas)
	if !d.Quickstart {
		if err := d.readSubnets(ctx); err != nil {
			return "", err
		}
		result = fmt.Sprintf("%d subnets, ", subnets) + result
	}
	at, err := d.cluster()
	if err != nil {
		return "", err
	}
	return result, errors.Join(d.readNodes(ctx, at), d.readPods(ctx, at))
}

func (d *demo) readSubnets(ctx context.Context) error {
	out, err := d.inspect(ctx, "get", "aws:ec2/subnet:Subnet")
	if err != nil {
		return err
	}
	var rows []string
	for decoder := json.NewDecoder(bytes.NewReader(out)); decoder.More(); {
		var subnet struct {
			ID      string `json:"id"`
			Outputs struct {
				Zone string            `json:"availabilityZone"`
				CIDR string            `json:"cidrBlock"`
				Tags map[string]string `json:"tagsAll"`
			} `json:"outputs"`
		}
		if err := decoder.Decode(&subnet); err != nil {
			return fmt.Errorf("read the subnets of the simulated AWS: %w", err)
		}
		rows = append(rows, strings.Join([]string{subnet.Outputs.Tags["Name"], subnet.Outputs.Zone, subnet.Outputs.CIDR,
			subnet.ID}, "\t"))
	}
	slices.Sort(rows)
	return d.add("SUBNET\tZONE\tCIDR\tID", rows, subnets)
}

func (d *demo) readNodes(ctx context.Context, c *cluster) error {
	found, err := list[node](ctx, c, "/api/v1/nodes")
	if err != nil {
		return err
	}
	var rows []string
	for _, n := range found {
		// The taint is removed a moment after the node is ready.
		if ready(n.Status.Conditions) && len(n.Spec.Taints) == 0 {
			typ := n.Metadata.Labels["node.kubernetes.io/instance-type"]
			if typ == "" {
				typ = "-"
			}
			rows = append(rows, strings.Join([]string{n.Metadata.Name, n.Metadata.Labels["topology.kubernetes.io/zone"], typ,
				n.Status.NodeInfo.KubeletVersion}, "\t"))
		}
	}
	return d.add("READY NODE\tZONE\tTYPE\tKUBELET", rows, nodes)
}

func (d *demo) readPods(ctx context.Context, c *cluster) error {
	found, err := list[pod](ctx, c, "/api/v1/namespaces/"+namespace+"/pods")
	if err != nil {
		return err
	}
	var rows []string
	for _, p := range found {
		if ready(p.Status.Conditions) {
			rows = append(rows, strings.Join([]string{p.Metadata.Name, p.Status.Phase, p.Spec.NodeName}, "\t"))
		}
	}
	return d.add("READY POD\tPHASE\tNODE", rows, replicas)
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

// checkNothingLeft returns an error if a resource is left in the simulated AWS, or a pod in the cluster.
func (d *demo) checkNothingLeft(ctx context.Context) error {
	if d.Quickstart {
		at, err := d.cluster()
		if err != nil {
			return err
		}
		left, err := list[pod](ctx, at, "/api/v1/namespaces/"+namespace+"/pods")
		if err == nil && len(left) > 0 {
			err = fmt.Errorf("expected no pods in namespace %s, found %s", namespace, left[0].Metadata.Name)
		}
		return err
	}
	left, err := d.inspect(ctx, "list")
	if err == nil && len(left) > 0 {
		err = fmt.Errorf("expected no resources in the simulated AWS, found\n%s", left)
	}
	return err
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
	kubeconfig, err := d.kubeconfig()
	if err != nil {
		return err
	}
	values := d.stack.pulumi.Variables()
	values["KUBECONFIG"] = kubeconfig
	var script string
	if d.Quickstart {
		script = plugin.Exports(values, d.tools.SearchPath())
	} else {
		script = d.aws.Shell(d.cloud(), d.tools) + plugin.Exports(values)
	}
	if err := os.WriteFile(d.kept(), []byte(script), 0o600); err != nil {
		return err
	}
	d.page.say("\nThe cluster and the stack are still running. To inspect and delete them:")
	d.page.say("  . %s", d.kept())
	d.page.say("  pulumi -C %s stack", d.project())
	if !d.Quickstart {
		d.page.say("  pulumi-resource-aws list")
	}
	d.page.say("  kubectl get pods -A")
	d.page.say("  go run ./integration/cmd/demo -end %s", d.dir)
	return nil
}
