package objects

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// The waves of objects: an object is created after those of earlier waves, and deleted before them.
const (
	// definitions are what other objects cannot exist without.
	definitions = iota
	// settings are what pods use, including custom resources of controllers that exist.
	settings
	// workloads are pods, and what routes to them.
	workloads
	// webhooks are served by pods: without them, the API server rejects objects.
	webhooks
	// resources are custom resources of controllers among the workloads, which delete what they stand for.
	resources
	waves
)

// workloadKinds are the kinds of the wave workloads.
var workloadKinds = []string{
	"CronJob", "DaemonSet", "Deployment", "HorizontalPodAutoscaler", "Ingress", "Job", "PersistentVolumeClaim", "Pod",
	"PodDisruptionBudget", "ReplicaSet", "ReplicationController", "Service", "StatefulSet",
}

// Waves returns the objects in the order of their creation: definitions of kinds and namespaces, what pods use, pods, the
// webhooks that pods serve, and custom resources of the kinds that are defined by the objects themselves. Hooks are
// created one after the other: those before after the definitions, those after at the end.
func Waves(all, before, after []Object) [][]Object {
	defined := map[schema.GroupKind]bool{}
	for _, o := range all {
		if o.IsCRD() {
			defined[o.definedKind()] = true
		}
	}
	kinds := make([][]Object, waves)
	for _, o := range all {
		i := waveOf(o, defined)
		kinds[i] = append(kinds[i], o)
	}
	out := slices.Concat(kinds[:definitions+1], each(before), kinds[definitions+1:], each(after))
	return slices.DeleteFunc(out, func(wave []Object) bool { return len(wave) == 0 })
}

// each returns a wave for each object.
func each(list []Object) [][]Object { return slices.Collect(slices.Chunk(list, 1)) }

func waveOf(o Object, defined map[schema.GroupKind]bool) int {
	kind := o.GroupVersionKind().GroupKind()
	switch {
	case defined[kind]:
		return resources
	case o.IsCRD() || kind == schema.GroupKind{Kind: "Namespace"}:
		return definitions
	case strings.HasSuffix(kind.Kind, "WebhookConfiguration") || kind.Kind == "APIService":
		return webhooks
	case isBuiltIn(kind.Group) && slices.Contains(workloadKinds, kind.Kind):
		return workloads
	}
	return settings
}
