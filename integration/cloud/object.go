package cloud

import (
	"maps"
	"slices"
	"strings"
)

// Object is a resource that exists in a simulated cloud.
type Object struct {
	// Type is the token of its type, such as "example:net:Network".
	Type string `json:"type"`
	// ID is the cloud's id of the object. It is unique within its type and place.
	ID string `json:"id"`
	// Place is the account, subscription or region that holds it, such as "account-1/north".
	Place string `json:"place"`
	// Inputs are the requested properties.
	Inputs map[string]any `json:"inputs"`
	// Outputs are all properties: the inputs, and what the cloud computed.
	Outputs map[string]any `json:"outputs"`
	// Managed is the key of the object that owns this one: the cloud created both together, or this one is a child. It
	// is deleted with its owner. Default: none.
	Managed string `json:"managed,omitempty"`
	// Folded says that the case of the id does not matter: see [Cloud.FoldIDs].
	Folded bool `json:"folded,omitempty"`
}

// keySeparator sorts before all characters of types, places and ids, so that keys sort as these do.
const keySeparator = "\t"

// Key identifies the object in its store.
func (o *Object) Key() string {
	id := o.ID
	if o.Folded {
		id = strings.ToLower(id)
	}
	return strings.Join([]string{o.Type, o.Place, id}, keySeparator)
}

// Text returns an output that is a string, or "".
func (o *Object) Text(name string) string { return Text(o.Outputs, name) }

// Texts returns the strings of an output that is a list.
func (o *Object) Texts(name string) []string { return Texts(o.Outputs[name]) }

// Bool returns an output that is a boolean, or false.
func (o *Object) Bool(name string) bool {
	v, _ := o.Outputs[name].(bool)
	return v
}

// Number returns an output that is a number, or 0.
func (o *Object) Number(name string) float64 {
	v, _ := o.Outputs[name].(float64)
	return v
}

// Block returns a copy of an output that is an object. It is empty when there is none.
func (o *Object) Block(name string) map[string]any {
	out := map[string]any{}
	values, _ := o.Outputs[name].(map[string]any)
	maps.Copy(out, values)
	return out
}

// With keeps the objects whose output has a value.
func With(name, value string) func(*Object) bool {
	return func(o *Object) bool { return o.Text(name) == value }
}

// Holding keeps the objects whose output is a list with a value.
func Holding(name, value string) func(*Object) bool {
	return func(o *Object) bool { return slices.Contains(o.Texts(name), value) }
}
