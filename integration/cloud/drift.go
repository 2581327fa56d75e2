package cloud

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// Drift changes an object without the engine. patch is a JSON merge patch (RFC 7396) of its properties, such as
// {"public": false}; null deletes the object, even if others depend on it.
func (c *Cloud) Drift(store *Store, typ, id string, patch []byte) error {
	var change map[string]any
	if err := json.Unmarshal(patch, &change); err != nil {
		return fmt.Errorf(`read the change of %s %q: %w; expected JSON such as {"tags": {"owner": "nobody"}}, or null`, typ, id, err)
	}
	t := c.find(typ)
	if t == nil {
		return fmt.Errorf("the simulated cloud %q does not cover the type %q", c.Name, typ)
	}
	if tags, ok := change[c.Tags.Input]; ok && c.Tags.All != "" && change[c.Tags.All] == nil {
		change[c.Tags.All] = tags
	}
	inputs := inputShape(t.Args)
	found, err := store.find(t.Token, id)
	if err != nil {
		return err
	}
	if change == nil && t.Work != nil {
		for _, o := range found {
			if err := t.Work(context.Background(),
				&Work{Operation: "delete", Object: o, Store: store, Dir: store.Dir(),
					server: &server{cloud: c, store: store}}); err != nil {
				return err
			}
		}
	}
	return store.Do(func(tx *Tx) error {
		for _, o := range found {
			if change == nil {
				err = tx.Delete(o)
			} else if o, err = tx.get(o.Key()); err == nil && o != nil {
				err = drift(tx, o, inputs, change)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// find returns the objects of a type with an id, or an error if there are none.
func (s *Store) find(typ, id string) ([]*Object, error) {
	all, err := s.List(typ)
	if err != nil {
		return nil, err
	}
	found := slices.DeleteFunc(all, func(o *Object) bool { return o.ID != id })
	if len(found) == 0 {
		return nil, fmt.Errorf("there is no %s %q: the command list shows what exists", typ, id)
	}
	return found, nil
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
