package aws_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
)

func TestPhysicalNamesAreUnique(t *testing.T) {
	t.Parallel()
	cluster := func(name string) object {
		return object{"network": "main", "version": "1.34", "creatorAdmin": true, "nodeGroups": object{"main": object{}}, "name": name}
	}
	trust := object{"services": object{"ec2.amazonaws.com": object{}}}
	for name, tc := range map[string]struct {
		reason  string
		section object
		want    []string
	}{
		"clusters": {"one name in a region", object{
			"providers": object{"primary": object{"region": "eu-west-1"}}, "networks": object{"main": object{"cidr": "10.0.0.0/16"}},
			"clusters": object{"a": cluster("shop"), "b": cluster("shop"), "c": cluster("a"), "shop": object{
				"network": "main", "version": "1.34", "creatorAdmin": true, "nodeGroups": object{"main": object{}},
			}},
		}, []string{
			`aws.clusters.b.name: duplicate EKS cluster "shop" in eu-west-1 of the account, same as aws.clusters.a.name`,
			`aws.clusters.shop: duplicate EKS cluster "shop"`,
		}},
		"buckets": {"one name among all accounts", object{
			"providers": object{"a": object{"region": "eu-west-1"}, "b": object{"region": "eu-central-1"}},
			"buckets":   object{"x": object{"provider": "a", "bucketName": "acme-logs"}, "y": object{"provider": "b", "bucketName": "acme-logs"}},
		}, []string{`aws.buckets.y.bucketName: duplicate S3 bucket "acme-logs", same as aws.buckets.x.bucketName`}},
		"roles": {"IAM ignores case, and is the same in all regions", object{
			"providers": object{
				"a": object{"region": "eu-west-1", "allowedAccountIds": []string{"111122223333"}},
				"b": object{"region": "eu-central-1", "allowedAccountIds": []string{"111122223333"}},
			},
			"roles": object{
				"x": object{"provider": "a", "name": "Deploy", "trust": trust}, "y": object{"provider": "b", "name": "deploy", "trust": trust},
			},
		}, []string{`aws.roles.y.name: duplicate IAM role "deploy" in account 111122223333, same as aws.roles.x.name`}},
		"different accounts": {"each account has its names", object{
			"providers": object{
				"a": object{"region": "eu-west-1", "allowedAccountIds": []string{"111122223333"}},
				"b": object{"region": "eu-west-1", "allowedAccountIds": []string{"444455556666"}},
			},
			"roles": object{
				"x": object{"provider": "a", "name": "deploy", "trust": trust}, "y": object{"provider": "b", "name": "deploy", "trust": trust},
			},
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := deploy(t, tc.section, keys())
			if len(tc.want) == 0 {
				require.NoError(t, err, tc.reason)
				return
			}
			var invalid *config.Error
			require.ErrorAs(t, err, &invalid, tc.reason)
			require.Len(t, invalid.Findings, len(tc.want), "%v", err)
			for i, want := range tc.want {
				require.Contains(t, invalid.Findings[i].String(), want, tc.reason)
			}
			require.Empty(t, r.Resources)
		})
	}
}
