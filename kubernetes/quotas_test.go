package kubernetes_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
)

func TestQuotasThatApplicationsCannotMeet(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason    string
		namespace object
		web       object
		want      []string
	}{
		"Enough": {
			reason:    "two pods with the default requests, and one of a rollout",
			namespace: object{"quota": object{"cpu": "300m", "memory": "384Mi", "memoryLimit": "384Mi", "pods": 3}},
		},
		"NoRoomForARollout": {
			reason:    "a rollout starts a pod before it stops another one",
			namespace: object{"quota": object{"cpu": "200m", "pods": 2}},
			want: []string{
				`kubernetes.namespaces.team.quota.cpu: the applications of the namespace need 200m, and 100m more during a rollout of "web": ` +
					"raise it to at least 300m, or lower their resources or replicas",
				`kubernetes.namespaces.team.quota.pods: the applications of the namespace need 2, and 1 more during a rollout of "web": ` +
					"raise it to at least 3, or lower their resources or replicas",
			},
		},
		"Replicas": {
			reason:    "each pod counts, and memory limits are the requests by default",
			namespace: object{"quota": object{"memoryLimit": "1Gi"}},
			web:       object{"replicas": 8},
			want: []string{
				`kubernetes.namespaces.team.quota.memoryLimit: the applications of the namespace need 1Gi, and 128Mi more during a ` +
					`rollout of "web": raise it to at least 1152Mi, or lower their resources or replicas`,
			},
		},
		"Stopped": {
			reason: "an application without pods needs nothing", namespace: object{"quota": object{"cpu": "10m"}}, web: object{"replicas": 0},
		},
		"CPULimit": {
			reason:    "the API server rejects pods without a limit",
			namespace: object{"quota": object{"cpuLimit": "10"}},
			want: []string{
				`kubernetes.namespaces.team.quota.cpuLimit: pods of application "web" have no CPU limit, and would be rejected: ` +
					"set resources.cpuLimit of the application, or limits.cpuLimit of the namespace",
			},
		},
		"DefaultCPULimit": {
			reason:    "the namespace has a default, which counts",
			namespace: object{"quota": object{"cpuLimit": "2"}, "limits": object{"cpuLimit": "1"}},
			want: []string{
				`kubernetes.namespaces.team.quota.cpuLimit: the applications of the namespace need 2, and 1 more during a rollout of "web": ` +
					"raise it to at least 3, or lower their resources or replicas",
			},
		},
		"Limits": {
			reason:    "containers have a maximum",
			namespace: object{"limits": object{"maxMemory": "1Gi", "maxCpu": "1"}},
			web:       object{"resources": object{"memory": "2Gi", "cpuLimit": "500m"}},
			want: []string{
				`kubernetes.namespaces.team.limits.maxMemory: application "web" has the memoryLimit 2Gi: raise it to at least that, or ` +
					"lower the limit of the application",
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			web := object{"image": image, "port": 8080, "namespace": "team"}
			for key, value := range tc.web {
				web[key] = value
			}
			_, err := deploy(t, object{
				"enabled": true, "clusters": dev(), "namespaces": object{"team": tc.namespace}, "applications": object{"web": web},
			})
			if tc.want == nil {
				require.NoError(t, err, tc.reason)
				return
			}
			var invalid *config.Error
			require.ErrorAs(t, err, &invalid, tc.reason)
			var got []string
			for _, f := range invalid.Findings {
				got = append(got, f.Path+": "+f.Message)
			}
			require.Empty(t, cmp.Diff(tc.want, got), tc.reason)
		})
	}
}
