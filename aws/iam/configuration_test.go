package iam_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// identities is a section that describes roles and policies as a module's does.
type identities struct {
	Roles    config.Named[role]           `pulumi:"roles"`
	Policies config.Named[iam.PolicyArgs] `pulumi:"policies"`
}

type role struct {
	iam.RoleArgs

	Provider string `pulumi:"provider"`
}

// values are what the stack file says. JSON is YAML, and what the engine hands over.
const values = `{"roles":{"deploy":{"trust":{"services":{"ec2.amazonaws.com":null,` +
	`"states.amazonaws.com":{"sourceArns":["arn:aws:states:*:123456789012:stateMachine:*"]}},` +
	`"accounts":{"111122223333":{"externalId":"shop-42"}},` +
	`"github":{"acme/shop":{"branches":["main"],"organizationId":"123","repositoryId":"456"}}},` +
	`"managedPolicies":{"ssm":"AmazonSSMManagedInstanceCore"},` +
	`"inlinePolicies":{"read":{"statements":[{"effect":"Allow","actions":["s3:GetObject"],"resources":["arn:aws:s3:::data/*"]}]}},` +
	`"instanceProfile":true,"provider":"primary"}},` +
	`"policies":{"read-data":{"statements":[{"effect":"Allow","actions":["s3:GetObject"],"resources":["arn:aws:s3:::data/*"]}]}}}`

// What people write in a stack file is what programs write in Go.
func TestRolesOfAStackFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "Pulumi.dev.yaml")
	require.NoError(t, os.WriteFile(path, []byte("config:\n  ashlar:identities: "+values+"\n"), 0o600))
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		section := config.NewSection[identities]("identities", nil)
		m, err := config.Load(ctx, []config.Section{section}, config.WithStackFile(path))
		require.NoError(t, err)
		read, err := config.Get[*identities](m, "identities")
		require.NoError(t, err)
		deploy := read.Roles["deploy"]
		require.Equal(t, "primary", deploy.Provider)
		if _, err := iam.NewRole(ctx, "deploy", &deploy.RoleArgs); err != nil {
			return err
		}
		data := read.Policies["read-data"]
		_, err = iam.NewPolicy(ctx, "read-data", &data)
		return err
	}, fixture.Cloud(), pulumitest.WithConfig(map[string]string{"ashlar:identities": values}))
	trust := r.One(t, "aws:iam/role:Role").Inputs["assumeRolePolicy"].StringValue()
	for _, part := range []string{
		`"Principal":{"Service":"ec2.amazonaws.com"}`, `"aws:SourceArn":"arn:aws:states:*:123456789012:stateMachine:*"`, `"sts:ExternalId":"shop-42"`,
		`repo:acme@123/shop@456:ref:refs/heads/main`,
	} {
		require.Contains(t, trust, part)
	}
	require.Len(t, r.Of("aws:iam/rolePolicy:RolePolicy"), 1)
	require.Len(t, r.Of("aws:iam/instanceProfile:InstanceProfile"), 1)
	require.Len(t, r.Of("aws:iam/policy:Policy"), 1)
}
