// Package podstandard evaluates pods by the Pod Security Standards, with the code of the admission controller.
package podstandard

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"

	"github.com/ashlar-iac/ashlar/kubernetes/internal/objects"
)

// Problem is an object whose pods violate a standard.
type Problem struct {
	// Message says which object violates what.
	Message string
	// Passes is the strictest standard that the pods of all objects meet.
	Passes string
}

// Check returns the objects whose pods violate a standard, as it is in a version of Kubernetes such as 1.33.4.
func Check(level, kubernetes string, all []objects.Object) ([]Problem, error) {
	parts := strings.SplitN(strings.TrimPrefix(kubernetes, "v"), ".", 3)
	version, err := api.ParseVersion("v" + strings.Join(parts[:min(len(parts), 2)], "."))
	if err != nil {
		return nil, err
	}
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return nil, err
	}
	passes := string(api.LevelPrivileged)
	for _, standard := range []api.Level{api.LevelBaseline, api.LevelRestricted} {
		found, err := evaluate(evaluator, api.LevelVersion{Level: standard, Version: version}, all)
		if err != nil {
			return nil, err
		}
		if string(standard) != level {
			if len(found) == 0 {
				passes = string(standard)
			}
			continue
		}
		out := make([]Problem, len(found))
		for i, message := range found {
			out[i] = Problem{message, passes}
		}
		return out, nil
	}
	return nil, nil
}

// evaluate returns the violations of a standard.
func evaluate(evaluator policy.Evaluator, standard api.LevelVersion, all []objects.Object) ([]string, error) {
	var out []string
	for _, o := range all {
		path, ok := o.PodPath()
		if !ok {
			continue
		}
		content, found, err := unstructured.NestedMap(o.Object, path...)
		if err != nil || !found {
			return nil, fmt.Errorf("%s has no pod", o)
		}
		var pod corev1.Pod
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(content, &pod); err != nil {
			return nil, fmt.Errorf("pod of %s: %w", o, err)
		}
		var violations []string
		for _, result := range evaluator.EvaluatePod(standard, &pod.ObjectMeta, &pod.Spec) {
			if !result.Allowed {
				violations = append(violations, fmt.Sprintf("%s (%s)", result.ForbiddenReason, result.ForbiddenDetail))
			}
		}
		if len(violations) > 0 {
			out = append(out, fmt.Sprintf("%s violates the standard %s: %s", o, standard.Level, strings.Join(violations, "; ")))
		}
	}
	return out, nil
}
