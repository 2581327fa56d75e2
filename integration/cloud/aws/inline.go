package aws

import (
	"reflect"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// inline is a list of blocks within a resource. AWS holds each block as one or more objects of their own.
type inline struct {
	// property is the list's name.
	property string
	// typ is the type of the objects.
	typ *cloud.Type
	// belongs says whether an object belongs to the list of a resource.
	belongs func(id string, o *cloud.Object) bool
	// expand returns the objects' inputs of a block.
	expand func(id string, block map[string]any) []map[string]any
	// block returns a block with one object.
	block func(o *cloud.Object) map[string]any
	// same are the properties in which an object is the same as another one.
	same []string
}

func (l inline) objects(c *cloud.Call, id string) ([]*cloud.Object, error) {
	return c.All(l.typ.Token, func(o *cloud.Object) bool { return l.belongs(id, o) })
}

func (l inline) equal(o *cloud.Object, inputs map[string]any) bool {
	for _, property := range l.same {
		if !reflect.DeepEqual(o.Outputs[property], inputs[property]) {
			return false
		}
	}
	return true
}

// take removes from objects the first one that has the inputs.
func (l inline) take(objects []*cloud.Object, inputs map[string]any) (rest []*cloud.Object, found *cloud.Object) {
	for i, o := range objects {
		if l.equal(o, inputs) {
			return append(append(rest, objects[:i]...), objects[i+1:]...), o
		}
	}
	return objects, nil
}

// write makes the objects of a resource those of the blocks, and no others.
func (l inline) write(c *cloud.Call, of *cloud.Object, blocks []any) error {
	left, err := l.objects(c, of.ID)
	if err != nil {
		return err
	}
	var missing []map[string]any
	for _, b := range blocks {
		block, _ := b.(map[string]any)
		for _, inputs := range l.expand(of.ID, block) {
			var found *cloud.Object
			if left, found = l.take(left, inputs); found == nil {
				missing = append(missing, inputs)
			}
		}
	}
	for _, o := range left {
		if err := c.Delete(o); err != nil {
			return err
		}
	}
	for _, inputs := range missing {
		if err := create(c, l.typ, of, inputs); err != nil {
			return err
		}
	}
	return nil
}

// read returns the objects of a resource as blocks: those that were asked for as they were, if they are still there.
func (l inline) read(c *cloud.Call, id string, asked []any) ([]any, error) {
	left, err := l.objects(c, id)
	out := []any{}
	for _, b := range asked {
		block, _ := b.(map[string]any)
		var found []*cloud.Object
		wanted := l.expand(id, block)
		for _, inputs := range wanted {
			var o *cloud.Object
			if left, o = l.take(left, inputs); o != nil {
				found = append(found, o)
			}
		}
		if len(found) == len(wanted) && len(wanted) > 0 {
			out = append(out, block)
			continue
		}
		for _, o := range found {
			out = append(out, l.block(o))
		}
	}
	for _, o := range left {
		out = append(out, l.block(o))
	}
	return out, err
}

// refresh brings the lists of a resource up to date. What nobody asked for is an output, and no input.
func refresh(c *cloud.Call, lists ...inline) error {
	for _, l := range lists {
		asked, given := c.Object.Inputs[l.property].([]any)
		blocks, err := l.read(c, c.Object.ID, asked)
		if err != nil {
			return err
		}
		c.Set(l.property, blocks)
		if given {
			c.Object.Inputs[l.property] = blocks
		}
	}
	return nil
}

// write brings the objects up to date with the lists that are asked for, and reads all lists.
func write(c *cloud.Call, lists ...inline) error {
	if err := c.Put(c.Object); err != nil {
		return err
	}
	for _, l := range lists {
		if blocks, given := c.Object.Inputs[l.property].([]any); given {
			if err := l.write(c, c.Object, blocks); err != nil {
				return err
			}
		}
	}
	return refresh(c, lists...)
}
