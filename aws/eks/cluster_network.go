package eks

import (
	"slices"
	"strconv"

	awsec2 "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/metadata"
)

const (
	https   = 443
	kubelet = 10250
	dns     = 53
	// Pods listen on unprivileged ports, and responses go to them.
	firstUnprivileged = 1025
	lastPort          = 65535
)

// ownPorts are the ports of nodes and pods that the control plane always calls. Source: "View Amazon EKS security group
// requirements for clusters", Amazon EKS User Guide.
func ownPorts() []int { return []int{https, kubelet} }

// side is a security group at one end of a rule.
type side struct {
	// name is its name in the names of rules.
	name string
	id   pulumi.StringInput
	// open is true if the security group allows all egress.
	open bool
}

// ports are the protocol and ports of a rule.
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

// betweenNodes are the ports between nodes and pods: DNS, and the unprivileged ports that pods listen on.
func betweenNodes() []ports {
	return []ports{{"tcp", dns, dns}, {"udp", dns, dns}, {"tcp", firstUnprivileged, lastPort}}
}

// createSecurityGroups creates the security groups of the control plane and of nodes, and the rules between them.
func (b *builder) createSecurityGroups() error {
	plane := ec2.SecurityGroupArgs{
		Description: "Control plane of the cluster " + b.args.Name, EgressMode: ec2.EgressNone, Tags: b.args.Tags,
	}
	if api := value(b.args.API); len(api.PrivateCIDRs) > 0 {
		port := https
		plane.Ingress = config.Named[ec2.Rule]{"api": {
			Description: "The API server", Protocol: ec2.ProtocolTCP, Port: &port, CIDRs: api.PrivateCIDRs,
		}}
	}
	nodes := value(b.args.NodeSecurityGroup)
	nodes.Tags = b.tags(nodes.Tags)
	if nodes.Description == "" {
		nodes.Description = "Nodes of the cluster " + b.args.Name
	}
	var err error
	if b.plane, err = b.createSecurityGroup("-control-plane", plane); err != nil {
		return err
	}
	if b.args.Karpenter != nil {
		// Karpenter selects the security group by this tag.
		nodes.Tags = metadata.MergeTags(nodes.Tags, pulumi.StringMap{"karpenter.sh/discovery": pulumi.String(b.args.Name)})
	}
	if b.nodes, err = b.createSecurityGroup("-nodes", nodes); err != nil {
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
	}{{workers, control, []ports{{"tcp", https, https}}}, {control, workers, called}, {workers, workers,
		betweenNodes()}} {
		if err := b.allow(rule.from, rule.to, rule.ports...); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) createSecurityGroup(suffix string, args ec2.SecurityGroupArgs) (*ec2.SecurityGroup, error) {
	args.VpcID = b.place.vpc
	group, err := ec2.NewSecurityGroup(b.ctx, b.name+suffix, &args, b.cluster.Child())
	if err == nil {
		b.created(group)
	}
	return group, err
}

// securityGroups returns the security groups of the control plane.
func (b *builder) securityGroups() pulumi.StringArrayInput {
	own, others := b.plane.ID, value(b.args.API).SecurityGroupIDs
	if others == nil {
		return pulumi.StringArray{own}
	}
	return pulumi.All(own, others.ToStringArrayOutput()).ApplyT(func(all []any) []string {
		return append([]string{all[0].(string)}, all[1].([]string)...)
	}).(pulumi.StringArrayOutput)
}

// clusterSecurityGroup returns the cluster security group, which EKS creates.
func (b *builder) clusterSecurityGroup() pulumi.StringOutput {
	return b.control.VpcConfig.ClusterSecurityGroupId().Elem()
}

// connectFargate allows traffic between nodes and pods on Fargate, which have the cluster security group.
func (b *builder) connectFargate() error {
	if len(b.args.FargateProfiles) == 0 || len(b.args.NodeGroups) == 0 && b.args.Karpenter == nil {
		return nil
	}
	pods, nodes := side{name: "fargate", id: b.clusterSecurityGroup(), open: true}, side{name: "nodes", id: b.nodes.ID}
	if err := b.allow(pods, nodes, betweenNodes()...); err != nil {
		return err
	}
	return b.allow(nodes, pods, betweenNodes()...)
}

// allow allows traffic from one security group to another.
func (b *builder) allow(from, to side, all ...ports) error {
	for _, p := range all {
		name := b.name + "-" + from.name + "-to-" + to.name + "-" + p.name()
		description := pulumi.String("From " + from.name + " to " + to.name)
		in, err := vpc.NewSecurityGroupIngressRule(b.ctx, name, &vpc.SecurityGroupIngressRuleArgs{
			SecurityGroupId: to.id, ReferencedSecurityGroupId: from.id.ToStringOutput().ToStringPtrOutput(),
			Description: description,
			IpProtocol:  pulumi.String(p.protocol), FromPort: pulumi.Int(p.from), ToPort: pulumi.Int(p.to),
			Tags: tagging.Named(name, b.args.Tags),
		}, b.cluster.Child())
		if err != nil {
			return err
		}
		b.created(in)
		if from.open {
			continue
		}
		out, err := vpc.NewSecurityGroupEgressRule(b.ctx, name, &vpc.SecurityGroupEgressRuleArgs{
			SecurityGroupId: from.id, ReferencedSecurityGroupId: to.id.ToStringOutput().ToStringPtrOutput(),
			Description: description,
			IpProtocol:  pulumi.String(p.protocol), FromPort: pulumi.Int(p.from), ToPort: pulumi.Int(p.to),
			Tags: tagging.Named(name, b.args.Tags),
		}, b.cluster.Child())
		if err != nil {
			return err
		}
		b.created(out)
	}
	return nil
}

// createEndpoints creates the interface endpoints that a cluster without internet access needs, before any node.
func (b *builder) createEndpoints() error {
	if !b.args.Endpoints {
		return nil
	}
	off := false
	args := &network.EndpointsArgs{
		VpcID:   b.place.vpc,
		Bundles: []network.EndpointBundle{network.EndpointBundleEKS}, Services: []string{"s3"},
		// Gateway endpoints need the route tables, which belong to the network.
		Gateways:  &network.GatewayEndpoints{S3: &off, DynamoDB: &off},
		SubnetIDs: map[string]pulumi.StringInput{}, CIDRs: b.place.cidrs, Tags: b.args.Tags,
	}
	for _, s := range b.place.nodes {
		args.SubnetIDs[s.Zone] = s.ID
	}
	if args.CIDRs == nil {
		found := awsec2.LookupVpcOutput(b.ctx, awsec2.LookupVpcOutputArgs{
			Id: b.place.vpc.ToStringOutput().ToStringPtrOutput(),
		}, b.cluster.Invoke())
		args.CIDRs = pulumi.StringArray{found.CidrBlock()}
	}
	endpoints, err := network.NewEndpoints(b.ctx, b.name+"-endpoints", args, b.cluster.Child())
	if err == nil {
		b.created(endpoints)
	}
	return err
}
