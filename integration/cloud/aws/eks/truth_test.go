package eks_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/eks/catalog"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func TestARNs(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(clustered()...).All(
		awstest.Step{Name: "deep", Type: roleToken, Inputs: in{"name": "deep", "path": "/teams/shop/",
			"assumeRolePolicy": awstest.TrustPolicy("ec2.amazonaws.com")}},
		awstest.Step{Name: "entry", Type: entryToken, Inputs: in{"clusterName": "main", "principalArn": awstest.RoleARN("admin")}},
		awstest.Step{Name: "deepentry", Type: entryToken,
			Inputs: in{"clusterName": "main", "principalArn": awstest.RoleARN("teams/shop/deep")}},
		awstest.Step{Name: "profile", Type: fargateToken, Inputs: in{"clusterName": "main", "fargateProfileName": "jobs",
			"podExecutionRoleArn": awstest.RoleARN("fargate"), "selectors": []any{in{"namespace": "jobs"}}}},
	)
	const begin, uuid = `^arn:aws:eks:eu-west-1:123456789012:`, `/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`
	for name, want := range map[string]string{
		"cni": "addon/main/vpc-cni", "nodes": "nodegroup/main/nodes", "profile": "fargateprofile/main/jobs",
	} {
		require.Regexp(t, begin+want+uuid, h.Output(name, "arn"))
	}
	require.Regexp(t, begin+"access-entry/main/role/123456789012/admin"+uuid, h.Output("entry", "accessEntryArn"))
	require.Regexp(t, begin+"access-entry/main/role/123456789012/deep"+uuid, h.Output("deepentry", "accessEntryArn"))
	creators, err := h.Store.List(entryToken)
	require.NoError(t, err)
	i := slices.IndexFunc(creators, func(o *cloud.Object) bool { return o.Text("principalArn") == kernel.CallerIn("eu-west-1") })
	require.Regexp(t, begin+"access-entry/main/user/123456789012/simulated"+uuid, creators[i].Text("accessEntryArn"))
	groups := h.Output("nodes", "resources").([]any)[0].(in)["autoscalingGroups"].([]any)[0].(in)["name"]
	require.Regexp(t, "^eks-nodes-"+uuid[1:], groups)
}

// A zone without control planes, and one without instance types of the Nitro System.
func TestZonesThatEKSDoesNotOffer(t *testing.T) {
	t.Parallel()
	in1 := func(zones ...string) *awstest.History {
		h := awstest.NewAccount(t, true).Use(in{"region": "us-east-1"}).History()
		return h.All(slices.DeleteFunc(ground(), func(s awstest.Step) bool {
			subnet := s.Type == kernel.SubnetToken
			if i := map[string]int{"a": 0, "b": 1, "open": 1}[s.Name]; subnet {
				s.Inputs["availabilityZone"] = zones[i]
			}
			return false
		})...)
	}
	h := in1("us-east-1a", "us-east-1c")
	err := h.Do(awstest.Step{Name: "main", Type: awstest.ClusterToken, Inputs: bare(nil)})
	require.ErrorContains(t, err, "api error UnsupportedAvailabilityZoneException: Cannot create cluster 'main' because us-east-1c, "+
		"the targeted availability zone, does not currently have sufficient capacity to support the cluster. Retry and choose from "+
		"these availability zones: us-east-1a, us-east-1b, us-east-1d, us-east-1e, us-east-1f")
	h = in1("us-east-1a", "us-east-1b").All(
		awstest.Step{Name: "main", Type: awstest.ClusterToken, Inputs: bare(nil)},
		awstest.Step{Name: "cni", Type: addonToken, Inputs: addonOf("vpc-cni", nil)},
		awstest.Step{Name: "nodes", Type: nodesToken, Inputs: nodesOf(nil)},
		awstest.Step{Name: "c", Type: kernel.SubnetToken,
			Inputs: in{"vpcId": "$net", "cidrBlock": "10.0.3.0/24", "availabilityZone": "us-east-1c"}},
		awstest.Step{Name: "xen", Type: nodesToken, Inputs: nodesOf(in{"nodeGroupName": "xen", "subnetIds": []any{"$c"},
			"instanceTypes": []any{"m4.large"}})},
	)
	err = h.Do(awstest.Step{Name: "nitro", Type: nodesToken, Inputs: nodesOf(in{"nodeGroupName": "nitro", "subnetIds": []any{"$c"},
		"instanceTypes": []any{"m6i.large"}})})
	require.ErrorContains(t, err, "last error: AsgInstanceLaunchFailures: Could not launch On-Demand Instances.")
	require.ErrorContains(t, err, "Your requested instance type (m6i.large) is not supported in your requested Availability Zone (us-east-1c).")
}

func TestRollbackWindow(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(ground()...).All(
		awstest.Step{Name: "main", Type: awstest.ClusterToken, Inputs: bare(nil)},
		awstest.Step{Name: "~main", Inputs: bare(in{"version": "1.34"})})
	upgraded := func(ago time.Duration) {
		require.NoError(t, h.Store.Do(func(tx *cloud.Tx) error {
			all, err := tx.List(awstest.ClusterToken)
			if err != nil {
				return err
			}
			all[0].Outputs["upgradedAt"] = time.Now().Add(-ago).UTC().Format(time.RFC3339)
			return tx.Put(all[0])
		}))
	}
	upgraded(8 * 24 * time.Hour)
	require.ErrorContains(t, h.Do(awstest.Step{Name: "~main", Inputs: bare(nil)}), "the rollback window of 7 days has ended")
	upgraded(6 * 24 * time.Hour)
	h.All(awstest.Step{Name: "~main", Inputs: bare(nil)})
	require.Equal(t, "1.33", h.Output("main", "version"))
	require.Equal(t, "eks.43", h.Output("main", "platformVersion"))
}

