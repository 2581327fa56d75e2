package reference

import (
	_ "embed" // for the data
	"iter"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// services, principals and managed are the data. Services are read when they are asked for.
var (
	//go:embed services.txt
	services string
	//go:embed principals.txt
	principals string
	//go:embed managed.txt
	managed string
)

// Date returns the date of the data of services, such as 2027-01-31.
func Date() string { return services[:strings.IndexByte(services, '\n')] }

// ManagedDate returns the date of the newest AWS managed policy in the data.
func ManagedDate() string { return managed[:strings.IndexByte(managed, '\n')] }

// Service is a service with its actions.
type Service struct {
	// Prefix is the prefix of its actions, such as s3.
	Prefix string
	// Keys are the condition keys of its actions, such as s3:VersionId and aws:ResourceTag/${TagKey}. Words in ${} stand
	// for any text.
	Keys []string
	// Types are the resource types.
	Types []Type
	// Actions are the actions, sorted by name.
	Actions []Action
}

// Type is a type of resource.
type Type struct {
	// Name is the name, such as bucket.
	Name string
	// ARNs are the patterns of its ARNs without the partition, such as s3:::*.
	ARNs []string
}

// Action is an action of a service.
type Action struct {
	// Service is the prefix of the service, Name the name, such as GetObject.
	Service, Name string
	// Types are the resource types that statements can limit it to. Without any, statements must have the resource "*".
	Types []Type
	// Keys are the condition keys that its requests can have, in addition to [GlobalKeys].
	Keys []string

	// lower is the name in lower case.
	lower string
}

// String returns the action as in a policy: s3:GetObject.
func (a Action) String() string { return a.Service + ":" + a.Name }

// Prefixes returns the prefixes of all services, sorted.
var Prefixes = sync.OnceValue(func() []string {
	var out []string
	for block := range strings.SplitSeq(services, "\n\n") {
		prefix, _, _ := strings.Cut(block, "\n")
		out = append(out, prefix)
	}
	return out[1:] // The first block is the date.
})

// read has the services that were asked for.
var read sync.Map

// Find returns the service with a prefix, in any case as in policies.
func Find(prefix string) (*Service, bool) {
	prefix = strings.ToLower(prefix)
	if known, ok := read.Load(prefix); ok {
		return known.(*Service), true
	}
	_, block, ok := strings.Cut(services, "\n\n"+prefix+"\n")
	if !ok || prefix == "" || strings.Contains(prefix, "\n") {
		return nil, false
	}
	block, _, _ = strings.Cut(block, "\n\n")
	s := parse(prefix, block)
	read.Store(prefix, s)
	return s, true
}

// parse reads the block of a service.
func parse(prefix, block string) *Service {
	s := &Service{Prefix: prefix}
	for line := range strings.Lines(block) {
		kind, line := line[:1], strings.TrimSuffix(line[1:], "\n")
		switch kind {
		case "k":
			if strings.HasPrefix(line, ":") {
				line = prefix + line
			}
			s.Keys = append(s.Keys, line)
		case "r":
			words := strings.Split(line, "\t") // Names can have spaces.
			s.Types = append(s.Types, Type{words[0], words[1:]})
		case "a":
			words := strings.Fields(line)
			types, keys, _ := strings.Cut(words[0], ";")
			a := Action{Service: prefix, Types: pick(s.Types, types), Keys: pick(s.Keys, keys)}
			for _, a.Name = range words[1:] {
				a.lower = strings.ToLower(a.Name)
				s.Actions = append(s.Actions, a)
			}
		}
	}
	slices.SortFunc(s.Actions, func(a, b Action) int { return strings.Compare(a.Name, b.Name) })
	return s
}

// pick returns the entries of a list with the given numbers.
func pick[T any](all []T, numbers string) []T {
	var out []T
	for n := range strings.SplitSeq(numbers, ",") {
		if i, err := strconv.Atoi(n); err == nil {
			out = append(out, all[i])
		}
	}
	return out
}

// FindAction returns an action such as s3:GetObject. Actions are case-insensitive.
func FindAction(name string) (Action, bool) {
	prefix, name, _ := strings.Cut(name, ":")
	if s, ok := Find(prefix); ok {
		for _, a := range s.Actions {
			if strings.EqualFold(a.Name, name) {
				return a, true
			}
		}
	}
	return Action{}, false
}

// Match returns the actions that a pattern of an action matches, such as s3:Get*. The pattern "*" matches none, because
// it stands for all services.
func Match(pattern string) iter.Seq[Action] {
	return func(yield func(Action) bool) {
		prefix, name, _ := strings.Cut(pattern, ":")
		s, ok := Find(prefix)
		if !ok {
			return
		}
		name = strings.ToLower(name)
		for _, a := range s.Actions {
			if found, err := path.Match(name, a.lower); found && err == nil && !yield(a) {
				return
			}
		}
	}
}

// Exists reports whether a pattern matches an action.
func Exists(pattern string) bool {
	for range Match(pattern) {
		return true
	}
	return false
}

// Supports reports whether a statement with a resource, an ARN with or without wildcards, can apply to the action.
func (a Action) Supports(resource string) bool {
	if resource == "*" {
		return true
	}
	_, resource, _ = strings.Cut(strings.TrimPrefix(resource, "arn:"), ":")
	return slices.ContainsFunc(a.Types, func(t Type) bool {
		return slices.ContainsFunc(t.ARNs, func(arn string) bool { return overlap(resource, arn) })
	})
}

// HasKey reports whether requests of the action can have a condition key.
func (a Action) HasKey(key string) bool { return HasKey(a.Keys, key) || HasKey(globalKeys(), key) }

// HasKey reports whether requests of any action of the service can have a condition key of the service.
func (s *Service) HasKey(key string) bool { return HasKey(s.Keys, key) }

// HasKey reports whether a condition key is among known ones, in which ${TagKey} and <key> stand for any text. Keys are
// case-insensitive.
func HasKey(known []string, key string) bool {
	return slices.ContainsFunc(known, func(k string) bool {
		variable := strings.IndexAny(k, "$<")
		switch {
		case variable < 0:
			return strings.EqualFold(k, key)
		case variable > len(key) || !strings.EqualFold(k[:variable], key[:variable]):
			return false
		}
		return overlap(strings.ToLower(variables.ReplaceAllString(k, "?*")), strings.ToLower(key))
	})
}

var variables = regexp.MustCompile(`\$\{[^}]*\}|<[^>]*>`)

// overlap reports whether there is a text that both patterns match. The wildcard * stands for any characters, ? for one.
func overlap(a, b string) bool {
	for a != "" && b != "" && a[0] != '*' && b[0] != '*' {
		if a[0] != b[0] && a[0] != '?' && b[0] != '?' {
			return false
		}
		a, b = a[1:], b[1:]
	}
	// now and next have the answers for the rest of a from its current and from its next character, and each rest of b.
	now, next := make([]bool, len(b)+1), make([]bool, len(b)+1)
	for i := len(a); i >= 0; i-- {
		for j := len(b); j >= 0; j-- {
			inA, inB := i < len(a), j < len(b)
			now[j] = false
			switch {
			case !inA && !inB:
				now[j] = true
			case inA && a[i] == '*':
				now[j] = next[j] || inB && now[j+1]
			case inB && b[j] == '*':
				now[j] = now[j+1] || inA && next[j]
			case inA && inB:
				now[j] = next[j+1] && (a[i] == b[j] || a[i] == '?' || b[j] == '?')
			}
		}
		now, next = next, now
	}
	return next[0]
}
