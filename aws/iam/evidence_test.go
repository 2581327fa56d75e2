package iam_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
)

func TestEvidence(t *testing.T) {
	t.Parallel()
	broad := policy.Document{Statements: []policy.Statement{{Effect: policy.Allow, Actions: []string{"*"}, Resources: strs("*"), AllowWildcards: true}}}
	denying := policy.Document{Statements: []policy.Statement{{Effect: policy.Deny, Actions: []string{"*"}, Resources: strs("*"), AllowWildcards: true}}}
	tests := map[string]struct {
		reason string
		args   compliance.Declarer
		want   []string
	}{
		"default": {"a role is narrow until it is told otherwise", machine(), []string{"policies=no broad policy met", "trust=restricted principals met"}},
		"boundary": {"a boundary is evidence, its absence is none", &iam.RoleArgs{PermissionsBoundary: pulumi.String("x")},
			[]string{"policies=no broad policy met", "trust=restricted principals met", "permissionsBoundary=set met"}},
		"broad": {"what was let through shows", &iam.RoleArgs{
			ManagedPolicies: config.Named[pulumi.StringInput]{"all": pulumi.String("AdministratorAccess"), "own": pulumi.String("arn:aws:iam::123456789012:policy/FullAccess")},
			InlinePolicies:  config.Named[policy.Document]{"wide": broad, "deny": denying},
			Trust: iam.Trust{
				Services:   map[string]iam.ServiceTrust{"states.amazonaws.com": {AnySource: true}},
				Accounts:   map[string]iam.AccountTrust{"111122223333": {AnyPrincipal: true}},
				GitHub:     map[string]iam.GitHubTrust{"acme/a": {AnyRun: true}, "acme/b": {PullRequests: true}, "acme/c": {Branches: []string{"main"}}},
				Statements: broad.Statements,
			},
		}, []string{"policies=AdministratorAccess, wide not met", "trust=states.amazonaws.com, 111122223333, acme/a, acme/b, statements not met"}},
		"policy":       {"narrow", reader("*"), []string{"statements[].allowWildcards=false met"}},
		"broad policy": {"what was let through shows", &iam.PolicyArgs{Statements: broad.Statements}, []string{"statements[].allowWildcards=true not met"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, e := range tc.args.Evidence() {
				status := " met"
				if !e.Met {
					status = " not met"
				}
				got = append(got, e.Setting+"="+e.Value+status)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}
