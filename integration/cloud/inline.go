package cloud

import "reflect"

// Inline is a list of blocks within a resource, each of which the cloud holds as one or more objects of their own, such
// as the rules of a firewall.
type Inline struct {
	// Property is the name of the list. Required.
	Property string
	// Type is the token of the objects. Required.
	Type string
	// Belongs reports whether an object belongs to the list of a resource. Required.
	Belongs func(id string, o *Object) bool
	// Expand returns the inputs of the objects of a block. Required.
	Expand func(id string, block map[string]any) []map[string]any
	// Block returns the block of one object. Required.
	Block func(o *Object) map[string]any
	// Same are the properties that identify an object within the list. Required.
	Same []string
}

// Objects returns the objects of the list of a resource.
func (l Inline) Objects(c *Call, id string) ([]*Object, error) {
	return c.All(l.Type, func(o *Object) bool { return l.Belongs(id, o) })
}

func (l Inline) equal(o *Object, inputs map[string]any) bool {
	for _, property := range l.Same {
		if !reflect.DeepEqual(o.Outputs[property], inputs[property]) {
			return false
		}
	}
	return true
}

// Take removes the first object with the inputs from a list, and returns it, or nil.
func (l Inline) Take(objects []*Object, inputs map[string]any) (rest []*Object, found *Object) {
	for i, o := range objects {
		if l.equal(o, inputs) {
			return append(append(rest, objects[:i]...), objects[i+1:]...), o
		}
	}
	return objects, nil
}

// Write makes the objects of a resource exactly those of the blocks.
func (l Inline) Write(c *Call, of *Object, blocks []any) error {
	left, err := l.Objects(c, of.ID)
	if err != nil {
		return err
	}
	var missing []map[string]any
	for _, block := range Objects(blocks) {
		for _, inputs := range l.Expand(of.ID, block) {
			var found *Object
			if left, found = l.Take(left, inputs); found == nil {
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
		if err := c.Create(l.Type, of, inputs); err != nil {
			return err
		}
	}
	return nil
}

// Read returns the objects of a resource as blocks. The requested blocks come first, unchanged if all their objects
// exist.
func (l Inline) Read(c *Call, id string, requested []any) ([]any, error) {
	left, err := l.Objects(c, id)
	out := []any{}
	for _, block := range Objects(requested) {
		var found []*Object
		wanted := l.Expand(id, block)
		for _, inputs := range wanted {
			var o *Object
			if left, o = l.Take(left, inputs); o != nil {
				found = append(found, o)
			}
		}
		if len(found) == len(wanted) && len(wanted) > 0 {
			out = append(out, block)
			continue
		}
		for _, o := range found {
			out = append(out, l.Block(o))
		}
	}
	for _, o := range left {
		out = append(out, l.Block(o))
	}
	return out, err
}

// ReadInline brings the lists of a resource up to date. A list that was not requested is an output only.
func (c *Call) ReadInline(lists ...Inline) error {
	for _, l := range lists {
		requested, given := c.Object.Inputs[l.Property].([]any)
		blocks, err := l.Read(c, c.Object.ID, requested)
		if err != nil {
			return err
		}
		c.Set(l.Property, blocks)
		if given {
			c.Object.Inputs[l.Property] = blocks
		}
	}
	return nil
}

// WriteInline makes the objects those of the requested lists, and reads all lists.
func (c *Call) WriteInline(lists ...Inline) error {
	if err := c.Put(c.Object); err != nil {
		return err
	}
	for _, l := range lists {
		if blocks, given := c.Object.Inputs[l.Property].([]any); given {
			if err := l.Write(c, c.Object, blocks); err != nil {
				return err
			}
		}
	}
	return c.ReadInline(lists...)
}
