package eks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/ec2"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/eks/catalog"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
	"github.com/ashlar-iac/ashlar/integration/clusters"
)

// planes runs the control planes of clusters, as the work of the types of EKS.
type planes struct{ clusters.ControlPlanes }

// attach adds the work to the types.
func (p planes) attach(service cloud.Service) {
	for _, t := range service.Types {
		switch t.Token {
		case clusterToken:
			t.Work = p.cluster
		case nodeGroupToken:
			t.Work = p.nodes
		case AccessEntryToken, AccessPolicyToken:
			t.Work = p.access
		}
	}
}

// home is the folder of the control plane of a cluster, or of the cluster that an object belongs to.
func home(w *cloud.Work) string {
	name := w.Object.Text("clusterName")
	if w.Object.Type == clusterToken {
		name = w.Object.ID
	}
	return clusters.Dir(w.Dir, w.Object.Place, name)
}

func (p planes) cluster(ctx context.Context, w *cloud.Work) error {
	switch w.Operation {
	case "create":
		return p.start(ctx, w)
	case "update":
		if w.Old.Text("version") == w.Object.Text("version") {
			return nil
		}
		return clusters.IgnoreMissing(p.Upgrade(ctx, home(w), w.Object.Text("version")))
	default:
		return p.stop(ctx, w)
	}
}

func (p planes) start(ctx context.Context, w *cloud.Work) error {
	region := kernel.SplitPlace(w.Object.Place)[1]
	issuer := ""
	for _, identity := range cloud.Objects(w.Object.Outputs["identities"]) {
		for _, o := range cloud.Objects(identity["oidcs"]) {
			issuer = cloud.Text(o, "issuer")
		}
	}
	at, err := p.Start(ctx, home(w), clusters.Spec{
		Name: w.Object.ID, Region: region, Version: w.Object.Text("version"), Issuer: issuer,
		LoadBalancerDomain: "elb." + region + "." + kernel.Partitions()[kernel.Regions()[region].Partition].Suffix,
	})
	if err != nil {
		return err
	}
	setAPI(w.Object, at.Server, at.CA)
	return p.access(ctx, w)
}

// stop stops a control plane. The load balancers of its Services stay in the VPC, since no controller is left to delete
// them.
func (p planes) stop(ctx context.Context, w *cloud.Work) error {
	balancers, err := p.LoadBalancers(ctx, home(w))
	if err == nil && len(balancers) > 0 {
		err = w.Do(func(c *cloud.Call) error { return leaveBalancers(c, balancers) })
		if err != nil {
			return err
		}
	}
	// A control plane that does not answer has no load balancers to report, and must stop all the same.
	return p.Stop(ctx, home(w))
}

// leaveBalancers creates the network interfaces of load balancers, one for each in the first subnet of the cluster.
func leaveBalancers(c *cloud.Call, services []string) error {
	ids := cloud.Texts(c.Object.Block("vpcConfig")["subnetIds"])
	subnet, err := c.Here(kernel.SubnetToken, ids[0])
	if err != nil || subnet == nil {
		return err
	}
	for _, service := range services {
		o, err := vpc.CreateInterface(c, c.Object, subnet, vpc.InterfaceSpec{
			Kind: "network_load_balancer", Description: "ELB net/k8s-" + strings.ReplaceAll(service, "/", "-"),
		})
		if err != nil {
			return err
		}
		o.Managed = ""
		if err := c.Put(o); err != nil {
			return err
		}
	}
	return nil
}

