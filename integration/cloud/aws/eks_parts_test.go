package aws_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEKSRefusesAddons(t *testing.T) {
	t.Parallel()
	put := func(name string, more in) []step { return one("it", addonType, addonOf(name, more)) }
	valued := func(name, values string) []step { return put(name, in{"configurationValues": values}) }
	then := func(first step, rest []step) []step { return append([]step{first}, rest...) }
	agent := step{"agent", addonType, addonOf("eks-pod-identity-agent", nil)}
	nodes := step{"nodes", nodesType, nodesOf(nil)}
	tainted := step{"nodes", nodesType, nodesOf(in{"taints": []any{in{"key": "dedicated", "value": "x", "effect": "NO_SCHEDULE"}}})}
	serverless := step{"serverless", fargateType, in{
		"clusterName": "main", "fargateProfileName": "f", "podExecutionRoleArn": roleArn("fargate"), "selectors": []any{in{"namespace": "kube-*"}}, "subnetIds": []any{"$a"},
	}}
	account := func(name, role string) in {
		return in{"podIdentityAssociations": []any{in{"serviceAccount": name, "roleArn": roleArn(role)}}}
	}
	const schema = "ConfigurationValue provided in request is not supported: Json schema validation failed with error: "
	const degraded = "unexpected state 'DEGRADED', wanted target 'ACTIVE'. last error: InsufficientNumberOfReplicas: The add-on is unhealthy"
	base := append(ground(), step{"main", clusterType, bare(nil)}, step{"cni", addonType, addonOf("vpc-cni", nil)})
	runRefusals(t, base, map[string]refusal{
		"no such cluster":          {put("kube-proxy", in{"clusterName": "other"}), "api error ResourceNotFoundException: No cluster found for name: other."},
		"no such add-on":           {put("istio", nil), "api error InvalidParameterException: Addon istio specified is not supported in 1.33 kubernetes version"},
		"no such version":          {put("kube-proxy", in{"addonVersion": "v1.34.8-eksbuild.3"}), "Addon version specified is not supported: kube-proxy has v1.33.8-eksbuild.4, v1.33.11-eksbuild.6 for Kubernetes 1.33"},
		"the add-on again":         {put("vpc-cni", nil), "api error ResourceInUseException: Addon already exists."},
		"no JSON":                  {valued("kube-proxy", "{"), "it is neither JSON nor YAML of an object"},
		"no object":                {valued("kube-proxy", "[1]"), "it is neither JSON nor YAML of an object"},
		"YAML":                     {valued("kube-proxy", "mode: ipvs\n"), ""},
		"an unknown key":           {valued("kube-proxy", `{"replicas": 2}`), schema + "[$.replicas: is not defined in the schema and the schema does not allow additional properties]"},
		"a boolean of the CNI":     {one("~cni", "", addonOf("vpc-cni", in{"configurationValues": `{"enableNetworkPolicy": true}`})), schema + "[$.enableNetworkPolicy: bool found, string expected]"},
		"a number of the CNI":      {one("~cni", "", addonOf("vpc-cni", in{"configurationValues": `{"env": {"WARM_IP_TARGET": 5}}`})), schema + "[$.env.WARM_IP_TARGET: float64 found, string expected]"},
		"settings of the CNI":      {one("~cni", "", addonOf("vpc-cni", in{"configurationValues": `{"enableNetworkPolicy": "true", "env": {"ENABLE_PREFIX_DELEGATION": "true"}}`})), ""},
		"kept on create":           {put("kube-proxy", in{"resolveConflictsOnCreate": "PRESERVE"}), "expected resolveConflictsOnCreate to be one of"},
		"no such role":             {put("kube-proxy", in{"serviceAccountRoleArn": roleArn("nobody")}), "The serviceAccountRoleArn is invalid: there is no role"},
		"no agent":                 {then(nodes, put("aws-ebs-csi-driver", account("ebs-csi-controller-sa", "pods"))), "The add-on eks-pod-identity-agent is not installed in the cluster main"},
		"an agent":                 {then(agent, then(nodes, put("aws-ebs-csi-driver", account("ebs-csi-controller-sa", "pods")))), ""},
		"a role not for pods":      {then(agent, put("aws-ebs-csi-driver", account("ebs-csi-controller-sa", "node"))), "does not allow sts:AssumeRole to the service principal pods.eks.amazonaws.com"},
		"an account of others":     {then(agent, put("aws-ebs-csi-driver", account("default", "pods"))), "The service account default is not supported by the addon aws-ebs-csi-driver, which has [ebs-csi-controller-sa]"},
		"DNS without nodes":        {put("coredns", nil), degraded},
		"DNS":                      {then(nodes, put("coredns", nil)), ""},
		"DNS before tainted nodes": {then(tainted, put("coredns", nil)), degraded},
		"DNS that tolerates them":  {then(tainted, valued("coredns", `{"tolerations": [{"key": "dedicated", "operator": "Exists"}]}`)), ""},
		"DNS that tolerates all":   {then(tainted, valued("coredns", `{"tolerations": [{"operator": "Exists"}]}`)), ""},
		"DNS on Fargate":           {then(serverless, valued("coredns", `{"computeType": "Fargate"}`)), ""},
		"DNS not on Fargate":       {then(serverless, put("coredns", nil)), degraded},
		"storage without nodes":    {put("aws-ebs-csi-driver", nil), degraded},
		"what runs on each node":   {put("eks-node-monitoring-agent", nil), ""},
	})
	runRefusals(t, append(ground(), step{"main", clusterType, bare(in{"bootstrapSelfManagedAddons": true})}), map[string]refusal{
		"what EKS made already":  {put("vpc-cni", nil), "ConfigurationConflict: Conflicts found when trying to apply. Will not continue due to resolve conflicts mode."},
		"taken over":             {put("vpc-cni", in{"resolveConflictsOnCreate": "OVERWRITE"}), ""},
		"nodes need no add-on":   {one("nodes", nodesType, nodesOf(nil)), ""},
		"what EKS did not make":  {put("eks-pod-identity-agent", nil), ""},
		"another cluster's CNI":  {append(one("other", clusterType, bare(in{"name": "other"})), one("nodes", nodesType, nodesOf(in{"clusterName": "other"}))...), "the cluster has no CNI"},
		"a CNI with its own":     {append(withRole("poor", "ec2.amazonaws.com", "AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"), step{"cni", addonType, addonOf("vpc-cni", in{"resolveConflictsOnCreate": "OVERWRITE", "serviceAccountRoleArn": roleArn("node")})}, step{"nodes", nodesType, nodesOf(in{"nodeRoleArn": roleArn("poor")})}), ""},
		"a CNI without an agent": {append(withRole("poor", "ec2.amazonaws.com", "AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"), step{"cni", addonType, addonOf("vpc-cni", in{"resolveConflictsOnCreate": "OVERWRITE"})}, step{"link", identityType, in{"clusterName": "main", "namespace": "kube-system", "serviceAccount": "aws-node", "roleArn": roleArn("pods")}}, step{"nodes", nodesType, nodesOf(in{"nodeRoleArn": roleArn("poor")})}), "the CNI may not assign addresses"},
	})
}

