package aws_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws"
	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// object is a map in a stack file.
type object = map[string]any

// deploy runs the module with a section.
func deploy(
	t *testing.T, section object, found *credentials.Resolver, opts ...pulumitest.Option,
) (*pulumitest.Recording, error) {
	t.Helper()
	section["enabled"] = true
	text, err := json.Marshal(section)
	require.NoError(t, err)
	file, err := json.Marshal(object{"config": object{"ashlar:aws": section}})
	require.NoError(t, err)
	stackFile := filepath.Join(t.TempDir(), "Pulumi.dev.yaml")
	require.NoError(t, os.WriteFile(stackFile, file, 0o600))
	all := append([]pulumitest.Option{
		pulumitest.WithConfig(map[string]string{"ashlar:aws": string(text)}), fixture.Cloud(), versions(), arns(),
	}, opts...)
	return pulumitest.Record(func(ctx *pulumi.Context) error {
		manager := deployment.NewManager(deployment.WithConfig(config.WithStackFile(stackFile)))
		return manager.Run(ctx, aws.Module(aws.WithCredentials(found)))
	}, all...)
}

// versions answers lookups of EKS versions and clusters, of which there are none, and of subnets.
func versions() pulumitest.Option {
	answers := map[string]object{
		"aws:eks/getClusterVersions:getClusterVersions": {"clusterVersions": []any{
			object{"clusterVersion": "1.34", "versionStatus": "STANDARD_SUPPORT", "clusterType": "eks"},
		}},
		"aws:eks/getClusters:getClusters":         {"names": []any{}},
		"aws:eks/getAddonVersion:getAddonVersion": {"version": "v1.0.0-eksbuild.1"},
		"aws:ec2/getSubnet:getSubnet":             {"availableIpAddressCount": 200},
		"aws:ec2/getVpc:getVpc": {
			"cidrBlock": "10.0.0.0/16", "enableDnsSupport": true, "enableDnsHostnames": true,
		},
	}
	return pulumitest.WithInvoke(func(i pulumitest.Invocation) (resource.PropertyMap, error) {
		answer, ok := answers[i.Token]
		if !ok {
			return nil, nil
		}
		return resource.NewPropertyMapFromMap(answer), nil
	})
}

// arns gives all resources an ARN, because policies are checked when it is known. Stashes keep their input.
func arns() pulumitest.Option {
	return pulumitest.WithOutputs(func(r pulumitest.Registration) resource.PropertyMap {
		arn := "arn:aws:iam::" + fixture.Account + ":policy/" + r.Name
		if r.Type == "pulumi:index:Stash" {
			return resource.PropertyMap{"output": r.Inputs["input"]}
		}
		if r.Type == "aws:eks/cluster:Cluster" {
			return resource.NewPropertyMapFromMap(object{
				"arn": "arn:aws:eks:eu-west-1:" + fixture.Account + ":cluster/" + r.Name, "endpoint": "https://cluster.example.com", "version": "1.34",
				"certificateAuthority": object{"data": "Y2E="},
				"identities":           []any{object{"oidcs": []any{object{"issuer": "https://oidc.eks.eu-west-1.amazonaws.com/id/A1"}}}},
				"vpcConfig":            object{"clusterSecurityGroupId": "sg-1"},
			})
		}
		if strings.HasPrefix(r.Type, "aws:s3/") {
			arn = "arn:aws:s3:::" + r.Name
		}
		return resource.PropertyMap{"arn": resource.NewProperty(arn)}
	})
}

func two() object {
	return object{"primary": object{"region": "eu-west-1"}, "dr": object{"region": "eu-central-1"}}
}