// nodes sets the nodes of a node group.
func (p planes) nodes(ctx context.Context, w *cloud.Work) error {
	var nodes []clusters.Node
	if w.Operation != "delete" {
		err := w.Do(func(c *cloud.Call) error {
			interfaces, err := vpc.InterfacesOf(c, w.Object)
			for _, o := range interfaces {
				nodes = append(nodes, nodeOf(c, o))
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return clusters.IgnoreMissing(p.SetNodes(ctx, home(w), w.Object.Text("nodeGroupName"), nodes))
}

// nodeOf returns the node of a network interface of a node group.
func nodeOf(c *cloud.Call, o *cloud.Object) clusters.Node {
	group, region := c.Object, kernel.SplitPlace(c.Object.Place)[1]
	types := group.Texts("instanceTypes")
	m := ec2.InstanceTypes()[types[0]]
	labels := map[string]string{
		"eks.amazonaws.com/nodegroup":    group.Text("nodeGroupName"),
		"eks.amazonaws.com/capacityType": group.Text("capacityType"),
		"topology.k8s.aws/zone-id":       kernel.ZoneID(region, o.Text("availabilityZone")),
		corev1.LabelArchStable:           map[string]string{"x86_64": "amd64", "arm64": "arm64"}[m.Architecture],
	}
	for key, v := range group.Block("labels") {
		labels[key] = fmt.Sprint(v)
	}
	version := group.Text("version")
	for _, v := range catalog.Versions() {
		if v.Name == version {
			version = "v" + v.Patch + "-eks-simulated"
		}
	}
	return clusters.Node{
		Name: vpc.PrivateDNSName(c, o.Text("privateIp")), Region: region, Zone: o.Text("availabilityZone"),
		InstanceType: types[0], Version: version,
		Labels: labels, Taints: taintsOf(group), CPU: fmt.Sprint(m.VCPUs), Memory: fmt.Sprintf("%dMi", m.Memory),
		ProviderID: "aws:///" + o.Text("availabilityZone") + "/" + o.Text("instance"),
	}
}

func taintsOf(group *cloud.Object) []corev1.Taint {
	effects := map[string]corev1.TaintEffect{
		"NO_SCHEDULE": corev1.TaintEffectNoSchedule, "NO_EXECUTE": corev1.TaintEffectNoExecute,
		"PREFER_NO_SCHEDULE": corev1.TaintEffectPreferNoSchedule,
	}
	var out []corev1.Taint
	for _, t := range cloud.Objects(group.Outputs["taints"]) {
		out = append(out, corev1.Taint{Key: cloud.Text(t, "key"), Value: cloud.Text(t, "value"),
			Effect: effects[cloud.Text(t, "effect")]})
	}
	return out
}

// access binds groups to the roles of access policies: package awscli adds the principals to these groups.
func (p planes) access(ctx context.Context, w *cloud.Work) error {
	name := w.Object.Text("clusterName")
	if w.Object.Type == clusterToken {
		name = w.Object.ID
	}
	return clusters.IgnoreMissing(p.SetAccess(ctx, home(w), func() ([]clusters.Access, error) {
		var out []clusters.Access
		err := w.Do(func(c *cloud.Call) error {
			all, err := c.List(AccessPolicyToken)
			for _, o := range all {
				deleted := w.Operation == "delete" && o.Key() == w.Object.Key()
				if o.Place == w.Object.Place && o.Text("clusterName") == name && !deleted {
					out = append(out, accessOf(o)...)
				}
			}
			return err
		})
		return out, err
	}))
}

// accessOf returns the access of a policy of a principal.
func accessOf(o *cloud.Object) []clusters.Access {
	arn := o.Text("policyArn")
	role := clusterPolicies()[arn[strings.LastIndex(arn, "/")+1:]]
	if role == "" {
		return nil
	}
	namespaces := cloud.Texts(o.Block("accessScope")["namespaces"])
	if len(namespaces) == 0 {
		return []clusters.Access{{Group: PolicyGroup(arn, ""), ClusterRole: role}}
	}
	var out []clusters.Access
	for _, namespace := range slices.Sorted(slices.Values(namespaces)) {
		out = append(out, clusters.Access{Group: PolicyGroup(arn, namespace), ClusterRole: role, Namespace: namespace})
	}
	return out
}
