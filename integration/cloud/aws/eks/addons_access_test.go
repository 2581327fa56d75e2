package eks_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func TestRejectedAddons(t *testing.T) {
	t.Parallel()
	put := func(name string, more in) []awstest.Step { return awstest.One("it", addonToken, addonOf(name, more)) }
	valued := func(name, values string) []awstest.Step { return put(name, in{"configurationValues": values}) }
	then := func(first awstest.Step, rest []awstest.Step) []awstest.Step {
		return append([]awstest.Step{first}, rest...)
	}
	agent := awstest.Step{Name: "agent", Type: addonToken, Inputs: addonOf("eks-pod-identity-agent", nil)}
	nodes := awstest.Step{Name: "nodes", Type: nodesToken, Inputs: nodesOf(nil)}
	tainted := awstest.Step{Name: "nodes", Type: nodesToken,
		Inputs: nodesOf(in{"taints": []any{in{"key": "dedicated", "value": "x", "effect": "NO_SCHEDULE"}}})}
	serverless := awstest.Step{Name: "serverless", Type: fargateToken, Inputs: in{
		"clusterName": "main", "fargateProfileName": "f", "podExecutionRoleArn": awstest.RoleARN("fargate"),
		"selectors": []any{in{"namespace": "kube-*"}}, "subnetIds": []any{"$a"},
	}}
	account := func(name, role string) in {
		return in{"podIdentityAssociations": []any{in{"serviceAccount": name, "roleArn": awstest.RoleARN(role)}}}
	}
	const schema = "ConfigurationValue provided in request is not supported: Json schema validation failed with error: "
	const degraded = "unexpected state 'DEGRADED', wanted target 'ACTIVE'. last error: InsufficientNumberOfReplicas: The add-on is unhealthy"
	base := append(ground(), awstest.Step{Name: "main", Type: awstest.ClusterToken, Inputs: bare(nil)},
		awstest.Step{Name: "cni", Type: addonToken, Inputs: addonOf("vpc-cni", nil)})
	awstest.RunRefusals(t, base, map[string]awstest.Refusal{
		"no such cluster": {Steps: put("kube-proxy", in{"clusterName": "other"}),
			Want: "api error ResourceNotFoundException: No cluster found for name: other."},
		"no such add-on": {Steps: put("istio", nil),
			Want: "api error InvalidParameterException: Addon istio specified is not supported in 1.33 kubernetes version"},
		"no such version": {Steps: put("kube-proxy", in{"addonVersion": "v1.34.8-eksbuild.3"}),
			Want: "Addon version specified is not supported: kube-proxy has v1.33.8-eksbuild.4, v1.33.11-eksbuild.6 for Kubernetes 1.33"},
		"a duplicate add-on": {Steps: put("vpc-cni", nil),
			Want: "api error ResourceInUseException: Addon already exists."},
		"invalid JSON": {Steps: valued("kube-proxy", "{"),
			Want: "it is neither JSON nor YAML of an object"},
		"a value that is not an object": {Steps: valued("kube-proxy", "[1]"),
			Want: "it is neither JSON nor YAML of an object"},
		"YAML": {Steps: valued("kube-proxy", "mode: ipvs\n")},
		"an unknown key": {Steps: valued("kube-proxy", `{"replicas": 2}`), Want: schema +
			"[$.replicas: is not defined in the schema and the schema does not allow additional properties]"},
		"a boolean of the CNI": {Steps: awstest.One("~cni", "",
			addonOf("vpc-cni", in{"configurationValues": `{"enableNetworkPolicy": true}`})), Want: schema +
			"[$.enableNetworkPolicy: boolean found, string expected]"},
		"a number of the CNI": {Steps: awstest.One("~cni", "",
			addonOf("vpc-cni", in{"configurationValues": `{"env": {"WARM_IP_TARGET": 5}}`})), Want: schema +
			"[$.env.WARM_IP_TARGET: number found, string expected]"},
		"settings of the CNI": {Steps: awstest.One("~cni", "",
			addonOf("vpc-cni", in{"configurationValues": `{"enableNetworkPolicy": "true", "env": {"ENABLE_PREFIX_DELEGATION": "true"}}`}))},
		"PRESERVE on create": {Steps: put("kube-proxy", in{"resolveConflictsOnCreate": "PRESERVE"}),
			Want: "expected resolveConflictsOnCreate to be one of"},
		"no such role": {Steps: put("kube-proxy", in{"serviceAccountRoleArn": awstest.RoleARN("nobody")}),
			Want: "The serviceAccountRoleArn is invalid: there is no role"},
		"without the pod identity agent": {Steps: then(nodes,
			put("aws-ebs-csi-driver", account("ebs-csi-controller-sa", "pods"))),
			Want: "The add-on eks-pod-identity-agent is not installed in the cluster main"},
		"with the pod identity agent": {Steps: then(agent,
			then(nodes, put("aws-ebs-csi-driver", account("ebs-csi-controller-sa", "pods"))))},
		"a role that pods cannot assume": {Steps: then(agent,
			put("aws-ebs-csi-driver", account("ebs-csi-controller-sa", "node"))),
			Want: "does not allow sts:AssumeRole to the service principal pods.eks.amazonaws.com"},
		"a service account of another add-on": {Steps: then(agent,
			put("aws-ebs-csi-driver", account("default", "pods"))),
			Want: "The service account default is not supported by the addon aws-ebs-csi-driver, which has [ebs-csi-controller-sa]"},
		"CoreDNS without nodes":           {Steps: put("coredns", nil), Want: degraded},
		"CoreDNS":                         {Steps: then(nodes, put("coredns", nil))},
		"CoreDNS with tainted nodes only": {Steps: then(tainted, put("coredns", nil)), Want: degraded},
		"CoreDNS that tolerates the taint": {Steps: then(tainted,
			valued("coredns", `{"tolerations": [{"key": "dedicated", "operator": "Exists"}]}`))},
		"CoreDNS that tolerates all taints": {Steps: then(tainted,
			valued("coredns", `{"tolerations": [{"operator": "Exists"}]}`))},
		"CoreDNS on Fargate":                   {Steps: then(serverless, valued("coredns", `{"computeType": "Fargate"}`))},
		"CoreDNS without compute type Fargate": {Steps: then(serverless, put("coredns", nil)), Want: degraded},
		"the EBS CSI driver without nodes":     {Steps: put("aws-ebs-csi-driver", nil), Want: degraded},
		"a daemon set without nodes":           {Steps: put("eks-node-monitoring-agent", nil)},
	})
	awstest.RunRefusals(t, append(ground(),
		awstest.Step{Name: "main", Type: awstest.ClusterToken, Inputs: bare(in{"bootstrapSelfManagedAddons": true})}),
		map[string]awstest.Refusal{
			"a self-managed add-on": {Steps: put("vpc-cni", nil),
				Want: "ConfigurationConflict: Conflicts found when trying to apply. Will not continue due to resolve conflicts mode."},
			"a self-managed add-on, overwritten": {Steps: put("vpc-cni",
				in{"resolveConflictsOnCreate": "OVERWRITE"})},
			"nodes without add-ons":                    {Steps: awstest.One("nodes", nodesToken, nodesOf(nil))},
			"another add-on next to self-managed ones": {Steps: put("eks-pod-identity-agent", nil)},
			"the CNI of another cluster": {Steps: append(awstest.One("other", awstest.ClusterToken,
				bare(in{"name": "other"})), awstest.One("nodes", nodesToken, nodesOf(in{"clusterName": "other"}))...),
				Want: "the cluster has no CNI"},
			"a CNI with its own role": {Steps: append(withRole("poor", "ec2.amazonaws.com",
				"AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"),
				awstest.Step{Name: "cni", Type: addonToken,
					Inputs: addonOf("vpc-cni", in{"resolveConflictsOnCreate": "OVERWRITE",
						"serviceAccountRoleArn": awstest.RoleARN("node")})},
				awstest.Step{Name: "nodes", Type: nodesToken,
					Inputs: nodesOf(in{"nodeRoleArn": awstest.RoleARN("poor")})})},
			"a CNI without the pod identity agent": {Steps: append(withRole("poor", "ec2.amazonaws.com",
				"AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"),
				awstest.Step{Name: "cni", Type: addonToken,
					Inputs: addonOf("vpc-cni", in{"resolveConflictsOnCreate": "OVERWRITE"})},
				awstest.Step{Name: "link", Type: identityToken,
					Inputs: in{"clusterName": "main", "namespace": "kube-system", "serviceAccount": "aws-node",
						"roleArn": awstest.RoleARN("pods")}},
				awstest.Step{Name: "nodes", Type: nodesToken,
					Inputs: nodesOf(in{"nodeRoleArn": awstest.RoleARN("poor")})}),
				Want: "the CNI may not assign addresses"},
		})
}