func TestEKSRefusesAccess(t *testing.T) {
	t.Parallel()
	entry := func(more in) []step {
		return one("it", entryType, merged(in{"clusterName": "main", "principalArn": roleArn("admin")}, more))
	}
	grant := func(more in) []step {
		return one("it", grantType, merged(in{
			"clusterName": "main", "principalArn": roleArn("admin"), "policyArn": clusterPolicy("View"), "accessScope": in{"type": "cluster"},
		}, more))
	}
	known := entry(nil)[0]
	known.name = "known"
	identity := func(name, role string) step {
		return step{name, identityType, in{"clusterName": "main", "namespace": "shop", "serviceAccount": "web", "roleArn": roleArn(role)}}
	}
	profile := func(more in) []step {
		return one("it", fargateType, merged(in{
			"clusterName": "main", "fargateProfileName": "f", "podExecutionRoleArn": roleArn("fargate"), "selectors": []any{in{"namespace": "shop"}}, "subnetIds": []any{"$a"},
		}, more))
	}
	old := step{"old", clusterType, bare(in{"name": "old", "accessConfig": in{"authenticationMode": "CONFIG_MAP"}})}
	labels := in{}
	for i := range 6 {
		labels[strings.Repeat("a", i+1)] = "x"
	}
	runRefusals(t, append(ground(), step{"main", clusterType, bare(nil)}), map[string]refusal{
		"an entry twice":            {append([]step{known}, entry(nil)...), "api error ResourceInUseException: The specified access entry resource is already in use on this cluster."},
		"who made the cluster":      {entry(in{"principalArn": "arn:aws:iam::123456789012:user/simulated"}), "is already in use on this cluster"},
		"nobody":                    {entry(in{"principalArn": roleArn("nobody")}), "api error InvalidParameterException: The specified principalArn is invalid: invalid principal: arn:aws:iam::123456789012:role/nobody"},
		"entries of a ConfigMap":    {append([]step{old}, entry(in{"clusterName": "old"})...), "api error InvalidRequestException: The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation."},
		"a group of the system":     {entry(in{"kubernetesGroups": []any{"system:masters"}}), "The kubernetes group name system:masters is invalid, it cannot start with system:"},
		"a group for nodes":         {entry(in{"type": "EC2_LINUX", "kubernetesGroups": []any{"a"}}), "of an access entry of type EC2_LINUX cannot be set"},
		"a name of the system":      {entry(in{"userName": "system:admin"}), "The username system:admin is invalid"},
		"a kind":                    {entry(in{"type": "LAMBDA"}), "expected type to be one of"},
		"a policy without an entry": {grant(nil), "api error ResourceNotFoundException: The specified principalArn could not be found."},
		"no such policy":            {append([]step{known}, grant(in{"policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"})...), "The specified policyArn is invalid: arn:aws:iam::aws:policy/AdministratorAccess"},
		"a scope without names":     {append([]step{known}, grant(in{"accessScope": in{"type": "namespace"}})...), "The accessScope is invalid"},
		"names without a scope":     {append([]step{known}, grant(in{"accessScope": in{"type": "cluster", "namespaces": []any{"shop"}}})...), "The accessScope is invalid"},
		"policies for nodes":        {append(entry(in{"type": "EC2_LINUX"}), grant(nil)...), "You cannot associate a policy with an access entry of type EC2_LINUX"},
		"a policy":                  {append([]step{known}, grant(in{"accessScope": in{"type": "namespace", "namespaces": []any{"shop"}}})...), ""},

		"a role for an account twice": {[]step{identity("one", "pods"), identity("two", "pods")}, "api error ResourceInUseException: Association already exists: $one"},
		"a role not for pods":         {[]step{identity("one", "admin")}, "The trust policy of the role arn:aws:iam::123456789012:role/admin does not allow sts:AssumeRole"},
		"a role without tags": {append([]step{{"half", roleToken, in{"name": "half", "assumeRolePolicy": trust("pods.eks.amazonaws.com")}}}, identity("one", "half")),
			"does not allow sts:TagSession"},

		"a profile's role":       {profile(in{"podExecutionRoleArn": roleArn("node")}), "api error InvalidParameterException: Misconfigured PodExecutionRole Trust Policy"},
		"a profile in public":    {profile(in{"subnetIds": []any{"$open"}}), "Subnet $open provided in Fargate Profile is not a private subnet"},
		"a profile for no pods":  {profile(in{"selectors": []any{}}), "Fargate profile must have at least one selector."},
		"a profile for many":     {profile(in{"selectors": many(6, func(i int) any { return in{"namespace": strings.Repeat("a", i+1)} })}), "no more than 5 are allowed, got 6"},
		"a profile's labels":     {profile(in{"selectors": []any{in{"namespace": "shop", "labels": labels}}}), "Fargate profile selector must not have more than 5 labels."},
		"a profile's name again": {append(profile(nil), step{"two", fargateType, profile(nil)[0].inputs}), "api error ResourceInUseException: A Fargate Profile already exists with this name in this cluster."},
	})
}

