package metadata

// Platform is where metadata is rendered to, within the platform's rules.
type Platform struct {
	name string
	// limit is how many there may be, 0 for no limit.
	limit int
	// fold means that keys are the same in any case.
	fold   bool
	render func(Metadata) (map[string]string, error)
}

// AWS renders tags of AWS resources: at most 50, with keys of up to 128 and values
// of up to 256 characters, which are letters, digits, spaces and _ . : / = + - @.
// Keys that begin with "aws:", in any case, are reserved.
func AWS() Platform { return Platform{name: "AWS", limit: awsMaxTags, render: awsTags} }

// Azure renders tags of Azure resources: at most 50, with keys of up to 512
// characters without < > % & \ ? /, which are the same in any case, and values of
// up to 256 characters. Keys that begin with "azure", "microsoft" or "windows",
// in any case, are reserved.
func Azure() Platform { return azure(azureMaxKey) }

// AzureStorage is [Azure] for storage accounts, whose keys have up to 128
// characters.
func AzureStorage() Platform { return azure(azureMaxStorageKey) }

// KubernetesLabels renders what people select by as labels of an object: with
// names of up to 63 characters behind the prefix, and values of up to 63, which are letters, digits
// and - _ . between a letter or digit at both ends.
func KubernetesLabels() Platform {
	return Platform{name: "Kubernetes", render: func(m Metadata) (map[string]string, error) {
		labels, _, err := kubernetes(m)
		return labels, err
	}}
}

// KubernetesAnnotations renders the rest as annotations of an object, and the whole
// values of labels that had to be changed: at most 256 KiB.
func KubernetesAnnotations() Platform {
	return Platform{name: "Kubernetes", render: func(m Metadata) (map[string]string, error) {
		_, annotations, err := kubernetes(m)
		return annotations, err
	}}
}

// Render returns metadata as pairs of keys and values. Errors are of the class
// failure.Configuration and name everything that is wrong.
func (p Platform) Render(m Metadata) (map[string]string, error) { return p.render(m) }
