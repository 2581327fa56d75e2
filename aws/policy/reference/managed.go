package reference

import (
	"strings"
	"sync"
)

// Managed is an AWS managed policy.
type Managed struct {
	// Name is the name with the path, as in its ARN: service-role/AWSLambdaBasicExecutionRole.
	Name string
	// Broad is whether it allows on all resources and without conditions all actions of a service, all but some actions,
	// or actions that give the permissions of other roles.
	Broad bool
}

// policies are the managed policies by name without the path, which is unique.
var policies = sync.OnceValue(func() map[string]Managed {
	out := map[string]Managed{}
	for _, line := range strings.Fields(managed)[1:] {
		name, broad := strings.CutPrefix(line, "*")
		out[base(name)] = Managed{name, broad}
	}
	return out
})

func base(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// FindManaged returns the AWS managed policy with a name, which can have any path.
func FindManaged(name string) (Managed, bool) {
	p, ok := policies()[base(name)]
	return p, ok
}
