package credentials

import (
	"slices"
	"strings"
)

// Alternative is what one source needs.
type Alternative struct {
	// Source is the source.
	Source Source
	// Required holds the variables that must all be set.
	Required []string
	// OneOf holds sets of variables, one of which must be set as well; the first
	// that is set counts. Nil when Required is all.
	OneOf [][]string
	// Optional holds the variables that are used when they are set.
	Optional []string
	// Setting says what does without Required and OneOf, such as "a profile named
	// in the configuration". Empty when nothing does.
	Setting string
}

// Alternatives returns what each source of cloud needs, in the order of
// [Sources], followed by the sources that have to be asked for. It is nil when
// the cloud is not known. The documentation is generated from it.
func Alternatives(cloud Cloud) []Alternative {
	var out []Alternative
	for _, r := range recipes(cloud) {
		out = append(out, r.Alternative)
	}
	return out
}

// String returns what the source needs as a phrase that ends with the optional
// variables.
func (a Alternative) String() string {
	if len(a.Optional) == 0 {
		return a.phrase()
	}
	return a.phrase() + " (optional: " + strings.Join(a.Optional, ", ") + ")"
}

// phrase says what is needed.
func (a Alternative) phrase() string {
	var b strings.Builder
	if len(a.Required) > 0 {
		b.WriteString(variablesPhrase(a.Required))
	}
	if len(a.OneOf) > 0 {
		if b.Len() > 0 {
			b.WriteString(", and ")
		} else {
			b.WriteString("environment variable ")
		}
		b.WriteString(setsPhrase(a.OneOf))
	}
	if a.Setting != "" {
		if b.Len() > 0 {
			b.WriteString(", or ")
		}
		b.WriteString(a.Setting)
	}
	return b.String()
}

func variablesPhrase(names []string) string {
	if len(names) == 1 {
		return "environment variable " + names[0]
	}
	return "environment variables " + enumerate(names, "and")
}

func setsPhrase(sets [][]string) string {
	names := make([]string, len(sets))
	for i, set := range sets {
		names[i] = strings.Join(set, " with ")
	}
	return enumerate(names, "or")
}

// enumerate joins names with commas, the last with the conjunction.
func enumerate(names []string, conjunction string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " " + conjunction + " " + names[last]
}

// recipe is an alternative with what the search has to know about it.
type recipe struct {
	Alternative
	// loose holds variables that do not begin the source: others set them too, or
	// they mean nothing alone.
	loose []string
	// shared holds variables that several sources use. They do not begin one, but
	// must not be left over when another source is used.
	shared []string
	// disabledBy is a switch that turns the source off when it is true.
	disabledBy string
	// onRequest keeps the source out of the default order.
	onRequest bool
	// always means that the source needs nothing to begin.
	always bool
}

// recipes returns the recipes of cloud, those of the default order first.
func recipes(cloud Cloud) []recipe {
	switch cloud {
	case CloudAWS:
		return awsRecipes()
	case CloudAzure:
		return azureRecipes()
	case CloudKubernetes:
		return kubernetesRecipes()
	}
	return nil
}

// beginners returns the variables that begin the source.
func (r recipe) beginners() []string {
	all := slices.Concat(r.Required, slices.Concat(r.OneOf...), r.Optional)
	return slices.DeleteFunc(all, func(name string) bool {
		return slices.Contains(r.loose, name) || slices.Contains(r.shared, name) || name == r.disabledBy
	})
}
