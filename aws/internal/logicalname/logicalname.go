// Package logicalname returns logical names of resources whose physical names, after auto-naming, are valid in AWS.
package logicalname

import (
	"strings"

	"github.com/ashlar-iac/ashlar/core/naming"
)

// For returns the logical name of a resource of a component: the name of the component, or a shortened one where
// AWS would reject it with the digits that auto-naming appends, such as a security group that begins with sg-.
func For(name, token string) (string, error) {
	rule := naming.AWS()[token]
	physical, err := naming.Name{Parts: []string{name}, Flat: true, Reserve: naming.ReserveBridged}.For(rule)
	// Auto-naming adds the prefix of the type.
	return strings.TrimPrefix(physical, rule.Prefix), err
}
