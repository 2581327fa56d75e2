package sections

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

type object = map[string]any

// Options are what a schema does not say about the values of a section. Keys are paths of options, or the ends of paths:
// "cidr", "nodeGroups.*.version". "*" is the name of an entry; elements of a list have the path of the list. The longest
// end of a path counts.
type Options struct {
	// Values are the values of options and of elements of lists. An option without any is never written. Default: by
	// the schema: its enumeration, examples, default and limits.
	Values map[string][]any
	// Existing are options that name something outside of the section. They have no mistakes: only the cloud knows what
	// exists.
	Existing []string
	// Names are the keys of maps. Default: short names.
	Names map[string][]string
	// Needs are the kinds of entries that entries of a kind need, such as networks for clusters.
	Needs map[string][]string
	// Likely are the probabilities of options, and of kinds of entries. Default: 1 for options that the schema requires,
	// and for others one probability per section.
	Likely map[string]float64
}

// Reference is a value: the name of an entry of this kind in the section.
type Reference string

// Writer writes random sections.
type Writer struct {
	Options

	schema, definitions object
	existing            map[string]bool
}

// New returns a writer for a schema.
func New(schema []byte, opts Options) (*Writer, error) {
	w := &Writer{Options: opts, existing: map[string]bool{}}
	if err := json.Unmarshal(schema, &w.schema); err != nil {
		return nil, fmt.Errorf("parse the schema: %w", err)
	}
	w.definitions, _ = w.schema["$defs"].(object)
	for _, end := range opts.Existing {
		w.existing[end] = true
	}
	return w, nil
}

// mistakes are values that options may or may not accept.
var (
	mistakes = []any{
		"", "a", "Web", "a b", "a.b", "-a", "a=b", "A_B", "..a", "Ä", "/", "/a/../b", "*", "x/y", "aws:a", "eks-a", "2",
		"10.0.0.1/8", "::ffff:10.0.0.0/104", "0.1m", "latest", strings.Repeat("a", 64), strings.Repeat("a", 300),
	}
	names  = []string{"main", "web", "data", "a", "team-2"}
	limits = []int{-1, 0, 1, 2, 80, 65535, 65536, 1<<31 - 1, 1 << 31}
)

// Section returns the section of a seed: few or many options, with or without mistakes.
func (w *Writer) Section(seed uint64) map[string]any {
	r := rand.New(rand.NewPCG(seed, 0))
	s := &section{
		Rand: r, w: w, entries: map[string][]string{},
		density:  []float64{0.03, 0.08, 0.2}[r.IntN(3)],
		mistakes: []float64{0, 0, 0.01, 0.1}[r.IntN(4)],
	}
	kinds := w.schema["properties"].(object)
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		count := []int{0, 0, 0, 1, 1, 2}[r.IntN(6)]
		if likely, ok := w.Likely[kind]; ok {
			count = 0
			if r.Float64() < likely {
				count = 1 + r.IntN(2)
			}
		}
		if _, named := w.resolve(kinds[kind].(object))["additionalProperties"].(object); count == 0 || !named {
			continue
		}
		for _, need := range append([]string{kind}, w.Needs[kind]...) {
			if len(s.entries[need]) == 0 {
				s.entries[need] = s.names(need, count)
				count = 1
			}
		}
	}
	out := object{}
	for _, kind := range slices.Sorted(maps.Keys(s.entries)) {
		element := w.resolve(kinds[kind].(object))["additionalProperties"].(object)
		entries := object{}
		for _, name := range s.entries[kind] {
			entries[name] = s.value(element, []string{kind, "*"})
		}
		out[kind] = entries
	}
	return out
}

// section is a section that is being written.
type section struct {
	*rand.Rand

	w                 *Writer
	entries           map[string][]string
	density, mistakes float64
}

// lookup returns the value of the longest end of a path.
func lookup[T any](values map[string]T, path []string) (value T, ok bool) {
	for i := range path {
		if value, ok = values[strings.Join(path[i:], ".")]; ok {
			return value, true
		}
	}
	return value, false
}

// at returns the path of a key.
func at(path []string, key string) []string { return append(slices.Clone(path), key) }

