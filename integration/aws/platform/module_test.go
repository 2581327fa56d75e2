package platform_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

const canary = "canary-5d41402abc4b2a76"

// twoRegions has entries of most kinds, in two regions.
const twoRegions = `{
  "enabled": true,
  "providers": {
    "primary": { "region": "eu-west-1", "allowedAccountIds": ["123456789012"] },
    "dr": { "region": "eu-central-1", "allowedAccountIds": ["123456789012"] }
  },
  "networks": {
    "main": { "provider": "primary", "cidr": "10.0.0.0/16", "zones": 2, "nat": "single" },
    "standby": { "provider": "dr", "cidr": "10.1.0.0/16", "zones": 2, "nat": "none" }
  },
  "buckets": {
    "copies": { "provider": "dr" },
    "logs": { "provider": "primary", "logTarget": { "accessLogs": true } },
    "orders": { "provider": "primary", "logTo": "logs", "replicateTo": ["copies"] }
  },
  "policies": {
    "read": { "provider": "primary", "statements": [{ "effect": "Allow", "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::shop/*"] }] }
  },
  "identityProviders": { "github": { "provider": "primary", "url": "https://token.actions.githubusercontent.com" } },
  "roles": {
    "deploy": { "provider": "primary", "policies": ["read"], "trust": { "github": { "acme/shop": { "branches": ["main"] } } } }
  },
  "instances": { "bastion": { "network": "main", "instanceType": "t4g.small", "policies": ["read"] } }
}`

// Resources are in the region of their provider, tagged with the metadata of the deployment, and the state has no
// credentials.
func TestSectionInTwoRegions(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t)
	found := credentials.New(credentials.WithLookup(func(name string) (string, bool) {
		value, ok := map[string]string{"AWS_ACCESS_KEY_ID": "simulated", "AWS_SECRET_ACCESS_KEY": canary}[name]
		return value, ok
	}))
	manager := deployment.NewManager(deployment.WithConfig(config.WithStackFile(filepath.Join(t.TempDir(), "Pulumi.dev.yaml"))))
	life := a.Life(t, "section", func(ctx *pulumi.Context) error {
		return manager.Run(ctx, aws.Module(aws.WithCredentials(found)))
	})
	set := func(key, value string) {
		require.NoError(t, life.SetConfig(t.Context(), key, auto.ConfigValue{Value: value}))
	}
	set("ashlar:project", `{"name":"shop","owner":"platform","environment":"dev"}`)
	set("ashlar:aws", twoRegions)
	up := life.Up()
	require.Equal(t, map[string]any{"aws": "deployed"}, up.Outputs["modules"].Value)
	require.NoError(t, life.CheckNoSecret(nil, canary))
	require.Equal(t, map[string]int{"eu-west-1": 1, "eu-central-1": 1}, regions(t, a, "aws:ec2/vpc:Vpc"))
	require.Equal(t, map[string]int{"eu-west-1": 6, "eu-central-1": 6}, regions(t, a, "aws:ec2/subnet:Subnet"))
	require.Equal(t, map[string]int{"eu-west-1": 1}, regions(t, a, "aws:ec2/natGateway:NatGateway"))
	require.Equal(t, map[string]int{"eu-west-1": 1}, regions(t, a, "aws:ec2/instance:Instance"))
	require.Equal(t, map[string]int{"eu-west-1": 2, "eu-central-1": 1}, regions(t, a, "aws:s3/bucketV2:BucketV2"))
	for _, o := range objects(t, a, "aws:ec2/subnet:Subnet") {
		tags, _ := o.Outputs["tagsAll"].(map[string]any)
		require.Equal(t, "platform", tags["owner"], "all resources have the metadata of the deployment")
	}

	set("ashlar:aws", strings.Replace(twoRegions, `"nat": "none"`, `"nat": "single"`, 1))
	life.Change("NAT in the other region",
		"create aws:ec2/eip:Eip standby-nat-eu-central-1a", "create aws:ec2/natGateway:NatGateway standby-nat-eu-central-1a",
		"create aws:ec2/route:Route standby-private-eu-central-1a-internet", "create aws:ec2/route:Route standby-private-eu-central-1b-internet")
	life.Destroy()
}

func objects(t *testing.T, a *cloudtest.Account, typ string) []*cloud.Object {
	t.Helper()
	all, err := a.Store.List(typ)
	require.NoError(t, err)
	return all
}

// regions counts the objects of a type by region.
func regions(t *testing.T, a *cloudtest.Account, typ string) map[string]int {
	t.Helper()
	out := map[string]int{}
	for _, o := range objects(t, a, typ) {
		region := o.Place[strings.LastIndex(o.Place, "/")+1:]
		if own := o.Text("region"); own != "" {
			region = own // Buckets are global to a partition: their region is an output.
		}
		out[region]++
	}
	return out
}