// everything returns a section with an entry of each kind.
func everything() object {
	return object{
		"providers": two(),
		"networks":  object{"main": object{"provider": "primary", "cidr": "10.0.0.0/16"}},
		"buckets": object{
			"a-orders": object{"provider": "primary", "logTo": "logs", "replicateTo": []string{"copies"}},
			"copies":   object{"provider": "dr", "encryption": object{"algorithm": "aws:kms"}},
			"logs":     object{"provider": "primary", "logTarget": object{"accessLogs": true}},
		},
		"policies": object{"read": object{"provider": "primary", "statements": []object{
			{"effect": "Allow", "actions": []string{"s3:GetObject"}, "resources": []string{"arn:aws:s3:::shop-orders/*"}},
		}}},
		"identityProviders": object{"github": object{"provider": "primary", "url": "https://token.actions.githubusercontent.com"}},
		"roles": object{"deploy": object{
			"provider": "primary", "policies": []string{"read"},
			"trust": object{"github": object{"acme/shop": object{"branches": []string{"main"}}}},
		}},
		"clusters": object{"apps": object{
			"network": "main", "version": "1.34", "administratorRoles": []string{"deploy"}, "deletionProtection": false,
			"nodeGroups": object{"general": object{"image": object{"version": "1.34.1-20261101"}}},
		}},
		"workloadIdentities": object{"web": object{"namespace": "shop", "serviceAccount": "web", "policies": []string{"read"}}},
		"instances":          object{"bastion": object{"network": "main", "instanceType": "t4g.small", "policies": []string{"read"}}},
	}
}

func TestSectionDeploysAllKinds(t *testing.T) {
	t.Parallel()
	r, err := deploy(t, everything(), keys())
	require.NoError(t, err)
	want := map[string]string{
		"ashlar-aws:network:SecureVPC main": "primary", "ashlar-aws:s3:Bucket a-orders": "primary", "ashlar-aws:s3:Bucket copies": "dr",
		"ashlar-aws:s3:Bucket logs": "primary", "ashlar-aws:iam:Policy read": "primary", "ashlar-aws:iam:OIDCProvider github": "primary",
		"ashlar-aws:iam:Role deploy": "primary", "ashlar-aws:ec2:Instance bastion": "primary",
		"ashlar-aws:eks:Cluster apps": "primary", "ashlar-aws:eks:WorkloadIdentity web": "primary",
	}
	got := map[string]string{}
	for _, res := range r.Resources {
		if _, ok := want[res.Type+" "+res.Name]; !ok {
			continue
		}
		for _, child := range r.Descendants(res.URN) {
			if child.Custom && strings.HasPrefix(child.Type, "aws:") {
				require.NotNil(t, child.Provider, "%s has no provider", child.URN)
				got[res.Type+" "+res.Name] = child.Provider.Name
			}
		}
	}
	require.Empty(t, cmp.Diff(want, got), "components and their children have the provider of the entry (-want +got)")

	logging := r.One(t, "aws:s3/bucketLoggingV2:BucketLoggingV2")
	require.Equal(t, "a-orders", logging.Name)
	target, _ := logging.Input("targetBucket")
	logs := bucket(t, r, "logs")
	require.Equal(t, logs.Outputs["bucket"], target, "logTo is the name of the bucket")
	replication := r.One(t, "aws:s3/bucketReplicationConfig:BucketReplicationConfig")
	rule := replication.Inputs["rules"].ArrayValue()[0].ObjectValue()["destination"].ObjectValue()
	require.Equal(t, bucket(t, r, "copies").Outputs["arn"], rule["bucket"])
	require.True(t, rule["encryptionConfiguration"].IsObject(), "replicas are encrypted with the key of their bucket")
	var attached []string
	for _, a := range r.OfType("aws:iam/rolePolicyAttachment:RolePolicyAttachment") {
		attached = append(attached, a.Name)
	}
	require.Contains(t, attached, "deploy-read")
	require.Contains(t, attached, "bastion-read")
	require.Contains(t, attached, "web-read")
	entry := r.One(t, "aws:eks/accessEntry:AccessEntry")
	role, ok := r.Find("aws:iam/role:Role", "deploy")
	require.True(t, ok)
	principal, _ := entry.Input("principalArn")
	require.Equal(t, role.Outputs["arn"], principal, "administratorRoles are names of roles")

	outputs := r.Exports["aws"].ObjectValue()
	for _, kind := range []string{"networks", "buckets", "policies", "identityProviders", "roles", "clusters", "workloadIdentities", "instances"} {
		require.True(t, outputs[resource.PropertyKey(kind)].IsObject(), "the output has %s", kind)
	}
}

func bucket(t *testing.T, r *pulumitest.Recording, name string) *pulumitest.Registration {
	t.Helper()
	found, ok := r.Find("aws:s3/bucketV2:BucketV2", name)
	require.True(t, ok)
	return found
}

