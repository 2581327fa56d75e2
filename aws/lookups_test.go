package aws_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/naming"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

func TestWhatAClusterNeedsOfItsNetworkIsCheckedInOnePass(t *testing.T) {
	t.Parallel()
	network := func(s object) object { return s["networks"].(object)["main"].(object) }
	cluster := func(s object) object { return s["clusters"].(object)["apps"].(object) }
	instance := func(s object) object { return s["instances"].(object)["bastion"].(object) }
	for name, tc := range map[string]struct {
		reason string
		change func(object)
		want   []string
	}{
		"tier": {"the network has another one", func(s object) {
			network(s)["tiers"] = object{"edge": object{"slot": 1, "kind": "public", "size": "/24"}}
		}, []string{`aws.clusters.apps.tier: unknown tier "private" of network "main", expected one of: edge`,
			`aws.instances.bastion.tier: unknown tier "private" of the network "main", expected one of: edge`}},
		"tier of nodes": {"a slip is corrected", func(s object) { cluster(s)["nodeTier"] = "privat" },
			[]string{`aws.clusters.apps.nodeTier: unknown tier "privat" of network "main", did you mean "private"?`}},
		"one zone": {"EKS requires two", func(s object) { network(s)["zones"] = 1 },
			[]string{`aws.clusters.apps.tier: tier "private" has subnets in one zone only, EKS requires two zones`}},
		"zone of the cluster": {"the network is not there", func(s object) {
			network(s)["zoneNames"] = []string{"eu-west-1a", "eu-west-1b"}
			cluster(s)["zones"] = []string{"eu-west-1a", "eu-west-1c"}
		}, []string{`aws.clusters.apps.zones[1]: tier "private" has no subnet in "eu-west-1c"`}},
		"zone of nodes": {"the network is not there", func(s object) {
			network(s)["zoneNames"] = []string{"eu-west-1a", "eu-west-1b"}
			cluster(s)["nodeGroups"].(object)["general"].(object)["zones"] = []string{"eu-west-1c"}
		}, []string{`aws.clusters.apps.nodeGroups.general.zones[0]: no subnet for nodes in "eu-west-1c"`}},
		"zone of an instance": {"the network is not there", func(s object) {
			network(s)["zoneNames"] = []string{"eu-west-1a", "eu-west-1b"}
			instance(s)["zone"] = "eu-west-1c"
		}, []string{`aws.instances.bastion.zone: no subnet of the tier "private" in "eu-west-1c"`}},
		"Fargate in a public tier": {"EKS accepts private subnets only", func(s object) {
			cluster(s)["nodeTier"] = "public"
			network(s)["tiers"] = object{"public": object{"publicAddresses": true}, "private": object{}}
			cluster(s)["fargateProfiles"] = object{"batch": object{"selectors": []object{{"namespace": "batch"}}}}
		}, []string{"aws.clusters.apps.fargateProfiles.batch: Fargate runs pods in private subnets only"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			section := everything()
			tc.change(section)
			r, err := deploy(t, section, keys())
			var invalid *config.Error
			require.ErrorAs(t, err, &invalid)
			require.Len(t, invalid.Findings, len(tc.want), "%v", err)
			for i, want := range tc.want {
				require.Contains(t, invalid.Findings[i].String(), want, tc.reason)
				require.Positive(t, invalid.Findings[i].Line)
			}
			require.Empty(t, r.Resources, "nothing is registered")
		})
	}
}

