package eks_test

import (
	"strings"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
)

// A replacement replaces nodes, or the cluster with everything in it.
func TestClusterReplacement(t *testing.T) {
	t.Parallel()
	cluster := bare
	network := func(more in) in {
		return cluster(in{"vpcConfig": awstest.Merge(in{"subnetIds": []any{"a", "b"}, "endpointPrivateAccess": true},
			more)})
	}
	secrets := func(key string) in {
		return cluster(in{"encryptionConfig": in{"provider": in{"keyArn": key}, "resources": []any{"secrets"}}})
	}
	template := func(id, version string) in {
		return nodesOf(in{"launchTemplate": in{"id": id, "version": version}})
	}
	addon, entry := addonOf("coredns", nil), in{"clusterName": "main", "principalArn": awstest.RoleARN("admin")}
	identity := in{"clusterName": "main", "namespace": "shop", "serviceAccount": "web",
		"roleArn": awstest.RoleARN("pods")}
	profile := in{"clusterName": "main", "fargateProfileName": "f", "podExecutionRoleArn": awstest.RoleARN("fargate"),
		"selectors": []any{in{"namespace": "shop"}}}
	tests := map[string]struct {
		typ           string
		before, after in
		replaces      bool
	}{
		"a cluster's name":    {awstest.ClusterToken, cluster(nil), cluster(in{"name": "other"}), true},
		"a cluster's role":    {awstest.ClusterToken, cluster(nil), cluster(in{"roleArn": "other"}), true},
		"a cluster's version": {awstest.ClusterToken, cluster(nil), cluster(in{"version": "1.34"}), false},
		"encryption added":    {awstest.ClusterToken, cluster(nil), secrets("a"), false},
		"encryption removed":  {awstest.ClusterToken, secrets("a"), cluster(nil), true},
		"another key":         {awstest.ClusterToken, secrets("a"), secrets("b"), true},
		"a service CIDR block added": {awstest.ClusterToken, cluster(nil),
			cluster(in{"kubernetesNetworkConfig": in{"serviceIpv4Cidr": "172.16.0.0/16"}}), false},
		"another service CIDR block": {awstest.ClusterToken,
			cluster(in{"kubernetesNetworkConfig": in{"serviceIpv4Cidr": "172.16.0.0/16"}}),
			cluster(in{"kubernetesNetworkConfig": in{"serviceIpv4Cidr": "172.17.0.0/16"}}), true},
		"a cluster's default add-ons": {awstest.ClusterToken, cluster(nil),
			cluster(in{"bootstrapSelfManagedAddons": true}), true},
		"the authentication mode": {awstest.ClusterToken, cluster(nil),
			cluster(in{"accessConfig": in{"authenticationMode": "API_AND_CONFIG_MAP"}}), false},
		"a cluster's creator permissions": {awstest.ClusterToken,
			cluster(in{"accessConfig": in{"bootstrapClusterCreatorAdminPermissions": true}}),
			cluster(in{"accessConfig": in{"bootstrapClusterCreatorAdminPermissions": false}}), true},
		"a cluster's subnets": {awstest.ClusterToken, network(nil), network(in{"subnetIds": []any{"a", "c"}}),
			false},
		"a cluster's security groups": {awstest.ClusterToken, network(nil),
			network(in{"securityGroupIds": []any{"g"}}), false},
		"a cluster's endpoint access": {awstest.ClusterToken, network(nil), network(in{"endpointPublicAccess": true}),
			false},
		"a cluster's logs": {awstest.ClusterToken, cluster(nil),
			cluster(in{"enabledClusterLogTypes": []any{"api"}}), false},
		"nodes' scaling": {nodesToken, nodesOf(nil),
			nodesOf(in{"scalingConfig": in{"minSize": 2.0, "maxSize": 4.0, "desiredSize": 2.0}}), false},
		"nodes' labels": {nodesToken, nodesOf(nil), nodesOf(in{"labels": in{"a": "b"}}), false},
		"nodes' taints": {nodesToken, nodesOf(nil),
			nodesOf(in{"taints": []any{in{"key": "a", "effect": "NO_SCHEDULE"}}}), false},
		"nodes' version": {nodesToken, nodesOf(nil), nodesOf(in{"version": "1.33"}), false},
		"nodes' release": {nodesToken, nodesOf(nil), nodesOf(in{"releaseVersion": "1.33.11-20260820"}),
			false},
		"a launch template's version": {nodesToken, template("lt-1", "1"), template("lt-1", "2"), false},
		"another launch template":     {nodesToken, template("lt-1", "1"), template("lt-2", "1"), true},
		"nodes' images":               {nodesToken, nodesOf(nil), nodesOf(in{"amiType": "BOTTLEROCKET_x86_64"}), true},
		"nodes' capacity":             {nodesToken, nodesOf(nil), nodesOf(in{"capacityType": "SPOT"}), true},
		"nodes' disks":                {nodesToken, nodesOf(nil), nodesOf(in{"diskSize": 50.0}), true},
		"nodes' types":                {nodesToken, nodesOf(nil), nodesOf(in{"instanceTypes": []any{"m5.large"}}), true},
		"nodes' role":                 {nodesToken, nodesOf(nil), nodesOf(in{"nodeRoleArn": "other"}), true},
		"nodes' subnets":              {nodesToken, nodesOf(nil), nodesOf(in{"subnetIds": []any{"c"}}), true},
		"subnets in another order": {nodesToken, nodesOf(in{"labels": in{"a": "b"}}),
			nodesOf(in{"subnetIds": []any{"$b", "$a"}}), false},
		"an add-on's version": {addonToken, addon,
			awstest.Merge(addon, in{"addonVersion": "v1.13.2-eksbuild.11"}), false},
		"an add-on's values": {addonToken, addon, awstest.Merge(addon, in{"configurationValues": "{}"}), false},
		"another add-on":     {addonToken, addon, awstest.Merge(addon, in{"addonName": "vpc-cni"}), true},
		"an access entry's groups": {entryToken, entry, awstest.Merge(entry, in{"kubernetesGroups": []any{"a"}}),
			false},
		"an access entry's principal": {entryToken, entry, awstest.Merge(entry, in{"principalArn": "other"}), true},
		"an access entry's type": {entryToken, awstest.Merge(entry, in{"type": "STANDARD"}),
			awstest.Merge(entry, in{"type": "EC2_LINUX"}), true},
		"a service account's role":      {identityToken, identity, awstest.Merge(identity, in{"roleArn": "other"}), false},
		"a service account's namespace": {identityToken, identity, awstest.Merge(identity, in{"namespace": "bank"}), true},
		"another service account": {identityToken, identity, awstest.Merge(identity, in{"serviceAccount": "api"}),
			true},
		"a profile's selectors": {fargateToken, profile,
			awstest.Merge(profile, in{"selectors": []any{in{"namespace": "bank"}}}), true},
		"a role that Fargate cannot assume": {fargateToken, profile,
			awstest.Merge(profile, in{"podExecutionRoleArn": "other"}), true},
		"a profile's tags": {fargateToken, profile, awstest.Merge(profile, in{"tags": in{"a": "b"}}), false},
		"a queue's visibility timeout": {awstest.QueueToken, in{"name": "work"},
			in{"name": "work", "visibilityTimeoutSeconds": 60.0}, false},
		"a queue's name": {awstest.QueueToken, in{"name": "work"}, in{"name": "play"}, true},
		"a rule's pattern": {awstest.EventRuleToken, in{"name": "on", "eventPattern": "{}"},
			in{"name": "on", "eventPattern": awstest.InterruptionPattern}, false},
		"the target of a rule": {awstest.EventTargetToken, in{"rule": "on", "arn": "a"},
			in{"rule": "on", "arn": "b"}, false},
		"the rule of a target": {awstest.EventTargetToken, in{"rule": "on", "arn": "a"},
			in{"rule": "off", "arn": "a"}, true},
	}
	a := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"})
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diff, err := a.Diff(t.Context(), provider.DiffRequest{Urn: awstest.URN(tc.typ),
				OldInputs: awstest.Properties(tc.before), Inputs: awstest.Properties(tc.after)})
			require.NoError(t, err)
			require.True(t, diff.HasChanges)
			replaces := false
			for _, d := range diff.DetailedDiff {
				replaces = replaces || strings.HasSuffix(string(d.Kind), "&replace")
			}
			require.Equal(t, tc.replaces, replaces, "%v", diff.DetailedDiff)
		})
	}
}