func TestInvalidSectionsAreRejected(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		change func(section object)
		want   []string
	}{
		"no provider": {"an entry needs a provider", func(s object) { s["providers"] = object{} },
			[]string{"aws.networks.main.provider: no provider configured: add one under providers"}},
		"several providers": {"none is the default", func(s object) { delete(s["networks"].(object)["main"].(object), "provider") },
			[]string{"aws.networks.main.provider: several providers configured: specify one of dr, primary"}},
		"unknown provider": {"names are suggested", func(s object) { s["roles"].(object)["deploy"].(object)["provider"] = "primry" },
			[]string{`aws.roles.deploy.provider: unknown provider "primry", did you mean "primary"?`}},
		"unknown network": {"names are suggested", func(s object) { s["instances"].(object)["bastion"].(object)["network"] = "mian" },
			[]string{`aws.instances.bastion.network: unknown network "mian"`}},
		"network of an instance on another provider": {"an instance is in the region of its network", func(s object) {
			s["instances"].(object)["bastion"].(object)["provider"] = "dr"
		}, []string{`aws.instances.bastion.network: network "main" has the provider "primary" instead of "dr"`,
			`aws.instances.bastion.policies[0]: policy "read" has the provider "primary" instead of "dr"`}},
		"default tag with the key of the metadata": {"IAM roles ignore case", func(s object) {
			s["providers"].(object)["primary"].(object)["defaultTags"] = object{"Environment": "x", "Team": "y"}
			s["roles"].(object)["deploy"].(object)["tags"] = object{"team": "z"}
		}, []string{`aws.providers.primary.defaultTags.Environment: the same key as "environment" in the metadata for IAM roles, which ignore case: use one spelling`,
			`aws.roles.deploy.tags.team: the same key as "Team" in aws.providers.primary.defaultTags for IAM roles, which ignore case: use one spelling`}},
		"tag of a role with the key of the metadata": {"IAM roles ignore case", func(s object) {
			s["roles"].(object)["deploy"].(object)["tags"] = object{"Environment": "x"}
			s["networks"].(object)["main"].(object)["tags"] = object{"Environment": "x"}
		}, []string{`aws.roles.deploy.tags.Environment: the same key as "environment" in the metadata for IAM roles, which ignore case: ` +
			"write environment"}},
		"issuer without its final slash": {"IAM compares issuers literally", func(s object) {
			s["identityProviders"].(object)["auth0"] = object{"provider": "primary", "url": "https://tenant.auth0.com/"}
			s["roles"].(object)["deploy"].(object)["trust"] = object{"oidc": object{"tenant.auth0.com": object{
				"audiences": []string{"shop"}, "subjects": []string{"shop@clients"},
			}}}
		}, []string{`aws.roles.deploy.trust.oidc["tenant.auth0.com"]: not the issuer of the identity provider "auth0", whose URL is https://tenant.auth0.com/: use "tenant.auth0.com/"`}},
		"unknown policy": {"names are suggested", func(s object) { s["roles"].(object)["deploy"].(object)["policies"] = []string{"reed"} },
			[]string{`aws.roles.deploy.policies[0]: unknown policy "reed", did you mean "read"?`}},
		"network of a cluster on another provider": {"a cluster is in the region of its network", func(s object) {
			s["clusters"].(object)["apps"].(object)["provider"] = "dr"
		}, []string{`aws.clusters.apps.network: network "main" has the provider "primary" instead of "dr"`,
			`aws.clusters.apps.administratorRoles[0]: role "deploy" has the provider "primary" instead of "dr"`,
			`aws.workloadIdentities.web.policies[0]: policy "read" has the provider "primary" instead of "dr"`}},
		"unknown role": {"names are suggested", func(s object) {
			s["clusters"].(object)["apps"].(object)["administratorRoles"] = []string{"deplyo"}
		}, []string{`aws.clusters.apps.administratorRoles[0]: unknown role "deplyo", did you mean "deploy"?`}},
		"an administrator twice": {"one name is one entry", func(s object) {
			s["clusters"].(object)["apps"].(object)["administrators"] = object{"deploy": "arn:aws:iam::123456789012:role/other"}
		}, []string{`aws.clusters.apps.administratorRoles[0]: duplicate name deploy, same as administrators.deploy`}},
		"node groups one level out": {"what follows from it is not reported", func(s object) {
			delete(s["clusters"].(object)["apps"].(object), "nodeGroups")
			s["clusters"].(object)["nodeGroups"] = object{"general": object{}}
		}, []string{"aws.clusters.nodeGroups"}},
		"nobody": {"a cluster that nobody can use", func(s object) { delete(s["clusters"].(object)["apps"].(object), "administratorRoles") },
			[]string{"aws.clusters.apps.administrators: required, but missing"}},
		"unknown cluster": {"a slip is corrected", func(s object) { s["workloadIdentities"].(object)["web"].(object)["cluster"] = "app" },
			[]string{`aws.workloadIdentities.web.cluster: unknown cluster "app", did you mean "apps"?`}},
		"log target on another provider": {"access logs stay in the region", func(s object) {
			s["buckets"].(object)["logs"].(object)["provider"] = "dr"
		}, []string{`aws.buckets.a-orders.logTo: bucket "logs" has the provider "dr" instead of "primary"`}},
		"log target without access logs": {"S3 would drop the access logs", func(s object) { delete(s["buckets"].(object)["logs"].(object), "logTarget") },
			[]string{`aws.buckets.a-orders.logTo: bucket "logs" does not accept access logs: set buckets.logs.logTarget.accessLogs`}},
		"reference to itself": {"the logs would be endless", func(s object) { s["buckets"].(object)["a-orders"].(object)["logTo"] = "a-orders" },
			[]string{"aws.buckets.a-orders.logTo: the bucket refers to itself"}},
		"circular references": {"buckets are created in the order of their references", func(s object) {
			s["buckets"].(object)["copies"].(object)["replicateTo"] = []string{"a-orders"}
		}, []string{"aws.buckets.a-orders: circular references between a-orders, copies"}},
		"replication without versioning": {"replication requires versioning", func(s object) { s["buckets"].(object)["copies"].(object)["versioning"] = "Suspended" },
			[]string{`aws.buckets.a-orders.replicateTo[0]: bucket "copies" has no versioning`}},
		"tier of a cluster": {"the network has no such tier", func(s object) {
			s["clusters"].(object)["apps"].(object)["tier"] = "privat"
		}, []string{`Pulumi.dev.yaml:1:`, `aws.clusters.apps.tier: unknown tier "privat" of network "main", did you mean "private"?`}},
		"default tier of a cluster": {"a network without the default tier", func(s object) {
			s["networks"].(object)["main"].(object)["tiers"] = object{"public": object{}, "isolated": object{}}
		}, []string{`aws.clusters.apps.tier: unknown tier "private" of network "main", expected one of: isolated, public`}},
		"zones of a cluster": {"EKS requires two zones", func(s object) { s["networks"].(object)["main"].(object)["zones"] = 1 },
			[]string{`aws.clusters.apps.tier: tier "private" has subnets in one zone only, EKS requires two zones`}},
		"named zones": {"zones that the network names are known", func(s object) {
			s["networks"].(object)["main"].(object)["zoneNames"] = []string{"eu-west-1a", "eu-west-1b"}
			s["clusters"].(object)["apps"].(object)["zones"] = []string{"eu-west-1a", "eu-west-1c"}
		}, []string{`aws.clusters.apps.zones[1]: tier "private" has no subnet in "eu-west-1c", did you mean`}},
		"services in the network": {"address ranges must not overlap", func(s object) {
			s["clusters"].(object)["apps"].(object)["serviceCidr"] = "10.0.0.0/16"
		}, []string{`aws.clusters.apps.serviceCidr: overlaps with 10.0.0.0/16 of network "main"`}},
		"nodes in a public tier": {"they would get no public addresses", func(s object) {
			s["clusters"].(object)["apps"].(object)["nodeTier"] = "public"
		}, []string{`aws.clusters.apps.nodeTier: nodes in the public tier "public" get no public addresses`}},
		"IPv6 in a network without it": {"the subnets need IPv6 CIDR blocks", func(s object) {
			s["clusters"].(object)["apps"].(object)["ipFamily"] = "ipv6"
		}, []string{`aws.clusters.apps.ipFamily: tier "private" has no IPv6 addresses`}},
		"access logs without a bucket": {"the prefix has no effect", func(s object) {
			s["buckets"].(object)["copies"].(object)["logging"] = object{"prefix": "copies/"}
		}, []string{"aws.buckets.copies.logging.bucket: required with prefix: add the name of the bucket for the logs"}},
		"replica without a destination": {"nothing is replicated", func(s object) {
			s["buckets"].(object)["a-orders"].(object)["replication"] = object{"copies": object{}, "other": object{}}
		}, []string{"aws.buckets.a-orders.replication.other.bucketArn: required: add the ARN of the destination bucket"}},
		"network without DNS": {"the name of a private API server has to resolve", func(s object) {
			s["networks"].(object)["main"].(object)["dnsHostnames"] = false
		}, []string{`aws.clusters.apps.network: network "main" does not resolve the name of the private API server`}},
		"tier of an instance": {"the network has no such tier", func(s object) {
			s["instances"].(object)["bastion"].(object)["tier"] = "publc"
		}, []string{`aws.instances.bastion.tier: unknown tier "publc" of the network "main", did you mean "public"?`}},
		"identity without an OIDC provider": {"IRSA requires it", func(s object) {
			s["clusters"].(object)["apps"].(object)["identityProvider"] = false
			s["workloadIdentities"].(object)["web"].(object)["method"] = "irsa"
		}, []string{`aws.workloadIdentities.web.method: IRSA requires the OIDC provider of cluster "apps"`}},
		"one name for two clusters": {"EKS would reject the second one", func(s object) {
			s["clusters"].(object)["other"] = object{"name": "apps", "network": "main", "version": "1.34", "creatorAdmin": true, "nodeGroups": object{"main": object{}}}
			s["workloadIdentities"].(object)["web"].(object)["cluster"] = "apps"
		}, []string{`aws.clusters.other.name: duplicate EKS cluster "apps" in eu-west-1 of the account, same as aws.clusters.apps (Pulumi.dev.yaml:1:`}},
		"one name for two buckets": {"names of buckets are unique in all accounts", func(s object) {
			s["buckets"].(object)["copies"].(object)["bucketName"] = "shop-orders"
			s["buckets"].(object)["logs"].(object)["bucketName"] = "shop-orders"
		}, []string{`aws.buckets.logs.bucketName: duplicate S3 bucket "shop-orders", same as aws.buckets.copies.bucketName`}},
		"one name for two roles": {"IAM does not distinguish case, nor regions", func(s object) {
			for entry, name := range map[string]string{"deploy": "Deploy", "other": "deploy"} {
				provider := map[string]string{"deploy": "primary", "other": "dr"}[entry]
				s["roles"].(object)[entry] = object{"provider": provider, "name": name,
					"trust": object{"github": object{"acme/shop": object{"branches": []string{"main"}}}}}
			}
		}, []string{`aws.roles.other.name: duplicate IAM role "deploy" in the account, same as aws.roles.deploy.name`}},
		"one issuer twice": {"an account has one provider for an issuer", func(s object) {
			s["identityProviders"].(object)["again"] = object{"provider": "dr", "url": "https://token.actions.githubusercontent.com"}
		}, []string{`aws.identityProviders.github.url: duplicate OIDC provider "https://token.actions.githubusercontent.com" in the account`}},
		"one service account for two identities": {"EKS allows one association", func(s object) {
			s["workloadIdentities"].(object)["web2"] = object{"namespace": "shop", "serviceAccount": "web"}
		}, []string{`aws.workloadIdentities.web2.serviceAccount: duplicate service account "shop/web" in cluster "apps"`}},
		"place instead of a region": {"the code of the region is suggested", func(s object) {
			s["providers"].(object)["dr"].(object)["region"] = "Ireland"
		}, []string{`aws.providers.dr.region: unknown region "Ireland", did you mean "eu-west-1"?`}},
		"option of a component": {"components check their options", func(s object) {
			s["networks"].(object)["main"].(object)["cidr"] = "10.0.0.0/8"
		}, []string{"aws.networks.main.cidr"}},
		"credential": {"credentials are not options", func(s object) {
			s["providers"].(object)["dr"].(object)["secretKey"] = canary
		}, []string{"aws.providers.dr.secretKey"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			section := everything()
			tc.change(section)
			r, err := deploy(t, section, keys())
			require.ErrorIs(t, err, failure.Configuration)
			for _, want := range tc.want {
				require.ErrorContains(t, err, want, tc.reason)
			}
			require.NotContains(t, err.Error(), canary)
			require.NotContains(t, err.Error(), "coreDns", "nodes are misplaced, not missing")
			require.Empty(t, r.Resources, "nothing is registered")
		})
	}
}