// What EKS makes besides what was asked for, and what of it stays when a cluster goes.
func TestWhatAClusterLeaves(t *testing.T) {
	t.Parallel()
	count := func(h *history, typ string) int {
		all, err := h.store.List(typ)
		require.NoError(t, err)
		return len(all)
	}
	logs := in{"enabledClusterLogTypes": []any{"api", "audit"}}
	group := in{"name": "/aws/eks/main/cluster", "retentionInDays": 30.0}
	tests := map[string]struct {
		steps []step
		// groups and security are how many log groups and security groups are left. The network has one of its own.
		groups, security int
	}{
		"a quiet cluster":              {[]step{{"main", clusterType, bare(nil)}, {"-main", "", nil}}, 0, 1},
		"a log group of EKS's own":     {[]step{{"main", clusterType, bare(logs)}, {"-main", "", nil}}, 1, 1},
		"a log group that goes last":   {[]step{{"log", logGroupToken, group}, {"main", clusterType, bare(logs)}, {"-main", "", nil}, {"-log", "", nil}}, 0, 1},
		"a log group that goes before": {[]step{{"log", logGroupToken, group}, {"main", clusterType, bare(logs)}, {"-log", "", nil}, {"-main", "", nil}}, 1, 1},
		"a role that may not make one": {[]step{
			{"quiet", "aws:iam/rolePolicy:RolePolicy", in{"role": "control", "name": "quiet", "policy": doc(in{"Effect": "Deny", "Action": "logs:CreateLogGroup", "Resource": "*"})}},
			{"log", logGroupToken, group}, {"main", clusterType, bare(logs)}, {"-log", "", nil}, {"-main", "", nil},
		}, 0, 1},
		"a group that others refer to": {[]step{
			{"main", clusterType, bare(nil)}, {"web", groupType, in{"vpcId": "$net", "name": "web"}},
			{"rule", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", in{"securityGroupId": "$web", "ipProtocol": "-1", "referencedSecurityGroupId": "$cluster"}},
			{"-main", "", nil}, {"-rule", "", nil}, {"-web", "", nil},
		}, 0, 2},
		"a role that loses its policy": {[]step{{"main", clusterType, bare(nil)}, {"-control AmazonEKSClusterPolicy", "", nil}, {"-main", "", nil}}, 0, 2},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newAccount(t, true).use(in{"region": "eu-west-1"}).history().all(ground()...)
			for _, s := range tc.steps {
				h.all(s)
				if s.name == "main" {
					h.ids["cluster"] = h.out("main", "vpcConfig").(in)["clusterSecurityGroupId"].(string)
				}
			}
			require.Equal(t, tc.groups, count(h, logGroupToken))
			require.Equal(t, tc.security, count(h, groupType))
			require.Zero(t, count(h, "aws:ec2/networkInterface:NetworkInterface"))
			require.Zero(t, count(h, entryType)+count(h, grantType)+count(h, addonType))
		})
	}
}

