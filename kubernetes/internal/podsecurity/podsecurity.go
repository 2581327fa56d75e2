// Package podsecurity checks pods of tests against the Pod Security Standards, with
// the code of the admission controller.
package podsecurity

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// Violations returns the violations of the restricted standard, in the default
// version of namespaces and in the latest one.
func Violations(tb testing.TB, pod *corev1.PodTemplateSpec) []string {
	tb.Helper()
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	require.NoError(tb, err)
	var out []string
	for _, version := range []api.Version{api.MajorMinorVersion(1, 33), api.LatestVersion()} {
		results := evaluator.EvaluatePod(api.LevelVersion{Level: api.LevelRestricted, Version: version},
			&pod.ObjectMeta, &pod.Spec)
		require.NotEmpty(tb, results, "checks at %s", version)
		for _, r := range results {
			if !r.Allowed {
				out = append(out, fmt.Sprintf("%s: %s: %s", version.String(), r.ForbiddenReason, r.ForbiddenDetail))
			}
		}
	}
	return out
}