func TestCredentialsAreResolvedBeforeAnythingIsCreated(t *testing.T) {
	t.Parallel()
	section := object{
		"providers": object{"primary": object{"region": "eu-west-1"}, "other": object{"region": "eu-west-1", "instanceMetadata": false}},
		"networks":  object{"main": object{"provider": "primary", "cidr": "10.0.0.0/16"}},
	}
	r, err := deploy(t, section, environment(nil))
	require.ErrorIs(t, err, failure.Credentials)
	require.ErrorContains(t, err, "provider primary")
	require.NotContains(t, err.Error(), "provider other", "the provider is not used")
	require.Empty(t, r.Resources)
}

func TestDisabledModuleNeedsNoProvidersAndCredentials(t *testing.T) {
	t.Parallel()
	r, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		return deployment.Run(ctx, aws.Module(aws.WithCredentials(environment(nil))))
	}, pulumitest.WithConfig(map[string]string{"ashlar:aws": `{"enabled": false}`}))
	require.NoError(t, err)
	require.Empty(t, r.Resources)
}

// A constructor needs account, region and partition. They are looked up once for each provider, whatever the number of
// components.
func TestEachProviderIsLookedUpOnce(t *testing.T) {
	t.Parallel()
	buckets := object{}
	for i := range 5 {
		for _, provider := range []string{"primary", "dr"} {
			buckets[fmt.Sprintf("%s-%d", provider, i)] = object{"provider": provider, "encryption": object{"algorithm": "aws:kms"}}
		}
	}
	section := everything()
	section["buckets"] = buckets
	delete(section, "clusters")
	delete(section, "workloadIdentities")
	r, err := deploy(t, section, keys())
	require.NoError(t, err)
	got := map[string]int{}
	for _, i := range r.Invokes {
		if strings.HasPrefix(i.Token, "aws:index/") && i.Token != "aws:index/getAvailabilityZones:getAvailabilityZones" {
			got[i.Provider.Name+" "+i.Token]++
		}
	}
	require.Equal(t, map[string]int{
		"primary aws:index/getCallerIdentity:getCallerIdentity": 1, "dr aws:index/getCallerIdentity:getCallerIdentity": 1,
		"primary aws:index/getRegion:getRegion": 1, "dr aws:index/getRegion:getRegion": 1,
		"primary aws:index/getPartition:getPartition": 1, "dr aws:index/getPartition:getPartition": 1,
	}, got)
}