func TestRejectedAccess(t *testing.T) {
	t.Parallel()
	entry := func(more in) []awstest.Step {
		return awstest.One("it", entryToken,
			awstest.Merge(in{"clusterName": "main", "principalArn": awstest.RoleARN("admin")}, more))
	}
	grant := func(more in) []awstest.Step {
		return awstest.One("it", grantToken, awstest.Merge(in{
			"clusterName": "main", "principalArn": awstest.RoleARN("admin"),
			"policyArn": awstest.ClusterPolicyARN("View"), "accessScope": in{"type": "cluster"},
		}, more))
	}
	known := entry(nil)[0]
	known.Name = "known"
	identity := func(name, role string) awstest.Step {
		return awstest.Step{Name: name, Type: identityToken,
			Inputs: in{"clusterName": "main", "namespace": "shop", "serviceAccount": "web",
				"roleArn": awstest.RoleARN(role)}}
	}
	profile := func(more in) []awstest.Step {
		return awstest.One("it", fargateToken, awstest.Merge(in{
			"clusterName": "main", "fargateProfileName": "f", "podExecutionRoleArn": awstest.RoleARN("fargate"),
			"selectors": []any{in{"namespace": "shop"}}, "subnetIds": []any{"$a"},
		}, more))
	}
	old := awstest.Step{Name: "old", Type: awstest.ClusterToken,
		Inputs: bare(in{"name": "old", "accessConfig": in{"authenticationMode": "CONFIG_MAP"}})}
	labels := in{}
	for i := range 6 {
		labels[strings.Repeat("a", i+1)] = "x"
	}
	awstest.RunRefusals(t, append(ground(),
		awstest.Step{Name: "main", Type: awstest.ClusterToken, Inputs: bare(nil)}), map[string]awstest.Refusal{
		"a duplicate entry": {Steps: append([]awstest.Step{known}, entry(nil)...),
			Want: "api error ResourceInUseException: The specified access entry resource is already in use on this cluster."},
		"the creator of the cluster": {Steps: entry(in{"principalArn": "arn:aws:iam::123456789012:user/simulated"}),
			Want: "is already in use on this cluster"},
		"a session": {Steps: entry(in{"principalArn": "arn:aws:sts::123456789012:assumed-role/admin/me"}),
			Want: "The specified principalArn is invalid: invalid principal"},
		"an account": {Steps: entry(in{"principalArn": "arn:aws:iam::123456789012:root"}),
			Want: "The specified principalArn is invalid: invalid principal"},
		"a role of another account": {Steps: entry(in{"principalArn": "arn:aws:iam::999999999999:role/admin"})},
		"a service-linked role": {Steps: entry(in{"principalArn": "arn:aws:iam::999999999999:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot"}),
			Want: "with a principalArn value of a Service Linked Role"},
		"a principal that does not exist": {Steps: entry(in{"principalArn": awstest.RoleARN("nobody")}),
			Want: "api error InvalidParameterException: The specified principalArn is invalid: invalid principal: arn:aws:iam::123456789012:role/nobody"},
		"entries with CONFIG_MAP": {Steps: append([]awstest.Step{old}, entry(in{"clusterName": "old"})...),
			Want: "api error InvalidRequestException: The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation."},
		"a reserved group": {Steps: entry(in{"kubernetesGroups": []any{"system:masters"}}),
			Want: "The kubernetes group name system:masters is invalid, it cannot start with system:"},
		"groups of a node entry": {Steps: entry(in{"type": "EC2_LINUX", "kubernetesGroups": []any{"a"}}),
			Want: "of an access entry of type EC2_LINUX cannot be set"},
		"a reserved user name": {Steps: entry(in{"userName": "system:admin"}),
			Want: "The username system:admin is invalid"},
		"an unknown type": {Steps: entry(in{"type": "LAMBDA"}), Want: "expected type to be one of"},
		"a policy without an entry": {Steps: grant(nil),
			Want: "api error ResourceNotFoundException: The specified principalArn could not be found."},
		"no such policy": {Steps: append([]awstest.Step{known},
			grant(in{"policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"})...),
			Want: "The specified policyArn is invalid: arn:aws:iam::aws:policy/AdministratorAccess"},
		"a namespace scope without namespaces": {Steps: append([]awstest.Step{known},
			grant(in{"accessScope": in{"type": "namespace"}})...), Want: "The accessScope is invalid"},
		"namespaces of a cluster scope": {Steps: append([]awstest.Step{known},
			grant(in{"accessScope": in{"type": "cluster", "namespaces": []any{"shop"}}})...),
			Want: "The accessScope is invalid"},
		"a policy of a node entry": {Steps: append(entry(in{"type": "EC2_LINUX"}), grant(nil)...),
			Want: "You cannot associate a policy with an access entry of type EC2_LINUX"},
		"a policy": {Steps: append([]awstest.Step{known},
			grant(in{"accessScope": in{"type": "namespace", "namespaces": []any{"shop"}}})...)},

		"a second role for a service account": {Steps: []awstest.Step{identity("one", "pods"), identity("two", "pods")},
			Want: "api error ResourceInUseException: Association already exists: $one"},
		"a role that pods cannot assume": {Steps: []awstest.Step{identity("one", "admin")},
			Want: "The trust policy of the role arn:aws:iam::123456789012:role/admin does not allow sts:AssumeRole"},
		"a role without sts:TagSession": {Steps: append([]awstest.Step{{Name: "half", Type: roleToken,
			Inputs: in{"name": "half", "assumeRolePolicy": awstest.TrustPolicy("pods.eks.amazonaws.com")}}},
			identity("one", "half")),
			Want: "does not allow sts:TagSession"},

		"a role that Fargate cannot assume": {Steps: profile(in{"podExecutionRoleArn": awstest.RoleARN("node")}),
			Want: "api error InvalidParameterException: Misconfigured PodExecutionRole Trust Policy"},
		"a profile in a public subnet": {Steps: profile(in{"subnetIds": []any{"$open"}}),
			Want: "Subnet $open provided in Fargate Profile is not a private subnet"},
		"a profile without selectors": {Steps: profile(in{"selectors": []any{}}),
			Want: "Fargate profile must have at least one selector."},
		"too many selectors": {Steps: profile(in{"selectors": many(6,
			func(i int) any { return in{"namespace": strings.Repeat("a", i+1)} })}),
			Want: "no more than 5 are allowed, got 6"},
		"too many labels of a selector": {Steps: profile(in{"selectors": []any{in{"namespace": "shop",
			"labels": labels}}}),
			Want: "Fargate profile selector must not have more than 5 labels."},
		"a duplicate profile": {Steps: append(profile(nil),
			awstest.Step{Name: "two", Type: fargateToken, Inputs: profile(nil)[0].Inputs}),
			Want: "api error ResourceInUseException: A Fargate Profile already exists with this name in this cluster."},
	})
}

