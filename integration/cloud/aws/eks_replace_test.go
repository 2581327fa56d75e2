package aws_test

import (
	"strings"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/stretchr/testify/require"
)

// What replaces a resource is expensive: nodes, or the whole cluster.
func TestWhatReplacesClustersAndWhatDoesNot(t *testing.T) {
	t.Parallel()
	cluster := bare
	network := func(more in) in {
		return cluster(in{"vpcConfig": merged(in{"subnetIds": []any{"a", "b"}, "endpointPrivateAccess": true}, more)})
	}
	secrets := func(key string) in {
		return cluster(in{"encryptionConfig": in{"provider": in{"keyArn": key}, "resources": []any{"secrets"}}})
	}
	template := func(id, version string) in {
		return nodesOf(in{"launchTemplate": in{"id": id, "version": version}})
	}
	addon, entry := addonOf("coredns", nil), in{"clusterName": "main", "principalArn": roleArn("admin")}
	identity := in{"clusterName": "main", "namespace": "shop", "serviceAccount": "web", "roleArn": roleArn("pods")}
	profile := in{"clusterName": "main", "fargateProfileName": "f", "podExecutionRoleArn": roleArn("fargate"), "selectors": []any{in{"namespace": "shop"}}}
	tests := map[string]struct {
		typ           string
		before, after in
		replaces      bool
	}{
		"a cluster's name":           {clusterType, cluster(nil), cluster(in{"name": "other"}), true},
		"a cluster's role":           {clusterType, cluster(nil), cluster(in{"roleArn": "other"}), true},
		"its version":                {clusterType, cluster(nil), cluster(in{"version": "1.34"}), false},
		"encryption that comes":      {clusterType, cluster(nil), secrets("a"), false},
		"encryption that goes":       {clusterType, secrets("a"), cluster(nil), true},
		"another key":                {clusterType, secrets("a"), secrets("b"), true},
		"the range of services":      {clusterType, cluster(nil), cluster(in{"kubernetesNetworkConfig": in{"serviceIpv4Cidr": "172.16.0.0/16"}}), false},
		"another range of services":  {clusterType, cluster(in{"kubernetesNetworkConfig": in{"serviceIpv4Cidr": "172.16.0.0/16"}}), cluster(in{"kubernetesNetworkConfig": in{"serviceIpv4Cidr": "172.17.0.0/16"}}), true},
		"its add-ons":                {clusterType, cluster(nil), cluster(in{"bootstrapSelfManagedAddons": true}), true},
		"who comes in":               {clusterType, cluster(nil), cluster(in{"accessConfig": in{"authenticationMode": "API_AND_CONFIG_MAP"}}), false},
		"its creator":                {clusterType, cluster(in{"accessConfig": in{"bootstrapClusterCreatorAdminPermissions": true}}), cluster(in{"accessConfig": in{"bootstrapClusterCreatorAdminPermissions": false}}), true},
		"its subnets":                {clusterType, network(nil), network(in{"subnetIds": []any{"a", "c"}}), false},
		"its groups":                 {clusterType, network(nil), network(in{"securityGroupIds": []any{"g"}}), false},
		"its endpoints":              {clusterType, network(nil), network(in{"endpointPublicAccess": true}), false},
		"its logs":                   {clusterType, cluster(nil), cluster(in{"enabledClusterLogTypes": []any{"api"}}), false},
		"nodes' scaling":             {nodesType, nodesOf(nil), nodesOf(in{"scalingConfig": in{"minSize": 2.0, "maxSize": 4.0, "desiredSize": 2.0}}), false},
		"nodes' labels":              {nodesType, nodesOf(nil), nodesOf(in{"labels": in{"a": "b"}}), false},
		"nodes' taints":              {nodesType, nodesOf(nil), nodesOf(in{"taints": []any{in{"key": "a", "effect": "NO_SCHEDULE"}}}), false},
		"nodes' version":             {nodesType, nodesOf(nil), nodesOf(in{"version": "1.33"}), false},
		"nodes' release":             {nodesType, nodesOf(nil), nodesOf(in{"releaseVersion": "1.33.11-20260820"}), false},
		"a template's version":       {nodesType, template("lt-1", "1"), template("lt-1", "2"), false},
		"another template":           {nodesType, template("lt-1", "1"), template("lt-2", "1"), true},
		"nodes' images":              {nodesType, nodesOf(nil), nodesOf(in{"amiType": "BOTTLEROCKET_x86_64"}), true},
		"nodes' capacity":            {nodesType, nodesOf(nil), nodesOf(in{"capacityType": "SPOT"}), true},
		"nodes' disks":               {nodesType, nodesOf(nil), nodesOf(in{"diskSize": 50.0}), true},
		"nodes' types":               {nodesType, nodesOf(nil), nodesOf(in{"instanceTypes": []any{"m5.large"}}), true},
		"nodes' role":                {nodesType, nodesOf(nil), nodesOf(in{"nodeRoleArn": "other"}), true},
		"nodes' subnets":             {nodesType, nodesOf(nil), nodesOf(in{"subnetIds": []any{"c"}}), true},
		"subnets in another order":   {nodesType, nodesOf(in{"labels": in{"a": "b"}}), nodesOf(in{"subnetIds": []any{"$b", "$a"}}), false},
		"an add-on's version":        {addonType, addon, merged(addon, in{"addonVersion": "v1.13.2-eksbuild.11"}), false},
		"an add-on's values":         {addonType, addon, merged(addon, in{"configurationValues": "{}"}), false},
		"another add-on":             {addonType, addon, merged(addon, in{"addonName": "vpc-cni"}), true},
		"an entry's groups":          {entryType, entry, merged(entry, in{"kubernetesGroups": []any{"a"}}), false},
		"an entry's principal":       {entryType, entry, merged(entry, in{"principalArn": "other"}), true},
		"an entry's kind":            {entryType, merged(entry, in{"type": "STANDARD"}), merged(entry, in{"type": "EC2_LINUX"}), true},
		"an account's role":          {identityType, identity, merged(identity, in{"roleArn": "other"}), false},
		"an account's namespace":     {identityType, identity, merged(identity, in{"namespace": "bank"}), true},
		"another account":            {identityType, identity, merged(identity, in{"serviceAccount": "api"}), true},
		"a profile's selectors":      {fargateType, profile, merged(profile, in{"selectors": []any{in{"namespace": "bank"}}}), true},
		"a profile's role":           {fargateType, profile, merged(profile, in{"podExecutionRoleArn": "other"}), true},
		"a profile's tags":           {fargateType, profile, merged(profile, in{"tags": in{"a": "b"}}), false},
		"a queue's waiting time":     {queueType, in{"name": "work"}, in{"name": "work", "visibilityTimeoutSeconds": 60.0}, false},
		"a queue's name":             {queueType, in{"name": "work"}, in{"name": "play"}, true},
		"a rule's pattern":           {ruleType, in{"name": "on", "eventPattern": "{}"}, in{"name": "on", "eventPattern": interruption}, false},
		"where a rule's events go":   {targetType, in{"rule": "on", "arn": "a"}, in{"rule": "on", "arn": "b"}, false},
		"the rule of what is called": {targetType, in{"rule": "on", "arn": "a"}, in{"rule": "off", "arn": "a"}, true},
	}
	a := newAccount(t, true).use(in{"region": "eu-west-1"})
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diff, err := a.Diff(t.Context(), provider.DiffRequest{Urn: urn(tc.typ), OldInputs: values(tc.before), Inputs: values(tc.after)})
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
