package workload

// The labels that select the pods of a workload. Source: "Recommended Labels", Kubernetes documentation.
const (
	nameLabel     = "app.kubernetes.io/name"
	instanceLabel = "app.kubernetes.io/instance"
)

// The values of the label instance. Charts set it to the name of their release, which cannot have an underscore, so that
// the selectors of a workload and of a release never match each other's pods. They do not depend on the name of a
// workload, because a Deployment that is replaced keeps the value: see [NewDeployment]. Source: ValidateReleaseName,
// package chartutil of Helm.
const (
	serviceInstance = "ashlar_workload"
	jobInstance     = "ashlar_job"
)

// SelectorLabels returns the labels that select the pods of a Deployment, StatefulSet or DaemonSet. They depend on its
// name alone, because selectors cannot be changed.
func SelectorLabels(name string) map[string]string {
	return map[string]string{nameLabel: name, instanceLabel: serviceInstance}
}

// JobLabels returns the labels that select the pods of a Job or CronJob. They differ from those of other workloads with
// the same name, whose Services would otherwise send requests to pods of Jobs.
func JobLabels(name string) map[string]string {
	return map[string]string{nameLabel: name, instanceLabel: jobInstance}
}
