package cloud

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Checker reads the inputs of a resource before anything is created, and collects their problems.
type Checker struct {
	// Scope is the configuration of the provider.
	Scope Scope
	// Type is the token of the resource's type.
	Type string
	// Token is the token that the program uses for the type: see [Cloud.Token].
	Token string

	inputs   resource.PropertyMap
	problems []problem
}

type problem struct{ path, reason string }

// Add reports a problem with an input, once.
func (c *Checker) Add(property, format string, args ...any) {
	p := problem{property, fmt.Sprintf(format, args...)}
	if !slices.Contains(c.problems, p) {
		c.problems = append(c.problems, p)
	}
}

// Value returns an input as the store holds it, without its unknown parts.
func (c *Checker) Value(property string) any {
	v, _ := plain(c.inputs[resource.PropertyKey(property)])
	return v
}

// Number returns an input that is a number and known.
func (c *Checker) Number(property string) (float64, bool) {
	v := known(c.inputs[resource.PropertyKey(property)])
	if !v.IsNumber() {
		return 0, false
	}
	return v.NumberValue(), true
}

// Between reports a problem if a known input is outside the range.
func (c *Checker) Between(property string, lowest, highest float64) {
	if v, ok := c.Number(property); ok && (v < lowest || v > highest) {
		c.Add(property, "expected %s to be in the range (%v - %v), got %v", property, lowest, highest, v)
	}
}

// Has reports whether an input is given, known or not.
func (c *Checker) Has(property string) bool {
	v, ok := c.inputs[resource.PropertyKey(property)]
	return ok && !v.IsNull()
}

// Text returns an input that is a string and known.
func (c *Checker) Text(property string) (string, bool) {
	v := known(c.inputs[resource.PropertyKey(property)])
	if !v.IsString() {
		return "", false
	}
	return v.StringValue(), true
}

// Texts returns the known entries of an input that is a map of strings.
func (c *Checker) Texts(property string) map[string]string {
	out := map[string]string{}
	if v := known(c.inputs[resource.PropertyKey(property)]); v.IsObject() {
		for key, value := range v.ObjectValue() {
			if value = known(value); value.IsString() {
				out[string(key)] = value.StringValue()
			}
		}
	}
	return out
}

// OneOf reports a problem if a known input has none of the values.
func (c *Checker) OneOf(property string, values ...string) {
	if v, ok := c.Text(property); ok && !slices.Contains(values, v) {
		c.Add(property, "expected %s to be one of %q, got %s", property, values, v)
	}
}

// OneOfValue is [Checker.OneOf] for a value within an input, at a path.
func (c *Checker) OneOfValue(path string, v any, values ...string) {
	if text, ok := v.(string); ok && !slices.Contains(values, text) {
		c.Add(path, "expected %s to be one of %q, got %s", path, values, text)
	}
}

// Conflict reports a problem if more than one of the inputs is given.
func (c *Checker) Conflict(properties ...string) {
	var given []string
	for _, p := range properties {
		if c.Has(p) {
			given = append(given, p)
		}
	}
	if len(given) > 1 {
		c.Add(given[0], "%q: conflicts with %s", given[0], strings.Join(given[1:], ", "))
	}
}

// ExactlyOne reports a problem unless exactly one of the inputs is given.
func (c *Checker) ExactlyOne(properties ...string) {
	c.Conflict(properties...)
	if !slices.ContainsFunc(properties, c.Has) {
		c.Add(properties[0], "one of %s must be specified", strings.Join(properties, ", "))
	}
}
