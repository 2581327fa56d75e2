package iam_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/core/config"
)

// permitted are arguments with the options of a role.
type permitted struct {
	ManagedPolicies config.Named[pulumi.StringInput] `pulumi:"managedPolicies,optional"`
}

func (m *permitted) Validate(report *config.Report) {
	(&iam.Permissions{ManagedPolicies: m.ManagedPolicies}).Check(report, map[string]string{"own": "AmazonSSMManagedInstanceCore"})
}

func TestPermissionsHaveTheRulesOfARole(t *testing.T) {
	t.Parallel()
	attach := func(name, policy string) permitted {
		return permitted{ManagedPolicies: config.Named[pulumi.StringInput]{name: pulumi.String(policy)}}
	}
	tests := map[string]struct {
		reason string
		given  permitted
		want   string
	}{
		"taken": {"a name is one attachment", attach("own", "CloudWatchAgentServerPolicy"),
			"managedPolicies.own: the name is used by a policy of the component: use another name"},
		"broad": {"a role's own rule", attach("all", "AdministratorAccess"), "managedPolicies.all"},
		"twice": {"the policies of the role count", attach("again", "AmazonSSMManagedInstanceCore"), "duplicate of the policy"},
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
	args := given.Role("Machine", iam.Trust{}, map[string]string{"own": "AmazonSSMManagedInstanceCore"}, pulumi.StringMap{"team": pulumi.String("shop")})
	require.Equal(t, config.Named[pulumi.StringInput]{
		"metrics": pulumi.String("CloudWatchAgentServerPolicy"), "own": pulumi.String("AmazonSSMManagedInstanceCore"),
	}, args.ManagedPolicies)
	require.Len(t, given.ManagedPolicies, 1, "what is given is left alone")
	require.Equal(t, pulumi.StringMap{"team": pulumi.String("shop")}, args.Tags)
	require.False(t, (&iam.Permissions{}).Given())
}
