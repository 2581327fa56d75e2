package pulumitest

import "github.com/pulumi/pulumi/sdk/v3/go/common/resource"

// at returns the value at a path. It opens secrets on the way.
func at(values resource.PropertyMap, path string) (resource.PropertyValue, bool) {
	steps, err := resource.ParsePropertyPathStrict(path)
	if err != nil {
		return resource.PropertyValue{}, false
	}
	value, hidden := resource.NewProperty(values), false
	for _, step := range steps {
		if value.IsSecret() {
			value, hidden = value.SecretValue().Element, true
		}
		next, ok := resource.PropertyPath{step}.Get(value)
		if !ok {
			return resource.PropertyValue{}, false
		}
		value = next
	}
	if hidden {
		value = secret(value)
	}
	return value, true
}

// open returns what a value is once it may be seen.
func open(value resource.PropertyValue) resource.PropertyValue {
	for value.IsSecret() {
		value = value.SecretValue().Element
	}
	return value
}
