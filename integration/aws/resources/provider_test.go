package resources_test

import (
	"strings"
	"testing"

	pulumiaws "github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws"
	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

const (
	logGroup = "aws:cloudwatch/logGroup:LogGroup"
	canary   = "canary-5d41402abc4b2a76"
)

// environment returns the credentials with which the engine runs providers.
func environment() *credentials.Resolver {
	return credentials.New(credentials.WithLookup(func(name string) (string, bool) {
		value, ok := map[string]string{"AWS_ACCESS_KEY_ID": "simulated", "AWS_SECRET_ACCESS_KEY": canary}[name]
		return value, ok
	}))
}

func TestTwoRegionsInOneProgram(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t)
	retention, standby := 30, "eu-central-1"
	tags := map[string]string{"team": "a"}
	life := a.Life(t, "regions", func(ctx *pulumi.Context) error {
		for name, region := range map[string]string{"primary": "eu-west-1", "dr": standby} {
			p, err := aws.NewProvider(ctx, name, &aws.ProviderArgs{
				Region: region, AllowedAccountIDs: pulumi.ToStringArray([]string{"123456789012"}),
				DefaultTags: pulumi.ToStringMap(tags), Credentials: environment(),
			})
			if err != nil {
				return err
			}
			found, err := pulumiaws.GetRegion(ctx, nil, pulumi.Provider(p))
			if err != nil {
				return err
			}
			ctx.Export(name, pulumi.String(found.Name))
			if _, err := cloudwatch.NewLogGroup(ctx, name, &cloudwatch.LogGroupArgs{
				RetentionInDays: pulumi.Int(retention),
			}, pulumi.Provider(p)); err != nil {
				return err
			}
		}
		return nil
	})
	up := life.Up()
	require.Equal(t, "eu-west-1", up.Outputs["primary"].Value)
	require.Equal(t, "eu-central-1", up.Outputs["dr"].Value)
	require.NoError(t, life.CheckNoSecret(nil, canary))
	var places []string
	for _, o := range a.Objects(t) {
		fields := strings.Fields(o)
		name, _, _ := strings.Cut(fields[2], "-")
		places = append(places, fields[1]+" "+name)
	}
	require.Equal(t, []string{"123456789012/eu-central-1 dr", "123456789012/eu-west-1 primary"}, places)

	retention = 90
	life.Change("retention", "update "+logGroup+" primary", "update "+logGroup+" dr")
	tags["team"] = "b"
	life.Change("tags of the providers", "update pulumi:providers:aws primary", "update pulumi:providers:aws dr",
		"update "+logGroup+" primary", "update "+logGroup+" dr")
	standby = "eu-north-1"
	life.Change("another region replaces the provider and its resources", "replace pulumi:providers:aws dr", "replace "+logGroup+" dr")
	life.Destroy()
}

// No resources are created.
func TestCredentialsOfAnotherAccountAreRejected(t *testing.T) {
	t.Parallel()
	tests := map[string]aws.ProviderArgs{
		"not allowed": {Region: "eu-west-1", AllowedAccountIDs: pulumi.ToStringArray([]string{"111122223333"})},
		"forbidden":   {Region: "eu-west-1", ForbiddenAccountIDs: pulumi.ToStringArray([]string{"123456789012"})},
	}
	for name, args := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := cloudtest.Simulated(t)
			life := a.Life(t, "account", func(ctx *pulumi.Context) error {
				args.Credentials = environment()
				p, err := aws.NewProvider(ctx, "primary", &args)
				if err != nil {
					return err
				}
				_, err = cloudwatch.NewLogGroup(ctx, "logs", nil, pulumi.Provider(p))
				return err
			})
			preview, err := life.Preview(t.Context())
			require.Error(t, err, preview.Output)
			require.Contains(t, preview.Output, "AWS account ID not allowed: 123456789012")
			up, err := life.Stack.Up(t.Context())
			require.Error(t, err, up.Output)
			require.Contains(t, up.Output, "AWS account ID not allowed: 123456789012")
			a.RequireEmpty(t)
		})
	}
}

func TestAssumedRoleOfAnotherAccount(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t)
	life := a.Life(t, "role", func(ctx *pulumi.Context) error {
		p, err := aws.NewProvider(ctx, "primary", &aws.ProviderArgs{
			Region: "eu-west-1", AllowedAccountIDs: pulumi.ToStringArray([]string{"111122223333"}),
			AssumeRole:  &aws.AssumeRole{ARN: pulumi.String("arn:aws:iam::111122223333:role/deploy")},
			Credentials: environment(),
		})
		if err != nil {
			return err
		}
		_, err = cloudwatch.NewLogGroup(ctx, "logs", nil, pulumi.Provider(p))
		return err
	})
	life.Up()
	for _, o := range a.Objects(t) {
		require.Equal(t, "111122223333/eu-west-1", strings.Fields(o)[1])
	}
	life.Destroy()
}
