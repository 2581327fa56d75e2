package demo

import (
	"fmt"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// partTimes returns the duration of each top-level component in an update: from the first to the last step of its
// resources. The engine reports whole seconds.
func partTimes(all []events.EngineEvent) []timing {
	parts := []struct{ name, token string }{
		{"  network", "ashlar-aws:network:SecureVPC"},
		{"  cluster", "ashlar-aws:eks:Cluster"},
		{"  application", "ashlar-kubernetes:application:Application"},
	}
	var out []timing
	for _, part := range parts {
		first, last, resources := 0, 0, 0
		for _, e := range all {
			var urn resource.URN
			switch {
			case e.ResourcePreEvent != nil:
				urn = resource.URN(e.ResourcePreEvent.Metadata.URN)
				if in(urn, part.token) {
					resources++
				}
			case e.ResOutputsEvent != nil:
				urn = resource.URN(e.ResOutputsEvent.Metadata.URN)
			}
			// The component itself is registered earlier, at the start of the program.
			if !in(urn, part.token) {
				continue
			}
			if first == 0 {
				first = e.Timestamp
			}
			last = e.Timestamp
		}
		if resources > 0 {
			out = append(out, timing{part.name, time.Duration(last-first) * time.Second,
				fmt.Sprintf("%d resources", resources)})
		}
	}
	return out
}

// in reports whether a resource is a descendant of a component of the type.
func in(urn resource.URN, token string) bool {
	return urn != "" && strings.HasPrefix(string(urn.QualifiedType()), token+"$")
}
