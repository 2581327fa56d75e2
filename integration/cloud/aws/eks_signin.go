package aws

import (
	"cmp"
	"strings"
)

// Caller returns the ARN of who makes calls in a region with credentials that assume no role.
func Caller(region string) string {
	return "arn:" + cmp.Or(regions()[region].partition, "aws") + ":iam::" + Account + ":user/simulated"
}

// PolicyGroup returns the group of Kubernetes of those who have an access policy, by its ARN, in a namespace, or in the whole cluster for "". Whoever signs in
// is in it, and it is bound to what the policy allows.
func PolicyGroup(policy, namespace string) string {
	group := "eks:policy:" + policy[strings.LastIndex(policy, "/")+1:]
	if namespace == "" {
		return group
	}
	return group + ":" + namespace
}
