// Package names returns logical names of resources from which auto-naming makes physical names that AWS accepts.
package names

import (
	"strings"

	"github.com/ashlar-iac/ashlar/core/naming"
)

// Logical returns the logical name of a resource of a component: the name of the component, or a shortened one where
// AWS would reject it with the digits that auto-naming appends, such as a security group that begins with sg-.
func Logical(name, token string) (string, error) {
	rule := naming.AWS()[token]
	made, err := naming.Name{Parts: []string{name}, Flat: true, Reserve: naming.ReserveBridged}.For(rule)
	// Auto-naming adds the prefix of the type.
	return strings.TrimPrefix(made, rule.Prefix), err
}