func TestAnAccessEntryOfNodesComesAndGoesWithThem(t *testing.T) {
	t.Parallel()
	h := newAccount(t, true).use(in{"region": "eu-west-1"}).history().all(clustered()...)
	entries := func() (out []string) {
		all, err := h.store.List(entryType)
		require.NoError(t, err)
		for _, o := range all {
			out = append(out, o.Text("principalArn")+" "+o.Text("userName"))
		}
		return out
	}
	creator := "arn:aws:iam::123456789012:user/simulated"
	require.ElementsMatch(t, []string{creator + " " + creator, roleArn("node") + " system:node:{{EC2PrivateDNSName}}"}, entries())
	h.all(step{"more", nodesType, nodesOf(in{"nodeGroupName": "more"})}, step{"-nodes", "", nil})
	require.Len(t, entries(), 2)
	h.all(step{"-more", "", nil}, step{"admin entry", entryType, in{"clusterName": "main", "principalArn": roleArn("admin")}})
	require.ElementsMatch(t, []string{
		creator + " " + creator, roleArn("admin") + " arn:aws:sts::123456789012:assumed-role/admin/{{SessionName}}",
	}, entries())
	h.all(step{"grant", grantType, in{
		"clusterName": "main", "principalArn": roleArn("admin"), "policyArn": clusterPolicy("View"), "accessScope": in{"type": "cluster"},
	}}, step{"-admin entry", "", nil})
	grants, err := h.store.List(grantType)
	require.NoError(t, err)
	require.Len(t, grants, 1, "what was granted goes with the entry")
}

func TestNodesWhoseRoleGoesFirstLeaveAnInterface(t *testing.T) {
	t.Parallel()
	h := newAccount(t, true).use(in{"region": "eu-west-1"}).history().all(clustered()...)
	h.all(step{"-node AmazonEKSWorkerNodePolicy", "", nil}, step{"-nodes", "", nil}, step{"-main", "", nil})
	left, err := h.store.List("aws:ec2/networkInterface:NetworkInterface")
	require.NoError(t, err)
	require.Len(t, left, 1)
	require.Regexp(t, "^aws-K8S-i-", left[0].Text("description"))
	h.ids["left"] = left[0].Text("subnetId")
	require.ErrorContains(t, h.do(step{map[bool]string{true: "-a", false: "-b"}[h.ids["left"] == h.ids["a"]], "", nil}), "DependencyViolation")
}
