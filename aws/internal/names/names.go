// Package names makes logical names of resources from which auto-naming makes physical names that AWS accepts.
package names

import (
	"strings"

	"github.com/ashlar-iac/ashlar/core/naming"
)

// Logical returns the name of a component as the logical name of a resource in it: the same one, unless it is too long for the type with the
// digits that auto-naming appends, or otherwise not accepted, as a security group's that begins with sg-.
func Logical(name, token string) (string, error) {
	rule := naming.AWS()[token]
	made, err := naming.Name{Parts: []string{name}, Flat: true, Reserve: naming.ReserveBridged}.For(rule)
	// Auto-naming writes what names of the type begin with.
	return strings.TrimPrefix(made, rule.Prefix), err
}
