package apirules

import (
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	corev1 "k8s.io/api/core/v1"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// MaxData is the maximum size of the values of a ConfigMap or Secret, in bytes. Source: "ConfigMaps" and "Secrets",
// Kubernetes documentation.
const MaxData = 1 << 20

// PodSecurity is the prefix of the labels that configure Pod Security admission.
const PodSecurity = "pod-security.kubernetes.io/"

func annotationKey(key string) []string { return validation.IsQualifiedName(strings.ToLower(key)) }

// CheckLabels reports labels that the API server rejects, and those that the component or Kubernetes sets to another
// value: own holds these.
func CheckLabels(report *config.Report, path []string, labels pulumi.StringMapInput, own map[string]string) {
	known, _ := labels.(pulumi.StringMap)
	for _, key := range keys(labels) {
		LabelKey.checkKey(report, path, key)
		LabelValue.Check(report, below(path, key), known[key])
		if value, ok := own[key]; ok && known[key] != pulumi.String(value) {
			report.Add(below(path, key), "always has the value %q: remove the label%s", value, optionOf(key))
		}
	}
}

// optionOf returns how to set a label of a component by an option, or "".
func optionOf(key string) string {
	if strings.HasPrefix(key, PodSecurity) {
		return ", or set podSecurity"
	}
	return ""
}

// CheckSelector reports labels of a selector that no object can have.
func CheckSelector(report *config.Report, path []string, labels map[string]string) {
	CheckLabels(report, path, pulumi.ToStringMap(labels), nil)
}

// CheckAnnotations reports annotations that the API server rejects: their keys, their total size, and those of pods and
// Services whose values it validates.
func CheckAnnotations(report *config.Report, path []string, annotations pulumi.StringMapInput) {
	for _, key := range keys(annotations) {
		AnnotationKey.checkKey(report, path, key)
	}
	if err := annotationSize("annotations", plain(annotations)); err != nil {
		report.Add(path, "%s", tooLong(apivalidation.TotalAnnotationSizeLimitB))
	}
}

// CheckEnv reports names of environment variables that the API server rejects.
func CheckEnv(report *config.Report, path []string, env pulumi.StringMapInput) {
	for _, name := range keys(env) {
		EnvName.checkKey(report, path, name)
	}
}

// CheckData reports keys of a ConfigMap or Secret that the API server rejects, and values that are too long.
func CheckData(report *config.Report, path []string, data pulumi.StringMapInput) {
	for _, key := range keys(data) {
		DataKey.checkKey(report, path, key)
	}
	CheckSize(report, path, data)
}

// CheckSize reports values that are too long for a ConfigMap or Secret.
func CheckSize(report *config.Report, path []string, values pulumi.StringMapInput) {
	if dataSize("", plain(values)) != nil {
		report.Add(path, "%s", tooLong(MaxData))
	}
}

// Labels returns labels whose outputs are checked when they resolve.
func Labels(labels pulumi.StringMapInput) pulumi.StringMapInput {
	return pairs{LabelKey, LabelValue}.resolved("labels", labels, nil)
}

// Annotations returns annotations whose outputs are checked when they resolve.
func Annotations(annotations pulumi.StringMapInput) pulumi.StringMapInput {
	return pairs{AnnotationKey, anything}.resolved("annotations", annotations, func(values map[string]string) error {
		return annotationSize("annotations", values)
	})
}

// Env returns environment variables whose names are checked when they resolve.
func Env(env pulumi.StringMapInput) pulumi.StringMapInput {
	if _, ok := env.(pulumi.StringMap); ok {
		return env
	}
	return pairs{EnvName, anything}.resolved("env", env, nil)
}

// Data returns the content of a ConfigMap or Secret, whose keys and size are checked when they resolve, together with a
// check of the whole, which may be nil.
func Data(data pulumi.StringMapInput, check func(map[string]string) error) pulumi.StringMapInput {
	return pairs{DataKey, anything}.resolved("data", data, func(values map[string]string) error {
		if err := dataSize("data", values); err != nil || check == nil {
			return err
		}
		return check(values)
	})
}

func annotationSize(option string, values map[string]string) error {
	if apivalidation.ValidateAnnotationsSize(values) == nil {
		return nil
	}
	return failure.New(failure.Configuration, "check", option, "%s", tooLong(apivalidation.TotalAnnotationSizeLimitB))
}

func dataSize(option string, values map[string]string) error {
	total := 0
	for value := range maps.Values(values) {
		total += len(value)
	}
	if total <= MaxData {
		return nil
	}
	return failure.New(failure.Configuration, "check", option, "%s", tooLong(MaxData))
}

func tooLong(limit int) string {
	return fmt.Sprintf("longer than %d KiB in total: shorten or split the values", limit>>10)
}

// CheckPodAnnotations is [CheckAnnotations] for those of pods. The API server validates the values of some.
func CheckPodAnnotations(report *config.Report, path []string, annotations pulumi.StringMapInput) {
	CheckAnnotations(report, path, annotations)
	for key, value := range plain(annotations) {
		switch key {
		case corev1.PodDeletionCost:
			if _, err := strconv.ParseInt(value, 10, 32); err != nil {
				report.Add(below(path, key), "found the string %q, expected an integer such as -10", value)
			}
		case corev1.MirrorPodAnnotationKey:
			report.Add(below(path, key), "annotation of static pods: leave it unset")
		}
	}
}
