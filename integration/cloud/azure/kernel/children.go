package kernel

import (
	"maps"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// Children is an input of a type that is a list of its children, such as the subnets of a virtual network. The children
// also have a type of their own. A list that is not set leaves them as they are: the provider reads them and sends them
// again. One that is set, also an empty one, wins and deletes the others. Source: pulumi-azure-native, sub-resources.
type Children struct {
	// Property is the name of the list. Required.
	Property string
	// Type is the token of the children. Required.
	Type string
	// Name is the input of the children with their name. Required.
	Name string
	// Parent is the input of the children with the name of the parent. Required.
	Parent string
}

// of returns the children of a resource by name.
func (l Children) of(c *cloud.Call, parent *cloud.Object) ([]*cloud.Object, error) {
	return c.All(l.Type, func(o *cloud.Object) bool { return o.Managed == parent.Key() })
}

// inputs returns the inputs of the child of a block.
func (l Children) inputs(parent *cloud.Object, block map[string]any) map[string]any {
	out := maps.Clone(block)
	for _, name := range []string{"id", "type"} {
		delete(out, name)
	}
	out["resourceGroupName"], out[l.Parent], out[l.Name] = ID(parent.ID).Group(), parent.Text("name"),
		cloud.Text(block, "name")
	return out
}

// Write makes the children those of the list, if it is set.
func (l Children) Write(c *cloud.Call) error {
	blocks, set := c.Object.Inputs[l.Property].([]any)
	if !set {
		return nil
	}
	if err := c.Put(c.Object); err != nil { // The children look it up.
		return err
	}
	left, err := l.of(c, c.Object)
	if err != nil {
		return err
	}
	byName := map[string]*cloud.Object{}
	for _, o := range left {
		byName[strings.ToLower(o.Text("name"))] = o
	}
	wanted := map[string]bool{}
	for _, block := range cloud.Objects(blocks) {
		wanted[strings.ToLower(cloud.Text(block, "name"))] = true
	}
	for name, o := range byName {
		if !wanted[name] {
			if err := c.Remove(o); err != nil {
				return err
			}
		}
	}
	for _, block := range cloud.Objects(blocks) {
		inputs := l.inputs(c.Object, block)
		if o := byName[strings.ToLower(cloud.Text(block, "name"))]; o != nil {
			err = c.Update(o, inputs)
		} else {
			err = c.Create(l.Type, c.Object, inputs)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Read sets the list to the children that exist. A list that the program does not have is an output only.
func (l Children) Read(c *cloud.Call) error {
	children, err := l.of(c, c.Object)
	if err != nil {
		return err
	}
	answers, inputs := []any{}, []any{}
	seen := map[string]bool{}
	add := func(o *cloud.Object) {
		if seen[o.ID] {
			return
		}
		seen[o.ID] = true
		answer, block := Answer(o), maps.Clone(o.Inputs)
		for _, name := range []string{"resourceGroupName", l.Parent, l.Name} {
			delete(answer, name)
			delete(block, name)
		}
		block["name"] = o.Text("name")
		answers, inputs = append(answers, answer), append(inputs, block)
	}
	requested, set := c.Object.Inputs[l.Property].([]any)
	for _, block := range cloud.Objects(requested) {
		for _, o := range children {
			if strings.EqualFold(o.Text("name"), cloud.Text(block, "name")) {
				add(o)
			}
		}
	}
	for _, o := range children {
		add(o)
	}
	c.Set(l.Property, answers)
	if set {
		c.Object.Inputs[l.Property] = inputs
	}
	return nil
}
