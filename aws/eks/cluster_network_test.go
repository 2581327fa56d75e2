package eks_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// rules returns the ingress and egress rules.
func rules(r *pulumitest.Recording) (in, out []string) {
	read := func(rule *pulumitest.Registration, word string) string {
		i := rule.Inputs.Mappable()
		other, of := i["referencedSecurityGroupId"], i["securityGroupId"]
		if other == nil {
			other = fmt.Sprint(i["cidrIpv4"], i["cidrIpv6"])
		}
		return fmt.Sprintf("%v %s %v: %v %v-%v", of, word, other, i["ipProtocol"], i["fromPort"], i["toPort"])
	}
	for _, rule := range r.OfType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule") {
		in = append(in, read(rule, "from"))
	}
	for _, rule := range r.OfType("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule") {
		out = append(out, read(rule, "to"))
	}
	slices.Sort(in)
	slices.Sort(out)
	return in, out
}

func TestSecurityGroupRules(t *testing.T) {
	t.Parallel()
	in, out := rules(pulumitest.Run(t, clusterOf(plainCluster()), clusterOptions(control{})...))
	require.Empty(t, cmp.Diff([]string{
		"main-control-plane-id from main-nodes-id: tcp 443-443",
		"main-nodes-id from main-control-plane-id: tcp 10250-10250",
		"main-nodes-id from main-control-plane-id: tcp 10251-10251",
		"main-nodes-id from main-control-plane-id: tcp 443-443",
		"main-nodes-id from main-control-plane-id: tcp 4443-4443",
		"main-nodes-id from main-control-plane-id: tcp 6443-6443",
		"main-nodes-id from main-control-plane-id: tcp 8443-8443",
		"main-nodes-id from main-control-plane-id: tcp 9443-9443",
		"main-nodes-id from main-nodes-id: tcp 1025-65535",
		"main-nodes-id from main-nodes-id: tcp 53-53",
		"main-nodes-id from main-nodes-id: udp 53-53",
	}, in), "(-want +got)")
	require.Empty(t, cmp.Diff([]string{
		"main-control-plane-id to main-nodes-id: tcp 10250-10250",
		"main-control-plane-id to main-nodes-id: tcp 10251-10251",
		"main-control-plane-id to main-nodes-id: tcp 443-443",
		"main-control-plane-id to main-nodes-id: tcp 4443-4443",
		"main-control-plane-id to main-nodes-id: tcp 6443-6443",
		"main-control-plane-id to main-nodes-id: tcp 8443-8443",
		"main-control-plane-id to main-nodes-id: tcp 9443-9443",
		"main-nodes-id to 0.0.0.0/0<nil>: tcp 443-443",
		"main-nodes-id to <nil>::/0: tcp 443-443",
		"main-nodes-id to main-control-plane-id: tcp 443-443",
		"main-nodes-id to main-nodes-id: tcp 1025-65535",
		"main-nodes-id to main-nodes-id: tcp 53-53",
		"main-nodes-id to main-nodes-id: udp 53-53",
	}, out), "(-want +got)")
}

func TestAdditionalIngressAndEgress(t *testing.T) {
	t.Parallel()
	args := filledCluster(t)
	args.API.PrivateCIDRs = []string{"10.8.0.0/16"}
	args.WebhookAccess = eks.WebhooksNone
	args.NodeSecurityGroup = fullCluster().NodeSecurityGroup
	in, out := rules(pulumitest.Run(t, clusterOf(args), clusterOptions(control{})...))
	require.Subset(t, in,
		[]string{"main-control-plane-id from 10.8.0.0/16<nil>: tcp 443-443",
			"main-nodes-id from 10.0.0.0/16<nil>: tcp 9100-9100"})
	require.Contains(t, out, "main-nodes-id to 10.0.0.0/16<nil>: tcp 5432-5432")
	require.NotContains(t, out, "main-nodes-id to 0.0.0.0/0<nil>: tcp 443-443",
		"what is written takes the place of the default")
	require.NotContains(t, in, "main-nodes-id from main-control-plane-id: tcp 9443-9443",
		"only the ports that the control plane always calls")
}

func TestEndpointsOfACluster(t *testing.T) {
	t.Parallel()
	args := plainCluster()
	args.Endpoints, args.NodeTier = true, "nodes"
	r := pulumitest.Run(t, clusterOf(args), clusterOptions(control{})...)
	var services []string
	for _, e := range r.OfType("aws:ec2/vpcEndpoint:VpcEndpoint") {
		services = append(services, e.Name)
		require.Equal(t, []any{"subnet-nodes-eu-west-1a", "subnet-nodes-eu-west-1b"}, e.Inputs["subnetIds"].Mappable())
	}
	for _, service := range []string{"ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "s3", "sts"} {
		require.Contains(t, services, "main-endpoints-"+service)
	}
}

func TestKeysOwnedByAWS(t *testing.T) {
	t.Parallel()
	args := filledCluster(t)
	args.Encryption.OwnKey, args.Logs.OwnKey = ptr(false), ptr(false)
	r := pulumitest.Run(t, clusterOf(args), clusterOptions(control{})...)
	require.Empty(t, r.OfType("aws:kms/key:Key"))
	require.NotContains(t, r.One(t, "aws:eks/cluster:Cluster").Inputs, "encryptionConfig")
	require.NotContains(t, r.One(t, "aws:cloudwatch/logGroup:LogGroup").Inputs, "kmsKeyId")
}

func TestDisabledLogs(t *testing.T) {
	t.Parallel()
	args := plainCluster()
	args.Logs = &eks.Logs{Enabled: ptr(false)}
	args.IdentityProvider = ptr(false)
	args.Role = &eks.ClusterRole{ARN: pulumi.String("arn:aws:iam::123456789012:role/control")}
	r := pulumitest.Run(t, clusterOf(args), clusterOptions(control{})...)
	require.Empty(t, r.OfType("aws:cloudwatch/logGroup:LogGroup"))
	require.Empty(t, r.OfType("aws:iam/openIdConnectProvider:OpenIdConnectProvider"))
	cluster := r.One(t, "aws:eks/cluster:Cluster")
	require.Equal(t, "arn:aws:iam::123456789012:role/control", cluster.Inputs["roleArn"].StringValue())
	require.Empty(t, cluster.Inputs["enabledClusterLogTypes"].ArrayValue())
}
