package aws

import "github.com/ashlar-iac/ashlar/integration/cloud"

// serviceTypes are the types of identities, keys, logs, buckets and machines.
func serviceTypes() []*cloud.Type { return nil }

// serviceFunctions are the look-ups of these services.
func serviceFunctions() map[string]cloud.Function { return nil }