func TestReservedNames(t *testing.T) {
	t.Parallel()
	profile := func(name string) []awstest.Step {
		return append(append(ground(), awstest.Step{Name: "main", Type: awstest.ClusterToken, Inputs: bare(nil)}),
			awstest.Step{Name: "it", Type: fargateToken, Inputs: in{"clusterName": "main", "fargateProfileName": name,
				"podExecutionRoleArn": awstest.RoleARN("fargate"), "selectors": []any{in{"namespace": "jobs"}}}})
	}
	awstest.RunRefusals(t, nil, map[string]awstest.Refusal{
		"a profile":           {Steps: profile("jobs")},
		"a reserved name":     {Steps: profile("eks-jobs"), Want: "api error InvalidParameterException: Fargate profile name eks-jobs is invalid"},
		"a name with a space": {Steps: profile("the jobs"), Want: "expected fargateProfileName to be letters"},
	})
}

// Configuration values against the schema of each add-on.
func TestAddonProblems(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason, addon string
		values        in
		want          []string
	}{
		"replicas of CoreDNS":        {"an integer", "coredns", in{"replicaCount": 3.0, "computeType": "Fargate"}, nil},
		"replicas as a text":         {"an integer", "coredns", in{"replicaCount": "3"}, []string{"$.replicaCount: string found, integer expected"}},
		"no replicas":                {"at least one", "coredns", in{"replicaCount": 0.0}, []string{"$.replicaCount: must have a minimum value of 1"}},
		"autoscaling":                {"a block", "coredns", in{"autoScaling": in{"enabled": true, "minReplicas": 2.0, "maxReplicas": 4.0}}, nil},
		"autoscaling misspelt":       {"keys below the first level", "coredns", in{"autoScaling": in{"enabled": true, "min": 2.0}}, []string{"$.autoScaling.min: is not defined in the schema and the schema does not allow additional properties"}},
		"autoscaling with a text":    {"a boolean", "coredns", in{"autoScaling": in{"enabled": "true"}}, []string{"$.autoScaling.enabled: string found, boolean expected"}},
		"resources":                  {"quantities are texts", "coredns", in{"resources": in{"limits": in{"memory": "170Mi"}, "requests": in{"cpu": "100m"}}}, nil},
		"a quantity as a number":     {"quantities are texts", "coredns", in{"resources": in{"limits": in{"cpu": 1.0}}}, []string{"$.resources.limits.cpu: number found, string expected"}},
		"tolerations as a map":       {"a list", "metrics-server", in{"tolerations": in{"key": "a"}}, []string{"$.tolerations: object found, array expected"}},
		"replicas of metrics-server": {"the documentation's example", "metrics-server", in{"replicas": 2.0}, nil},
		"two problems":               {"all are reported", "kube-proxy", in{"mode": "nft", "ipvs": in{"scheduler": 1.0}}, []string{"$.ipvs.scheduler: number found, string expected", "$.mode: does not have a value in the enumeration"}},
		"settings of the CNI":        {"texts", "vpc-cni", in{"enableNetworkPolicy": "true", "env": in{"ENABLE_POD_ENI": "true", "POD_SECURITY_GROUP_ENFORCING_MODE": "standard", "WARM_IP_TARGET": "2"}}, nil},
		"a setting as a boolean":     {"texts", "vpc-cni", in{"env": in{"ENABLE_POD_ENI": true}}, []string{"$.env.ENABLE_POD_ENI: boolean found, string expected"}},
		"a misspelt setting":         {"the list of the README", "vpc-cni", in{"env": in{"WARM_IPS": "2"}}, []string{"$.env.WARM_IPS: is not defined in the schema"}},
		"a mode that does not exist": {"standard or strict", "vpc-cni", in{"env": in{"POD_SECURITY_GROUP_ENFORCING_MODE": "lax"}}, []string{"$.env.POD_SECURITY_GROUP_ENFORCING_MODE: does not have a value in the enumeration"}},
		"a default storage class":    {"a block", "aws-ebs-csi-driver", in{"defaultStorageClass": in{"enabled": true}}, nil},
		"a storage class as a flag":  {"a block", "aws-ebs-csi-driver", in{"defaultStorageClass": true}, []string{"$.defaultStorageClass: boolean found, object expected"}},
		"an add-on without a schema": {"is not checked", "adot", in{"anything": 1.0}, nil},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, catalog.Addons(), tc.addon)
			got, err := catalog.Addons()[tc.addon].Problems(tc.values)
			require.NoError(t, err)
			require.Len(t, got, len(tc.want), "%s: %v", tc.reason, got)
			for i, want := range tc.want {
				require.Contains(t, got[i], want, tc.reason)
			}
		})
	}
	for _, name := range slices.Sorted(maps.Keys(catalog.Addons())) {
		_, err := catalog.Addons()[name].Problems(in{"unknown": true})
		require.NoError(t, err, name)
	}
}