func (s *section) names(kind string, count int) []string {
	from, ok := s.w.Names[kind]
	if !ok {
		from = names
	}
	from = slices.Clone(from)
	s.Shuffle(len(from), func(i, j int) { from[i], from[j] = from[j], from[i] })
	return slices.Sorted(slices.Values(from[:min(count, len(from))]))
}

func (s *section) value(schema object, path []string) any {
	schema = s.w.resolve(schema)
	kind := schema["type"]
	values, listed := lookup(s.w.Values, path)
	exact, _ := lookup(s.w.existing, path)
	switch {
	case kind == "array":
		out := []any{}
		for range 1 + s.IntN(2) {
			v := s.value(schema["items"].(object), path)
			if !slices.ContainsFunc(out, func(other any) bool { return fmt.Sprint(v) == fmt.Sprint(other) }) {
				out = append(out, v)
			}
		}
		return out
	case listed:
		if len(values) > 0 && (exact || kind == "object" || s.Float64() >= s.mistakes) {
			return s.resolved(values[s.IntN(len(values))])
		}
	case kind == "object":
		return s.object(schema, path)
	}
	switch {
	case kind == "boolean":
		return s.IntN(2) == 0
	case s.Float64() < s.mistakes && kind == "integer":
		return limits[s.IntN(len(limits))]
	case s.Float64() < s.mistakes:
		return mistakes[s.IntN(len(mistakes))]
	case kind == "integer" && schema["enum"] == nil:
		return s.integer(schema)
	}
	var from []any
	for _, key := range []string{"enum", "examples"} {
		if from == nil {
			from, _ = schema[key].([]any)
		}
	}
	if v, ok := schema["default"]; ok && schema["enum"] == nil {
		from = append(from, v)
	}
	if len(from) == 0 {
		return names[s.IntN(len(names))]
	}
	return from[s.IntN(len(from))]
}

// resolved returns the name of an entry in place of a reference.
func (s *section) resolved(v any) any {
	kind, ok := v.(Reference)
	if !ok {
		return v
	}
	if entries := s.entries[string(kind)]; len(entries) > 0 {
		return entries[s.IntN(len(entries))]
	}
	return names[s.IntN(len(names))]
}

func (s *section) integer(schema object) any {
	least, most := 0, 1<<31-1
	if v, ok := schema["minimum"].(float64); ok {
		least = int(v)
	}
	if v, ok := schema["maximum"].(float64); ok {
		most = int(v)
	}
	from := []int{least, least + 1, most, least + s.IntN(1+min(200, most-least))}
	if v, ok := schema["default"].(float64); ok {
		from = append(from, int(v))
	}
	return min(from[s.IntN(len(from))], most)
}

func (s *section) object(schema object, path []string) object {
	out := object{}
	required, _ := schema["required"].([]any)
	properties, _ := schema["properties"].(object)
	for _, key := range slices.Sorted(maps.Keys(properties)) {
		here := at(path, key)
		likely, ok := lookup(s.w.Likely, here)
		if !ok {
			likely = s.density
			if slices.Contains(required, any(key)) {
				likely = 1
			}
		}
		if values, ok := lookup(s.w.Values, here); ok && len(values) == 0 || s.Float64() >= likely {
			continue
		}
		out[key] = s.value(properties[key].(object), here)
	}
	if element, ok := schema["additionalProperties"].(object); ok {
		for _, key := range s.keys(path) {
			out[key] = s.value(element, at(path, "*"))
		}
	}
	return out
}

// keys returns one or two keys of a map.
func (s *section) keys(path []string) []string {
	from, ok := lookup(s.w.Names, path)
	if !ok {
		from = names
	}
	out := []string{from[s.IntN(len(from))]}
	if s.IntN(3) == 0 {
		out = append(out, from[s.IntN(len(from))])
	}
	if s.Float64() < s.mistakes {
		out[0] = mistakes[s.IntN(len(mistakes))].(string)
	}
	return out
}

// resolve follows a reference to a definition.
func (w *Writer) resolve(schema object) object {
	if reference, ok := schema["$ref"].(string); ok {
		return w.definitions[strings.TrimPrefix(reference, "#/$defs/")].(object)
	}
	return schema
}
