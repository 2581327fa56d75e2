package network_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// place answers lookups of a region.
func place(partition, region, prefix string) func(pulumitest.Invocation) (resource.PropertyMap, error) {
	return func(i pulumitest.Invocation) (resource.PropertyMap, error) {
		switch i.Token {
		case "aws:index/getPartition:getPartition":
			return resource.NewPropertyMapFromMap(map[string]any{
				"id": partition, "partition": partition, "dnsSuffix": "amazonaws.com.cn", "reverseDnsPrefix": prefix,
			}), nil
		case "aws:index/getRegion:getRegion":
			return resource.NewPropertyMapFromMap(map[string]any{"id": region, "name": region}), nil
		}
		return nil, nil
	}
}

// document returns the policy of an endpoint.
func document(t *testing.T, r *pulumitest.Recording, name string) map[string]policy.Statement {
	t.Helper()
	text, ok := endpoint(t, r, name).Input("policy")
	require.True(t, ok, name)
	d, err := policy.Parse([]byte(text.StringValue()))
	require.NoError(t, err)
	out := map[string]policy.Statement{}
	for _, s := range d.Statements {
		out[s.Sid] = s
	}
	return out
}

// conditions returns the values of conditions by key.
func conditions(s policy.Statement) map[string]any {
	out := map[string]any{}
	for _, c := range s.Conditions {
		out[string(c.Key.(pulumi.String))] = c.Values
	}
	return out
}

func texts(values ...string) pulumi.StringArray { return pulumi.ToStringArray(values) }

func TestPrincipalsAndResourcesOfEndpointPolicies(t *testing.T) {
	t.Parallel()
	const organization, other = "o-a1b2c3d4e5", "210987654321"
	tests := map[string]struct {
		reason string
		args   network.EndpointsArgs
		want   []map[string]any
	}{
		"Account": {"principals and resources of the account", network.EndpointsArgs{}, []map[string]any{
			{"aws:PrincipalAccount": texts(fixture.Account), "aws:ResourceAccount": texts(fixture.Account)},
		}},
		"Accounts": {"of additional accounts", network.EndpointsArgs{Accounts: []string{other}}, []map[string]any{
			{"aws:PrincipalAccount": texts(fixture.Account, other), "aws:ResourceAccount": texts(fixture.Account, other)},
		}},
		"Organization": {"of the organization", network.EndpointsArgs{Organization: organization}, []map[string]any{
			{"aws:PrincipalOrgID": texts(organization), "aws:ResourceOrgID": texts(organization)},
		}},
		"Both": {"of the organization and additional accounts, in all combinations", network.EndpointsArgs{Organization: organization, Accounts: []string{other}}, []map[string]any{
			{"aws:PrincipalOrgID": texts(organization), "aws:ResourceOrgID": texts(organization)},
			{"aws:PrincipalOrgID": texts(organization), "aws:ResourceAccount": texts(other)},
			{"aws:PrincipalAccount": texts(other), "aws:ResourceOrgID": texts(organization)},
			{"aws:PrincipalAccount": texts(other), "aws:ResourceAccount": texts(other)},
		}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.args.Services = []string{"kms"}
			r := endpoints(t, tc.args)
			for _, service := range []string{"kms", "gateway-dynamodb"} {
				var got []map[string]any
				statements := document(t, r, service)
				for _, sid := range []string{"Own1", "Own2", "Own3", "Own4"} {
					if s, ok := statements[sid]; ok {
						require.True(t, s.Principals.Everyone, "conditions restrict the principals")
						got = append(got, conditions(s))
					}
				}
				// JSON lists are sorted.
				require.Len(t, statements, len(tc.want), tc.reason)
				for i, want := range tc.want {
					for key, values := range want {
						require.ElementsMatch(t, values, got[i][key], "%s: %s", tc.reason, key)
					}
					require.Len(t, got[i], len(want), tc.reason)
				}
			}
		})
	}
}

func TestEndpointPoliciesAllowOnlyActionsOfTheService(t *testing.T) {
	t.Parallel()
	r := endpoints(t, network.EndpointsArgs{Services: []string{"kms", "monitoring", "kinesis-firehose", "com.amazonaws.eu-west-1.freetier"}})
	for service, want := range map[string]string{
		"kms": "kms:*", "monitoring": "cloudwatch:*", "kinesis-firehose": "firehose:*", "gateway-dynamodb": "dynamodb:*", "freetier": "*",
	} {
		require.Equal(t, []string{want}, document(t, r, service)["Own1"].Actions, service)
	}
}

