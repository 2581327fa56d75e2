package core_test

import (
	"reflect"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/ashlar-iac/ashlar/core"
)

func TestProviderInfoText(t *testing.T) {
	t.Parallel()
	for want, info := range map[string]core.ProviderInfo{
		"aws/primary":                           {Module: "aws", Name: "primary"},
		"aws/primary (eu-west-1, 111122223333)": {Module: "aws", Name: "primary", Region: "eu-west-1", Account: "111122223333"},
		"kubernetes/prod":                       {Module: "kubernetes", Name: "prod", Cluster: "prod"},
	} {
		assert.Equal(t, want, info.String())
	}
}

func TestTiersOfANetwork(t *testing.T) {
	t.Parallel()
	subnet := func(tier, zone string) core.Subnet {
		return core.Subnet{Tier: tier, Zone: zone, ID: pulumi.String(tier + zone)}
	}
	n := core.NetworkInfo{Subnets: []core.Subnet{subnet("public", "a"), subnet("private", "a"), subnet("public", "b")}}
	assert.Equal(t, []string{"public", "private"}, n.Tiers(), "in the order of the subnets, each once")
	assert.Equal(t, []core.Subnet{subnet("public", "a"), subnet("public", "b")}, n.Tier("public"))
	assert.Empty(t, n.Tier("isolated"))
}

// TestContractsAreSmall keeps every interface that modules implement at five methods at most.
func TestContractsAreSmall(t *testing.T) {
	t.Parallel()
	for _, contract := range []reflect.Type{
		reflect.TypeFor[core.Cluster](), reflect.TypeFor[core.Network](), reflect.TypeFor[core.Provider](),
		reflect.TypeFor[core.WorkloadIdentity](),
	} {
		assert.LessOrEqual(t, contract.NumMethod(), 5, contract)
	}
}

func TestAWorkloadIdentityMatchesClustersOfItsPlatform(t *testing.T) {
	t.Parallel()
	main := core.WorkloadIdentityInfo{Name: "web", Platform: "aks", Cluster: "main"}
	for _, tc := range []struct {
		reason   string
		identity core.WorkloadIdentityInfo
		cluster  core.ClusterInfo
		want     bool
	}{
		{"the same cluster", main, core.ClusterInfo{Name: "main", Platform: "aks"}, true},
		{"another cluster of the platform", main, core.ClusterInfo{Name: "spare", Platform: "aks"}, false},
		{"a cluster of the same name on another platform", main, core.ClusterInfo{Name: "main", Platform: "eks"}, false},
		{"an unknown platform", main, core.ClusterInfo{Name: "main"}, true},
		{"an unknown platform and another name", main, core.ClusterInfo{Name: "spare"}, false},
		{"an identity for any cluster of the platform", core.WorkloadIdentityInfo{Platform: "aks"}, core.ClusterInfo{Name: "main", Platform: "aks"}, true},
		{"an identity for any cluster", core.WorkloadIdentityInfo{}, core.ClusterInfo{Name: "main", Platform: "eks"}, true},
	} {
		assert.Equal(t, tc.want, tc.identity.Matches(tc.cluster), tc.reason)
	}
}
