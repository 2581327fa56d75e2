package aws_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws"
	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// BenchmarkOverhead measures previews of stack files: networks, clusters, and buckets with roles.
func BenchmarkOverhead(b *testing.B) {
	networks, clusters, buckets, roles := object{}, object{}, object{}, object{}
	for i := range 10 {
		networks[fmt.Sprintf("n-%d", i)] = object{"cidr": fmt.Sprintf("10.%d.0.0/16", i)}
		clusters[fmt.Sprintf("c-%d", i)] = object{
			"network": fmt.Sprintf("n-%d", i), "version": "1.34", "creatorAdmin": true,
			"nodeGroups": object{"general": object{"image": object{"version": "1.34.1-20261101"}}},
		}
	}
	for i := range 100 {
		buckets[fmt.Sprintf("b-%d", i)] = object{}
		roles[fmt.Sprintf("r-%d", i)] = object{
			"trust": object{"services": object{"ec2.amazonaws.com": object{}}},
			"inlinePolicies": object{"read": object{"statements": []object{
				{"effect": "Allow", "actions": []string{"s3:GetObject"}, "resources": []string{"arn:aws:s3:::shop-orders/*"}},
			}}},
		}
	}
	region := object{"primary": object{"region": "eu-west-1"}}
	for _, tc := range []struct {
		name    string
		limit   float64
		section object
	}{
		{"networks", 1.4, object{"providers": region, "networks": networks}},
		{"clusters", 1.45, object{"providers": region, "networks": networks, "clusters": clusters}},
		{"buckets and roles", 1.55, object{"providers": region, "buckets": buckets, "roles": roles}},
	} {
		b.Run(tc.name, func(b *testing.B) {
			tc.section["enabled"] = true
			text, err := json.Marshal(tc.section)
			if err != nil {
				b.Fatal(err)
			}
			stackFile := filepath.Join(b.TempDir(), "Pulumi.dev.yaml")
			if err := os.WriteFile(stackFile, []byte(`{"config": {"ashlar:aws": `+string(text)+`}}`), 0o600); err != nil {
				b.Fatal(err)
			}
			manager := deployment.NewManager(deployment.WithConfig(config.WithStackFile(stackFile)))
			pulumitest.Overhead(b, tc.limit, func(ctx *pulumi.Context) error { return manager.Run(ctx, aws.Module(aws.WithCredentials(keys()))) },
				pulumitest.WithConfig(map[string]string{"ashlar:aws": string(text)}), pulumitest.Preview(),
				fixture.Cloud(), versions(), arns())
		})
	}
}
