package demo

import (
	"context"
	"fmt"
	"slices"
	"text/tabwriter"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	simulated "github.com/ashlar-iac/ashlar/integration/cloud/aws"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
	"github.com/ashlar-iac/ashlar/integration/clusters"
	"github.com/ashlar-iac/ashlar/integration/controlplane"
)

// objects returns the resources of a type in the simulated AWS, or all resources for "".
func (d *demo) objects(typ string) ([]*cloud.Object, error) {
	store, err := cloud.Open(d.cloud())
	if err != nil {
		return nil, err
	}
	all, err := store.List(typ)
	if err != nil {
		return nil, err
	}
	var out []*cloud.Object
	for _, o := range all {
		given, err := vpc.Given(store, o)
		if err != nil {
			return nil, err
		}
		if !given {
			out = append(out, o)
		}
	}
	return out, nil
}

func (d *demo) showSubnets(context.Context) error {
	found, err := d.objects("aws:ec2/subnet:Subnet")
	if err != nil {
		return err
	}
	var rows []string
	for _, o := range found {
		tags, _ := o.Outputs["tagsAll"].(map[string]any)
		rows = append(rows, fmt.Sprintf("%v\t%s\t%s\t%s", tags["Name"], o.Text("availabilityZone"),
			o.Text("cidrBlock"), o.ID))
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

// client returns a client of the cluster's API.
func (d *demo) client() (kubernetes.Interface, error) {
	k, err := controlplane.OpenKept(d.controlPlane())
	if err != nil {
		return nil, err
	}
	return k.Client(), nil
}

// controlPlane returns the folder of the control plane of the simulated cluster.
func (d *demo) controlPlane() string {
	return clusters.Dir(d.cloud(), simulated.Account+"/"+region, cluster)
}

func (d *demo) showNodes(ctx context.Context) error {
	client, err := d.client()
	if err != nil {
		return err
	}
	found, err := client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("list nodes: %w", err)
	}
	table := tabwriter.NewWriter(d.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NODE\tZONE\tTYPE\tKUBELET\tREADY")
	ready := 0
	for _, n := range found.Items {
		isReady := controlplane.NodeReady(&n)
		if isReady {
			ready++
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%t\n", n.Name, n.Labels[corev1.LabelTopologyZone],
			n.Labels[corev1.LabelInstanceTypeStable],
			n.Status.NodeInfo.KubeletVersion, isReady)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if ready != nodes {
		return fmt.Errorf("expected %d ready nodes, found %d", nodes, ready)
	}
	d.result = fmt.Sprintf("%d nodes ready", ready)
	return nil
}

func (d *demo) showPods(ctx context.Context) error {
	client, err := d.client()
	if err != nil {
		return err
	}
	pods, err := client.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{})
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
		return fmt.Errorf("expected %d ready pods of %s, found %d", replicas, application, ready)
	}
	d.result = fmt.Sprintf("%d pods ready", ready)
	return nil
}

func podReady(p *corev1.Pod) bool {
	return slices.ContainsFunc(p.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
	})
}