// Resources that AWS owns can be read, and nothing else.
func TestEndpointPoliciesAllowResourcesOfAWS(t *testing.T) {
	t.Parallel()
	r := endpoints(t, network.EndpointsArgs{Bundles: []network.EndpointBundle{"eks", "ssm"}, Services: []string{"execute-api"}})

	s3 := document(t, r, "gateway-s3")["FromAWS"]
	require.Equal(t, []string{"s3:GetObject"}, s3.Actions, "read only")
	require.Empty(t, s3.Conditions, "image layers are read by ECR principals, packages by unsigned requests")
	for _, bucket := range []string{
		"prod-eu-west-1-starport-layer-bucket", "al2023-repos-eu-west-1-de612dc2", "amazonlinux-2-repos-eu-west-1", "aws-ssm-eu-west-1",
		"patch-baseline-snapshot-eu-west-1", "amazoncloudwatch-agent-eu-west-1",
	} {
		require.Contains(t, s3.Resources, pulumi.String("arn:aws:s3:::"+bucket+"/*"))
	}

	for _, service := range []string{"ecr.api", "ecr.dkr"} {
		pull := document(t, r, service)["Pull"]
		require.Equal(t, map[string]any{"aws:PrincipalAccount": texts(fixture.Account)}, conditions(pull), "images of EKS add-ons are in accounts of AWS")
		for _, action := range pull.Actions {
			require.Regexp(t, "^ecr:(BatchGet|BatchCheck|Describe|Get)", action, "pull only")
		}
	}

	images := document(t, r, "ec2")["Images"]
	require.Equal(t, []string{"ec2:RunInstances"}, images.Actions)
	require.Equal(t, texts("amazon", "aws-marketplace"), conditions(images)["ec2:Owner"])
	require.Equal(t, texts("arn:aws:ec2:*:aws:prefix-list/*"), document(t, r, "ec2")["PrefixLists"].Resources)
	require.Equal(t, texts("arn:aws:ssm:eu-west-1::document/*", "arn:aws:ssm:eu-west-1::parameter/aws/*"), document(t, r, "ssm")["FromAWS"].Resources)

	federated := document(t, r, "sts")["Federated"]
	require.Equal(t, []string{"sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"}, federated.Actions)
	require.Equal(t, map[string]any{"aws:ResourceAccount": texts(fixture.Account)}, conditions(federated), "roles of the account")
	require.Equal(t, map[string]any{"aws:ResourceAccount": texts(fixture.Account)}, conditions(document(t, r, "execute-api")["Unsigned"]))
}

func TestEndpointPoliciesAllowActionsWithoutTheAccountOfTheResource(t *testing.T) {
	t.Parallel()
	r := endpoints(t, network.EndpointsArgs{Services: []string{"ebs", "ec2", "events", "kms"}})
	for service, want := range map[string][]string{
		"ebs": {"ebs:*"},
		"ec2": {
			"ec2:AcceptTransitGatewayPeeringAttachment", "ec2:AcceptVpcEndpointConnections", "ec2:AcceptVpcPeeringConnection",
			"ec2:CopyFpgaImage", "ec2:CopyImage", "ec2:CopySnapshot", "ec2:CreateTransitGatewayPeeringAttachment",
			"ec2:CreateVolume", "ec2:CreateVpcEndpoint", "ec2:CreateVpcPeeringConnection",
		},
		"events": {"events:PutEvents"},
	} {
		s := document(t, r, service)["WithoutResource"]
		require.Equal(t, want, s.Actions, service)
		require.Equal(t, map[string]any{"aws:PrincipalAccount": texts(fixture.Account)}, conditions(s), service)
	}
	require.NotContains(t, document(t, r, "kms"), "WithoutResource")
	organization := document(t, endpoints(t, network.EndpointsArgs{Services: []string{"ebs"}, Organization: "o-a1b2c3d4e5"}), "ebs")
	require.Equal(t, map[string]any{"aws:PrincipalOrgID": texts("o-a1b2c3d4e5")}, conditions(organization["WithoutResource"]))
}

func TestCustomEndpointPolicies(t *testing.T) {
	t.Parallel()
	own := policy.Document{Statements: []policy.Statement{{
		Sid: "Mine", Effect: policy.Allow, Principals: &policy.Principals{Everyone: true}, Actions: []string{"s3:GetObject"},
		Resources: pulumi.StringArray{pulumi.String("arn:aws:s3:::shop/*")},
	}}}
	r := endpoints(t, network.EndpointsArgs{
		Services:     []string{"ecs-agent", "kms", "com.amazonaws.eu-west-1.freetier", "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718"},
		Policies:     map[string]policy.Document{"s3": own},
		Unrestricted: []string{"kms", "freetier"},
	})
	require.Len(t, document(t, r, "gateway-s3"), 1)
	require.Contains(t, document(t, r, "gateway-s3"), "Mine")
	require.Equal(t, []string{"*"}, document(t, r, "kms")[""].Actions, "explicit, since an endpoint whose policy is removed keeps the last one")
	for _, service := range []string{"ecs-agent", "freetier", "vpce-svc-0a1b2c3d4e5f60718"} {
		_, ok := endpoint(t, r, service).Input("policy")
		require.False(t, ok, "%s may not support policies", service)
	}
}

func TestECSEndpointsDoNotSupportPoliciesInGovCloud(t *testing.T) {
	t.Parallel()
	args := network.EndpointsArgs{Services: []string{"ecs"}}
	require.Contains(t, document(t, endpoints(t, args), "ecs"), "Own1")
	r := endpoints(t, args, pulumitest.WithInvoke(place("aws-us-gov", "us-gov-west-1", "com.amazonaws")))
	_, ok := endpoint(t, r, "ecs").Input("policy")
	require.False(t, ok, "rejected by AWS")
}

func TestEndpointPoliciesAreShortEnoughInAllRegions(t *testing.T) {
	t.Parallel()
	args := network.EndpointsArgs{
		Bundles: []network.EndpointBundle{"eks", "ssm"}, Organization: "o-a1b2c3d4e5a1b2c3d4e5a1b2c3d4e5a1", Accounts: []string{"210987654321", "321098765432"},
	}
	// The constructor rejects a policy that is too long.
	require.NotEmpty(t, endpointNames(endpoints(t, args, pulumitest.WithInvoke(place("aws-us-gov", "ap-southeast-99", "com.amazonaws")))))
}
