package cloud

import "strings"

// Object is a resource that exists in a simulated cloud.
type Object struct {
	// Type is the token of its type, such as "aws:ec2/vpc:Vpc".
	Type string `json:"type"`
	// ID is what the cloud calls it. It is unique within its type and place.
	ID string `json:"id"`
	// Place is where it stands, such as "123456789012/eu-west-1".
	Place string `json:"place"`
	// Inputs are what it was asked to be.
	Inputs map[string]any `json:"inputs"`
	// Outputs are what it is: the inputs, and what the cloud computed.
	Outputs map[string]any `json:"outputs"`
	// Managed says that it was made by the cloud together with another object, such as the default security group of a
	// VPC, and goes with that one: its key in the store.
	Managed string `json:"managed,omitempty"`
}

// keySeparator is smaller than what types, places and ids consist of, so that keys sort as these do.
const keySeparator = "\t"

// Key identifies the object in its store.
func (o *Object) Key() string { return strings.Join([]string{o.Type, o.Place, o.ID}, keySeparator) }

// Text returns an output that is a string, or "".
func (o *Object) Text(name string) string {
	text, _ := o.Outputs[name].(string)
	return text
}

// Texts returns the strings of an output that is a list.
func (o *Object) Texts(name string) []string {
	var out []string
	list, _ := o.Outputs[name].([]any)
	for _, v := range list {
		if text, ok := v.(string); ok {
			out = append(out, text)
		}
	}
	return out
}
