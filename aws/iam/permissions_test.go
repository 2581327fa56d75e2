package iam_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/core/config"
)

// permitted is an argument type that embeds permissions, as components have it.
type permitted struct {
	iam.Permissions
}

func (m *permitted) Validate(report *config.Report) {
	m.Check(report, map[string]string{"own": "AmazonSSMManagedInstanceCore"})
}

func TestPermissionsHaveTheRulesOfARole(t *testing.T) {
	t.Parallel()
	attach := func(name, policy string) permitted {
		return permitted{iam.Permissions{ManagedPolicies: config.Named[pulumi.StringInput]{name: pulumi.String(policy)}}}
	}
	tests := map[string]struct {
		reason string
		given  permitted
		want   string
	}{
		"taken": {"a name is one attachment", attach("own", "CloudWatchAgentServerPolicy"),
			"managedPolicies.own: the role has a policy under this name: choose another one"},
		"broad": {"a role's own rule", attach("all", "AdministratorAccess"), "managedPolicies.all"},
		"twice": {"the policies of the role count", attach("again", "AmazonSSMManagedInstanceCore"), "it is the same policy as"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.ErrorContains(t, config.Check("arguments", &tc.given), tc.want, tc.reason)
		})
	}
	fine := attach("metrics", "CloudWatchAgentServerPolicy")
	require.NoError(t, config.Check("arguments", &fine))
}

func TestARoleWithPermissionsKeepsItsOwnPolicies(t *testing.T) {
	t.Parallel()
	given := iam.Permissions{ManagedPolicies: config.Named[pulumi.StringInput]{"metrics": pulumi.String("CloudWatchAgentServerPolicy")}}
	require.True(t, given.Given())
	args := given.Role("Machine", iam.Trust{}, map[string]string{"own": "AmazonSSMManagedInstanceCore"}, map[string]string{"team": "shop"})
	require.Equal(t, config.Named[pulumi.StringInput]{
		"metrics": pulumi.String("CloudWatchAgentServerPolicy"), "own": pulumi.String("AmazonSSMManagedInstanceCore"),
	}, args.ManagedPolicies)
	require.Len(t, given.ManagedPolicies, 1, "what is given is left alone")
	require.Equal(t, map[string]string{"team": "shop"}, args.Tags)
	require.False(t, (&iam.Permissions{}).Given())
}
