package sections

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Outcome counts sections and the options that they set. Its methods can be called from several goroutines.
type Outcome struct {
	w                        *Writer
	mu                       sync.Mutex
	all, accepted, corrected int
	reached                  map[string]int
}

// Outcome returns the outcome of no sections.
func (w *Writer) Outcome() *Outcome { return &Outcome{w: w, reached: map[string]int{}} }

// Add adds what [Attempt] returned for a section.
func (o *Outcome) Add(deployed map[string]any, removed bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.all++
	switch {
	case deployed == nil:
		return
	case removed:
		o.corrected++
	default:
		o.accepted++
	}
	o.add(o.w.schema, "", deployed)
}

// String returns how many sections were accepted, and which options of the schema none of them sets, such as
// "eks.AddonArgs.version". Options that are never written do not count.
func (o *Outcome) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	missing, total := o.missing()
	return fmt.Sprintf("%d sections: %d accepted as written, %d without the values that have findings. "+
		"They set %d of %d options, and not: %s.", o.all, o.accepted, o.corrected, total-len(missing), total, strings.Join(missing, ", "))
}

func (o *Outcome) add(schema object, name string, v any) {
	if reference, ok := schema["$ref"].(string); ok {
		name, schema = strings.TrimPrefix(reference, "#/$defs/"), o.w.resolve(schema)
	}
	switch v := v.(type) {
	case object:
		properties, _ := schema["properties"].(object)
		for key, inner := range v {
			if property, ok := properties[key].(object); ok {
				o.reached[name+"."+key]++
				o.add(property, name+"."+key, inner)
			} else if element, ok := schema["additionalProperties"].(object); ok {
				o.add(element, name, inner)
			}
		}
	case []any:
		for _, inner := range v {
			if element, ok := schema["items"].(object); ok {
				o.add(element, name, inner)
			}
		}
	}
}

func (o *Outcome) missing() (missing []string, total int) {
	visited := map[string]bool{}
	var walk func(schema object, name string, path []string)
	walk = func(schema object, name string, path []string) {
		if reference, ok := schema["$ref"].(string); ok {
			name, schema = strings.TrimPrefix(reference, "#/$defs/"), o.w.resolve(schema)
			if visited[name] {
				return
			}
			visited[name] = true
		}
		properties, _ := schema["properties"].(object)
		for _, key := range slices.Sorted(maps.Keys(properties)) {
			here := at(path, key)
			values, written := lookup(o.w.Values, here)
			likely, ok := lookup(o.w.Likely, here)
			if written && len(values) == 0 || ok && likely == 0 {
				continue
			}
			if total++; o.reached[name+"."+key] == 0 {
				missing = append(missing, name+"."+key)
			}
			walk(properties[key].(object), name+"."+key, here)
		}
		for _, key := range []string{"additionalProperties", "items"} {
			if inner, ok := schema[key].(object); ok {
				walk(inner, name, at(path, "*"))
			}
		}
	}
	walk(o.w.schema, "", nil)
	return missing, total
}