// EKS creates log groups and security groups itself, and does not always delete them with the cluster.
func TestResourcesLeftByADeletedCluster(t *testing.T) {
	t.Parallel()
	count := func(h *awstest.History, typ string) int {
		all, err := h.Store.List(typ)
		require.NoError(t, err)
		return len(all)
	}
	logs := in{"enabledClusterLogTypes": []any{"api", "audit"}}
	group := in{"name": "/aws/eks/main/cluster", "retentionInDays": 30.0}
	tests := map[string]struct {
		steps []awstest.Step
		// groups and security count the remaining log groups and security groups, one of which is the default of the VPC.
		groups, security int
	}{
		"a cluster without logs": {[]awstest.Step{{Name: "main", Type: awstest.ClusterToken, Inputs: bare(nil)},
			{Name: "-main"}}, 0, 1},
		"a log group that EKS creates": {[]awstest.Step{{Name: "main", Type: awstest.ClusterToken,
			Inputs: bare(logs)}, {Name: "-main"}}, 1, 1},
		"a log group deleted after the cluster": {[]awstest.Step{{Name: "log", Type: logGroupToken, Inputs: group},
			{Name: "main", Type: awstest.ClusterToken, Inputs: bare(logs)}, {Name: "-main"}, {Name: "-log"}}, 0, 1},
		"a log group deleted before the cluster": {[]awstest.Step{{Name: "log", Type: logGroupToken, Inputs: group},
			{Name: "main", Type: awstest.ClusterToken, Inputs: bare(logs)}, {Name: "-log"}, {Name: "-main"}}, 1, 1},
		"a role that denies logs:CreateLogGroup": {[]awstest.Step{
			{Name: "quiet", Type: "aws:iam/rolePolicy:RolePolicy",
				Inputs: in{"role": "control", "name": "quiet",
					"policy": awstest.Document(in{"Effect": "Deny", "Action": "logs:CreateLogGroup",
						"Resource": "*"})}},
			{Name: "log", Type: logGroupToken, Inputs: group},
			{Name: "main", Type: awstest.ClusterToken, Inputs: bare(logs)}, {Name: "-log"}, {Name: "-main"},
		}, 0, 1},
		"a cluster security group with references": {[]awstest.Step{
			{Name: "main", Type: awstest.ClusterToken, Inputs: bare(nil)},
			{Name: "web", Type: kernel.SecurityGroupToken, Inputs: in{"vpcId": "$net", "name": "web"}},
			{Name: "rule", Type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
				Inputs: in{"securityGroupId": "$web", "ipProtocol": "-1", "referencedSecurityGroupId": "$cluster"}},
			{Name: "-main"}, {Name: "-rule"}, {Name: "-web"},
		}, 0, 2},
		"a role whose policies are detached first": {[]awstest.Step{{Name: "main", Type: awstest.ClusterToken,
			Inputs: bare(nil)},
			{Name: "-control AmazonEKSClusterPolicy"}, {Name: "-main"}}, 0, 2},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(ground()...)
			for _, s := range tc.steps {
				h.All(s)
				if s.Name == "main" {
					h.IDs["cluster"] = h.Output("main", "vpcConfig").(in)["clusterSecurityGroupId"].(string)
				}
			}
			require.Equal(t, tc.groups, count(h, logGroupToken))
			require.Equal(t, tc.security, count(h, kernel.SecurityGroupToken))
			require.Zero(t, count(h, "aws:ec2/networkInterface:NetworkInterface"))
			require.Zero(t, count(h, entryToken)+count(h, grantToken)+count(h, addonToken))
		})
	}
}