func TestDifferentNamesAreAccepted(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(object){
		"one cluster name in two regions": func(s object) {
			s["networks"].(object)["dr"] = object{"provider": "dr", "cidr": "10.1.0.0/16"}
			s["clusters"].(object)["other"] = object{"name": "apps", "network": "dr", "version": "1.34", "creatorAdmin": true,
				"nodeGroups": object{"general": object{"image": object{"version": "1.34.1-20261101"}}}}
			s["workloadIdentities"].(object)["web"].(object)["cluster"] = "apps"
			s["instances"].(object)["bastion"].(object)["network"] = "main"
		},
		"one role name in two accounts": func(s object) {
			s["providers"].(object)["dr"].(object)["allowedAccountIds"] = []string{"444455556666"}
			for entry, provider := range map[string]string{"deploy": "primary", "other": "dr"} {
				s["roles"].(object)[entry] = object{"provider": provider, "name": "deploy",
					"trust": object{"github": object{"acme/shop": object{"branches": []string{"main"}}}}}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			section := everything()
			change(section)
			_, err := deploy(t, section, keys())
			require.NoError(t, err)
		})
	}
}

func TestLookupsReportTheirEntry(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		change func(section object)
		want   string
	}{
		"version": {"EKS does not have it", func(s object) { s["clusters"].(object)["apps"].(object)["version"] = "1.35" },
			"aws.clusters.apps.version: version 1.35 is not available in this region, expected one of: 1.34"},
		"zone": {"the region does not have it", func(s object) {
			s["networks"].(object)["main"].(object)["zoneNames"] = []string{"eu-west-1a", "eu-west-1x"}
		}, `aws.networks.main.zoneNames[1]: unknown zone "eu-west-1x" in this region`},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			section := everything()
			tc.change(section)
			_, err := deploy(t, section, keys())
			require.ErrorIs(t, err, failure.Configuration, tc.reason)
			require.ErrorContains(t, err, "  Pulumi.dev.yaml:1:", tc.reason)
			require.ErrorContains(t, err, tc.want, tc.reason)
		})
	}
}