func TestFindingsOfLookUpsHaveThePlaceOfTheValue(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason  string
		section object
		want    []string
	}{
		"clusters and instances": {"all in one pass", object{
			"providers": object{"primary": object{"region": "eu-west-1"}},
			"networks":  object{"main": object{"cidr": "10.0.0.0/16"}},
			"clusters": object{"apps": object{
				"version": "1.99", "creatorAdmin": true, "zones": []string{"eu-west-1a", "eu-west-1x"},
				"nodeGroups": object{"main": object{"instanceTypes": []string{"m6i.lrge"}}},
			}},
			"instances": object{"bastion": object{"zone": "eu-west-1y"}, "small": object{"instanceType": "t3.micro", "zone": "eu-west-1b"}},
		}, []string{
			"aws.clusters.apps.version: version 1.99 is not available in this region",
			`aws.clusters.apps.zones[1]: tier "private" has no subnet in "eu-west-1x", did you mean`,
			"aws.clusters.apps.nodeGroups.main.instanceTypes[0]: the region has no instance type m6i.lrge",
			`aws.instances.bastion.zone: no subnet of the tier "private" in "eu-west-1y"`,
			"aws.instances.small.instanceType: not available in eu-west-1b, found t3.micro: set zone to eu-west-1a",
		}},
		"networks": {"of all networks", object{
			"providers": object{"primary": object{"region": "eu-west-1"}},
			"networks": object{
				"a": object{"cidr": "10.0.0.0/16", "zoneNames": []string{"eu-west-1a", "eu-west-1x"}},
				"b": object{"cidr": "10.0.0.0/16", "zones": 4, "zoneSlots": 4},
			},
		}, []string{
			`aws.networks.a.zoneNames[1]: unknown zone "eu-west-1x" in this region`,
			"aws.networks.b.zones: the region has 3 zones",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := deploy(t, tc.section, keys(), offerings())
			require.Empty(t, cloudResources(r), "nothing is created")
			var invalid *config.Error
			require.ErrorAs(t, err, &invalid, tc.reason)
			for _, want := range tc.want {
				i := slices.IndexFunc(invalid.Findings, func(f config.Finding) bool { return strings.Contains(f.String(), want) })
				require.GreaterOrEqual(t, i, 0, "%s: %v", want, err)
				require.Positive(t, invalid.Findings[i].Line)
				require.Equal(t, "Pulumi.dev.yaml", invalid.Findings[i].File)
			}
		})
	}
}

// offerings answers look-ups of instance types.
func offerings() pulumitest.Option {
	return pulumitest.WithInvoke(func(i pulumitest.Invocation) (resource.PropertyMap, error) {
		if i.Token != "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings" {
			return nil, nil
		}
		return resource.NewPropertyMapFromMap(object{"id": "types", "instanceTypes": []any{"t3.micro", "m6i.large"},
			"locations": []any{"eu-west-1a", "eu-west-1a"}}), nil
	})
}

// cloudResources returns the resources other than providers.
func cloudResources(r *pulumitest.Recording) []string {
	var out []string
	for _, res := range r.Resources {
		if !strings.HasPrefix(res.Type, "pulumi:providers:") {
			out = append(out, string(res.URN))
		}
	}
	return out
}

// reserved are names of entries that some type of AWS reserves, or that are as long as names can be.
func TestReservedAndLongNamesOfEntriesAreValidInAWS(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 56) + "-longer"
	for _, name := range []string{"sg-main", "eks-prod", "aws-main", "default", "i-main", "internal-main", "xn--main", long} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			section := everything()
			for _, kind := range []string{"networks", "policies", "identityProviders", "clusters", "workloadIdentities", "instances"} {
				entries := section[kind].(object)
				for key, entry := range entries {
					delete(entries, key)
					entries[name] = entry
				}
			}
			apps := section["clusters"].(object)[name].(object)
			apps["network"], apps["karpenter"] = name, object{}
			apps["fargateProfiles"] = object{"all": object{"selectors": []object{{"namespace": "batch"}}}}
			delete(apps, "administratorRoles")
			apps["creatorAdmin"] = true
			section["instances"].(object)[name].(object)["network"] = name
			for _, kind := range []string{"workloadIdentities", "instances"} {
				delete(section[kind].(object)[name].(object), "policies")
			}
			delete(section, "roles")
			r, err := deploy(t, section, keys())
			require.NoError(t, err)
			properties := regexp.MustCompile(`^(name|nodeGroupName|fargateProfileName|bucket)$`)
			for _, res := range r.Resources {
				rule, known := naming.AWS()[res.Type]
				if !known {
					continue
				}
				physical := rule.Prefix + res.Name + "-0123456"
				for key, value := range res.Inputs {
					if properties.MatchString(string(key)) && value.IsString() {
						physical = value.StringValue()
					}
				}
				require.NoError(t, rule.Check(physical), "%s %s", res.Type, res.Name)
			}
		})
	}
}