func TestNodeAccessEntry(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(clustered()...)
	entries := func() (out []string) {
		all, err := h.Store.List(entryToken)
		require.NoError(t, err)
		for _, o := range all {
			out = append(out, o.Text("principalArn")+" "+o.Text("userName"))
		}
		return out
	}
	creator := "arn:aws:iam::123456789012:user/simulated"
	require.ElementsMatch(t, []string{creator + " " + creator, awstest.RoleARN("node") +
		" system:node:{{EC2PrivateDNSName}}"}, entries())
	h.All(awstest.Step{Name: "more", Type: nodesToken, Inputs: nodesOf(in{"nodeGroupName": "more"})},
		awstest.Step{Name: "-nodes"})
	require.Len(t, entries(), 2)
	h.All(awstest.Step{Name: "-more"}, awstest.Step{Name: "admin entry", Type: entryToken,
		Inputs: in{"clusterName": "main", "principalArn": awstest.RoleARN("admin")}})
	require.ElementsMatch(t, []string{
		creator + " " + creator, awstest.RoleARN("admin") +
			" arn:aws:sts::123456789012:assumed-role/admin/{{SessionName}}",
	}, entries())
	h.All(awstest.Step{Name: "grant", Type: grantToken, Inputs: in{
		"clusterName": "main", "principalArn": awstest.RoleARN("admin"),
		"policyArn": awstest.ClusterPolicyARN("View"), "accessScope": in{"type": "cluster"},
	}}, awstest.Step{Name: "-admin entry"})
	grants, err := h.Store.List(grantToken)
	require.NoError(t, err)
	require.Len(t, grants, 1, "the policies of an access entry are deleted with it")
}

func TestNodeGroupDeletedAfterItsRolePolicies(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(clustered()...)
	h.All(awstest.Step{Name: "-node AmazonEKSWorkerNodePolicy"}, awstest.Step{Name: "-nodes"},
		awstest.Step{Name: "-main"})
	left, err := h.Store.List("aws:ec2/networkInterface:NetworkInterface")
	require.NoError(t, err)
	require.Len(t, left, 1)
	require.Regexp(t, "^aws-K8S-i-", left[0].Text("description"))
	h.IDs["left"] = left[0].Text("subnetId")
	require.ErrorContains(t, h.Do(awstest.Step{Name: map[bool]string{true: "-a",
		false: "-b"}[h.IDs["left"] == h.IDs["a"]]}), "DependencyViolation")
}
