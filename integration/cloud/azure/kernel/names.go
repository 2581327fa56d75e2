package kernel

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"unicode/utf8"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// RandomName is the automatic name of a resource in a resource group: that of the resource in the program, and eight
// hexadecimal digits. Source: pulumi-azure-native, "Auto-naming".
func RandomName(resource string, random *rand.Rand) string {
	return fmt.Sprintf("%s%08x", resource, random.Uint32())
}

// SameName is the automatic name of a child: that of the resource in the program.
func SameName(resource string, _ *rand.Rand) string { return resource }

// GUIDName is the automatic name of a resource whose name is a GUID.
func GUIDName(_ string, random *rand.Rand) string {
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", random.Uint32(), random.IntN(1<<16), random.IntN(1<<12),
		random.IntN(1<<12), random.Int64N(1<<48))
}

// Names is the grammar of the names of a type.
type Names struct {
	// Shortest and Longest are the minimum and maximum number of characters. Required.
	Shortest, Longest int
	// Pattern is what a name matches. Required.
	Pattern *regexp.Regexp
}

// Check checks an input with a name, in the words of the provider, which knows the grammar from the specification of the
// API.
func (n Names) Check(c *cloud.Checker, property string) {
	name, ok := c.Text(property)
	if !ok {
		return
	}
	switch length := utf8.RuneCountInString(name); {
	case length < n.Shortest:
		c.Add(property, "'%s' is too short (%d): at least %d characters required", property, length, n.Shortest)
	case length > n.Longest:
		c.Add(property, "'%s' is too long (%d): at most %d characters allowed", property, length, n.Longest)
	case !n.Pattern.MatchString(name):
		c.Add(property, "'%s' does not match expression '%s'", property, n.Pattern)
	}
}

// Range checks a number within an input, in the words of the provider.
func Range(c *cloud.Checker, path string, v any, lowest, highest float64) {
	number, ok := v.(float64)
	switch {
	case ok && number < lowest:
		c.Add(path, "'%s' is too low (%v < %v)", path, number, lowest)
	case ok && number > highest:
		c.Add(path, "'%s' is too high (%v > %v)", path, number, highest)
	}
}
