package cloud

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ashlar-iac/ashlar/core/config"
)

// uncovered is the error for a type or a function that the cloud does not have. It lists those of the same service.
// There is no "did you mean": tokens come from an SDK and are not misspelt.
func uncovered[V any](c *Cloud, kind, token string, covered map[string]V) error {
	var names []string
	for other := range covered {
		if serviceOf(other) == serviceOf(token) {
			names = append(names, other[strings.LastIndex(other, ":")+1:])
		}
	}
	text := fmt.Sprintf("the simulated cloud %q does not cover the %s %q: ", c.Name, kind, token)
	if len(names) == 0 {
		text += fmt.Sprintf("it covers no %ss of %q", kind, serviceOf(token))
	} else {
		text += fmt.Sprintf("of %q it covers %s", serviceOf(token), config.List(names))
	}
	if c.Page != "" {
		text += ". To add it, see " + c.Page
	}
	return errors.New(text)
}

// serviceOf returns the service in a token, such as "net" in "example:net/network:Network".
func serviceOf(token string) string {
	_, rest, _ := strings.Cut(token, ":")
	module, _, _ := strings.Cut(rest, ":")
	service, _, _ := strings.Cut(module, "/")
	return service
}
