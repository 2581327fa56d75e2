package eks

import (
	"maps"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/core/config"
)

const (
	https   = 443
	kubelet = 10250
	dns     = 53
	// Pods listen to unprivileged ports, and answers go to them.
	firstUnprivileged = 1025
	lastPort          = 65535
)

// ownPorts are the ports of nodes and pods that the control plane calls in any case. Source: "View Amazon EKS security group requirements for
// clusters", Amazon EKS User Guide.
func ownPorts() []int { return []int{https, kubelet} }

// webhookPorts returns the further ones.
func (s *ClusterSettings) webhookPorts() []int {
	if s.WebhookPorts == nil {
		return webhookPorts()
	}
	return s.WebhookPorts
}

// side is a security group at one end of a rule.
type side struct {
	// name is the end's in the names of rules.
	name string
	id   pulumi.StringInput
	// open tells that the group lets everything out.
	open bool
}

// ports are a protocol and ports that a rule is about.
type ports struct {
	protocol string
	from, to int
}

func (p ports) name() string {
	out := p.protocol + "-" + strconv.Itoa(p.from)
	if p.to != p.from {
		out += "-" + strconv.Itoa(p.to)
	}
	return out
}

// betweenNodes is what nodes and pods have to say to each other: names are looked up, and pods listen to unprivileged ports.
func betweenNodes() []ports {
	return []ports{{"tcp", dns, dns}, {"udp", dns, dns}, {"tcp", firstUnprivileged, lastPort}}
}

// makeGroups makes the security groups of the control plane and of nodes, with the rules between them.
func (b *builder) makeGroups() error {
	plane := ec2.SecurityGroupArgs{Description: "Control plane of the cluster " + b.args.Name, EgressMode: ec2.EgressNone}
	if len(b.args.API.PrivateCIDRs) > 0 {
		port := https
		plane.Ingress = config.Named[ec2.Rule]{"api": {
			Description: "The API server", Protocol: "tcp", Port: &port, CIDRs: b.args.API.PrivateCIDRs,
		}}
	}
	nodes := b.args.NodeSecurityGroup
	if nodes.Description == "" {
		nodes.Description = "Nodes of the cluster " + b.args.Name
	}
	var err error
	if b.plane, err = b.makeGroup("-control-plane", plane); err != nil {
		return err
	}
	if b.nodes, err = b.makeGroup("-nodes", nodes, b.nodeTags()); err != nil {
		return err
	}
	var called []ports
	for _, port := range slices.Concat(ownPorts(), b.args.webhookPorts()) {
		called = append(called, ports{"tcp", port, port})
	}
	control, workers := side{name: "control-plane", id: b.plane.ID}, side{name: "nodes", id: b.nodes.ID}
	for _, rule := range []struct {
		from, to side
		ports    []ports
	}{{workers, control, []ports{{"tcp", https, https}}}, {control, workers, called}, {workers, workers, betweenNodes()}} {
		if err := b.admit(rule.from, rule.to, rule.ports...); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) makeGroup(suffix string, settings ec2.SecurityGroupArgs, more ...map[string]string) (*ec2.SecurityGroup, error) {
	all := map[string]string{}
	for _, more := range append([]map[string]string{b.args.Tags}, more...) {
		maps.Copy(all, more)
	}
	settings.VpcID, settings.Tags = b.place.vpc, tags.Input(all)
	group, err := ec2.NewSecurityGroup(b.ctx, b.name+suffix, &settings, b.cluster.Child())
	if err == nil {
		b.wait(group)
	}
	return group, err
}

// nodeTags are the further tags of the security group of nodes, by which Karpenter finds it.
func (b *builder) nodeTags() map[string]string {
	if b.args.Karpenter == nil {
		return nil
	}
	return map[string]string{"karpenter.sh/discovery": b.args.Name}
}

// joinFargate lets pods on Fargate, which have the security group that EKS makes, and those on nodes talk to each other.
func (b *builder) joinFargate() error {
	if len(b.args.FargateProfiles) == 0 || len(b.args.NodeGroups) == 0 && b.args.Karpenter == nil {
		return nil
	}
	pods, nodes := side{name: "fargate", id: b.clusterGroup(), open: true}, side{name: "nodes", id: b.nodes.ID}
	if err := b.admit(pods, nodes, betweenNodes()...); err != nil {
		return err
	}
	return b.admit(nodes, pods, betweenNodes()...)
}

// admit lets one side call the other one.
func (b *builder) admit(from, to side, all ...ports) error {
	for _, p := range all {
		name := b.name + "-" + from.name + "-to-" + to.name + "-" + p.name()
		description := pulumi.String("From " + from.name + " to " + to.name)
		in, err := vpc.NewSecurityGroupIngressRule(b.ctx, name, &vpc.SecurityGroupIngressRuleArgs{
			SecurityGroupId: to.id, ReferencedSecurityGroupId: from.id.ToStringOutput().ToStringPtrOutput(), Description: description,
			IpProtocol: pulumi.String(p.protocol), FromPort: pulumi.Int(p.from), ToPort: pulumi.Int(p.to), Tags: tags.Named(name, b.args.Tags),
		}, b.cluster.Child())
		if err != nil {
			return err
		}
		b.wait(in)
		if from.open {
			continue
		}
		out, err := vpc.NewSecurityGroupEgressRule(b.ctx, name, &vpc.SecurityGroupEgressRuleArgs{
			SecurityGroupId: from.id, ReferencedSecurityGroupId: to.id.ToStringOutput().ToStringPtrOutput(), Description: description,
			IpProtocol: pulumi.String(p.protocol), FromPort: pulumi.Int(p.from), ToPort: pulumi.Int(p.to), Tags: tags.Named(name, b.args.Tags),
		}, b.cluster.Child())
		if err != nil {
			return err
		}
		b.wait(out)
	}
	return nil
}
