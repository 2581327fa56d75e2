package cloud

import (
	"encoding/json"
	"fmt"
	"maps"
)

// Drift changes an object, as somebody might who does not use the engine. patch is a JSON merge patch (RFC 7396) of its properties,
// such as {"enableDnsSupport": false}; null removes the object, without asking whether others need it.
func (c *Cloud) Drift(store *Store, typ, id string, patch []byte) error {
	var change map[string]any
	if err := json.Unmarshal(patch, &change); err != nil {
		return fmt.Errorf(`read the change of %s %q: %w; expected JSON such as {"tags": {"owner": "nobody"}}, or null`, typ, id, err)
	}
	var inputs *shape
	for _, t := range c.Types {
		if t.Token == typ {
			inputs = inputShape(t.Args)
		}
	}
	if inputs == nil {
		return fmt.Errorf("the simulated cloud %q does not cover the type %q", c.Name, typ)
	}
	if tags, ok := change[c.Tags]; ok && c.AllTags != "" && change[c.AllTags] == nil {
		change[c.AllTags] = tags
	}
	return store.Do(func(tx *Tx) error {
		all, err := tx.List(typ)
		if err != nil {
			return err
		}
		found := false
		for _, o := range all {
			if o.ID != id {
				continue
			}
			found = true
			if change == nil {
				err = tx.Delete(o)
			} else {
				err = drift(tx, o, inputs, change)
			}
			if err != nil {
				return err
			}
		}
		if !found {
			return fmt.Errorf("there is no %s %q: the command list shows what exists", typ, id)
		}
		return nil
	})
}

func drift(tx *Tx, o *Object, inputs *shape, change map[string]any) error {
	asked := maps.Clone(change)
	maps.DeleteFunc(asked, func(name string, _ any) bool { return inputs.fields[name] == nil })
	o.Inputs, o.Outputs = merge(o.Inputs, asked), merge(o.Outputs, change)
	return tx.Put(o)
}

// merge applies a merge patch.
func merge(to, patch map[string]any) map[string]any {
	out := maps.Clone(to)
	if out == nil {
		out = map[string]any{}
	}
	for key, v := range patch {
		inner, isMap := v.(map[string]any)
		switch {
		case v == nil:
			delete(out, key)
		case isMap:
			was, _ := out[key].(map[string]any)
			out[key] = merge(was, inner)
		default:
			out[key] = v
		}
	}
	return out
}
