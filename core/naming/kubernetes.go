package naming

// Kubernetes returns the rules of the kubernetes provider. The map is a copy.
//
// The source of a rule is "Object Names and IDs" unless it names another one. Names are in lower case. Other kinds,
// including custom resources, have the rule "kubernetes#customResource"; values of labels have "kubernetes#labelValue".
func Kubernetes() Rules {
	const objects = "Object Names and IDs"
	// A DNS subdomain of RFC 1123: labels separated by dots.
	subdomain := func(kind string) Rule {
		return Rule{
			Kind: kind, Source: objects, Scope: Namespace, Min: 1, Max: 253,
			Characters: "a-z0-9.-", First: lowerDigits, Last: lowerDigits, Separator: "-",
			Without: Reserved{Within: []string{"..", ".-", "-."}},
		}
	}
	// A DNS label of RFC 1123.
	label := func(kind string) Rule {
		return Rule{
			Kind: kind, Source: objects, Scope: Namespace, Min: 1, Max: 63,
			Characters: "a-z0-9-", First: lowerDigits, Last: lowerDigits, Separator: "-",
		}
	}
	// A DNS label of RFC 1035 starts with a letter.
	service := label("Service")
	service.First = lower
	namespace := label("Namespace")
	namespace.Scope = Cluster
	service.Source = "Service"
	stateful := label("StatefulSet")
	stateful.Source = "StatefulSets"
	// The name of a job is the value of a label.
	job := subdomain("Job")
	job.Source, job.Max = "Jobs", 63
	// The controller appends 11 characters for the names of jobs.
	cron := subdomain("CronJob")
	cron.Source, cron.Max = "CronJob", 52
	return Rules{
		"kubernetes:core/v1:Namespace":                      namespace,
		"kubernetes:core/v1:Service":                        service,
		"kubernetes:core/v1:ConfigMap":                      subdomain("ConfigMap"),
		"kubernetes:core/v1:Secret":                         subdomain("Secret"),
		"kubernetes:core/v1:ServiceAccount":                 subdomain("ServiceAccount"),
		"kubernetes:core/v1:PersistentVolumeClaim":          subdomain("PersistentVolumeClaim"),
		"kubernetes:apps/v1:Deployment":                     subdomain("Deployment"),
		"kubernetes:apps/v1:DaemonSet":                      subdomain("DaemonSet"),
		"kubernetes:apps/v1:StatefulSet":                    stateful,
		"kubernetes:batch/v1:Job":                           job,
		"kubernetes:batch/v1:CronJob":                       cron,
		"kubernetes:networking.k8s.io/v1:Ingress":           subdomain("Ingress"),
		"kubernetes:networking.k8s.io/v1:NetworkPolicy":     subdomain("NetworkPolicy"),
		"kubernetes:policy/v1:PodDisruptionBudget":          subdomain("PodDisruptionBudget"),
		"kubernetes:autoscaling/v2:HorizontalPodAutoscaler": subdomain("HorizontalPodAutoscaler"),
		"kubernetes#customResource":                         subdomain("custom resource"),
		"kubernetes#labelValue": {
			Kind: "label value", Source: "Labels and Selectors", Scope: Nowhere, Min: 0, Max: 63,
			Characters: "a-zA-Z0-9_.-", First: alphanumeric, Last: alphanumeric, Separator: "-",
		},
	}
}
