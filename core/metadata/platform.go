package metadata

// Platform is where metadata is rendered to, within the platform's rules.
type Platform struct {
	name string
	// limit is how many there may be, 0 for no limit.
	limit int
	// maxKey is how many characters a key may have, where that differs among types of resources.
	maxKey int
	// fold means that keys are the same in any case.
	fold bool
	// annotations tells the annotations of Kubernetes from its labels.
	annotations bool
}

// AWS renders tags of AWS resources: at most 50, with keys of up to 128 and values
// of up to 256 characters, which are letters, digits, spaces and _ . : / = + - @.
// Keys that begin with "aws:", in any case, are reserved.
func AWS() Platform { return Platform{name: aws, limit: awsMaxTags, maxKey: awsMaxKey} }

// Azure renders tags of Azure resources: at most 50, with keys of up to 512
// characters without < > % & \ ? /, which are the same in any case, and values of
// up to 256 characters. Keys that begin with "azure", "microsoft" or "windows",
// in any case, are reserved.
func Azure() Platform {
	return Platform{name: azure, limit: azureMaxTags, maxKey: azureMaxKey, fold: true}
}

// AzureStorage is [Azure] for storage accounts, whose keys have up to 128
// characters.
func AzureStorage() Platform {
	p := Azure()
	p.maxKey = azureMaxStorageKey
	return p
}

// KubernetesLabels renders what people select by as labels of an object: with
// names of up to 63 characters behind the prefix, and values of up to 63, which are letters, digits
// and - _ . between a letter or digit at both ends.
func KubernetesLabels() Platform { return Platform{name: kubernetes} }

// KubernetesAnnotations renders the rest as annotations of an object, and the whole
// values of labels that had to be changed: at most 256 KiB.
func KubernetesAnnotations() Platform { return Platform{name: kubernetes, annotations: true} }

// The names of platforms in messages.
const (
	aws        = "AWS"
	azure      = "Azure"
	kubernetes = "Kubernetes"
)

// Render returns metadata as pairs of keys and values. Errors are of the class
// failure.Configuration and name everything that is wrong.
func (p Platform) Render(m Metadata) (map[string]string, error) {
	switch p.name {
	case aws:
		return awsTags(m)
	case azure:
		return azureTags(m, p.maxKey)
	}
	labels, annotations, err := object(m)
	if p.annotations {
		return annotations, err
	}
	return labels, err
}
