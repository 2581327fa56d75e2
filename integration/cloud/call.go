package cloud

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// Call is one request to a simulated cloud, within a transaction.
type Call struct {
	// Tx reads and writes all other objects of the store.
	*Tx
	// Scope is the configuration of the provider.
	Scope Scope
	// Object is the resource. While it is created, its id is empty, unless it is a child.
	Object *Object
	// Old is the resource before an update. Nil otherwise.
	Old *Object

	server *server
}

// Text returns an input or an output that is a string, or "".
func (c *Call) Text(property string) string { return c.Object.Text(property) }

// Texts returns the strings of an input or an output that is a list.
func (c *Call) Texts(property string) []string { return c.Object.Texts(property) }

// Set sets an output.
func (c *Call) Set(property string, value any) { c.Object.Outputs[property] = value }

// SetDefault sets an output that has no value.
func (c *Call) SetDefault(property string, value any) {
	if _, ok := c.Object.Outputs[property]; !ok {
		c.Object.Outputs[property] = value
	}
}

// Changed reports whether an update changes a property. It is true for a new resource.
func (c *Call) Changed(property string) bool {
	return c.Old == nil || !reflect.DeepEqual(c.Old.Outputs[property], c.Object.Outputs[property])
}

// Dir returns the folder of the store, which may hold files of [Type.Work].
func (c *Call) Dir() string { return c.server.store.Dir() }

// On returns a call for another object, in the same transaction.
func (c *Call) On(o *Object) *Call {
	return &Call{Tx: c.Tx, Scope: c.Scope, Object: o, server: c.server}
}

// Here returns the object of a type in the same place, or nil.
func (c *Call) Here(typ, id string) (*Object, error) { return c.Get(typ, c.Object.Place, id) }

// Find returns an object in the same place, or refuses with a message that takes the id.
func (c *Call) Find(typ, id, code, message string) (*Object, error) {
	o, err := c.Here(typ, id)
	if err == nil && o == nil {
		err = c.server.cloud.refuse(code, message, id)
	}
	return o, err
}

// All returns the objects of a type in the same place for which keep returns true, without the object of the call.
func (c *Call) All(typ string, keep func(*Object) bool) ([]*Object, error) {
	all, err := c.List(typ)
	return slices.DeleteFunc(all, func(o *Object) bool {
		return o.Place != c.Object.Place || o.Key() == c.Object.Key() || !keep(o)
	}), err
}

// Add stores an object that the cloud creates by itself, after its type has checked it and computed its outputs.
func (c *Call) Add(o *Object) error {
	t, ok := c.server.types[o.Type]
	if !ok {
		return fmt.Errorf("the simulated cloud has no type %q", o.Type)
	}
	if t.Parent != nil {
		if err := c.server.placeBelow(t, c.On(o)); err != nil {
			return err
		}
	}
	if err := t.Create(c.On(o)); err != nil {
		return err
	}
	return c.Put(o)
}

// Update gives another object new inputs, as an update of its type does.
func (c *Call) Update(o *Object, inputs map[string]any) error {
	t, of := c.server.types[o.Type], c.On(o)
	of.Old = o.before()
	c.server.request(o, properties(inputs))
	if t.Update != nil {
		if err := t.Update(of); err != nil {
			return err
		}
	}
	return c.Put(o)
}

// Remove deletes another object, as a deletion of its type does.
func (c *Call) Remove(o *Object) error {
	if t := c.server.types[o.Type]; t.Delete != nil {
		if err := t.Delete(c.On(o)); err != nil {
			return err
		}
	}
	return c.Delete(o)
}

// Create adds an object that is owned by another one.
func (c *Call) Create(typ string, owner *Object, inputs map[string]any) error {
	return c.Add(owned(typ, owner, inputs))
}

// CreateBy is [Call.Create] with a function in place of the type's own.
func (c *Call) CreateBy(create func(*Call) error, typ string, owner *Object, inputs map[string]any) error {
	o := owned(typ, owner, inputs)
	if err := create(c.On(o)); err != nil {
		return err
	}
	return c.Put(o)
}

func owned(typ string, owner *Object, inputs map[string]any) *Object {
	return &Object{Type: typ, Place: owner.Place, Managed: owner.Key(), Folded: owner.Folded, Inputs: inputs,
		Outputs: maps.Clone(inputs)}
}
