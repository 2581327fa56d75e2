package deployment

import (
	"reflect"

	"github.com/ashlar-iac/ashlar/core/config"
)

// ModuleWithKnownValues is a [Module] that describes values before it creates them.
type ModuleWithKnownValues interface {
	// Describe returns what the decoded section says about the value of a type and name, or nil.
	Describe(section any, kind reflect.Type, name string) any
}

// Describes declares what the configuration says about the values of type T that the module provides, so that other modules
// check their references to them before anything is registered: see [ReferenceValidator]. describe gets the decoded section
// and the name of an entry that exists. The value has what is known; its other outputs are nil.
//
//	deployment.Describes(func(c *Configuration, name string) core.WorkloadIdentity { ... })
func Describes[T, C any](describe func(section *C, name string) T) ModuleOption {
	return moduleOptionFunc(func(s *moduleSettings) {
		s.describes[reflect.TypeFor[T]()] = func(section any, name string) any {
			c, ok := section.(*C)
			if !ok {
				return nil
			}
			return describe(c, name)
		}
	})
}

// ReferenceValidator is implemented by the configuration of a module that checks what its references lead to, such as that
// the identity of an application is for its own service account. ValidateReferences runs when the module is enabled, in the
// same pass as all other validators.
type ReferenceValidator interface {
	ValidateReferences(report *config.Report, known *Known)
}

// Known is what the configuration says about the values of other modules.
type Known struct {
	report   *config.Report
	registry *Registry
}

// LookupKnown returns what is known of the value that a reference leads to. It is not ok when nothing is known: the reference
// is empty, or the entry is missing or has problems of its own, which other checks report.
func LookupKnown[T any](k *Known, reference Reference[T]) (value T, ok bool) {
	kind := reflect.TypeFor[T]()
	module := k.registry.byName[reference.Module()]
	describer, describes := module.(ModuleWithKnownValues)
	key, provides := "", false
	if module != nil {
		key, provides = providedBy(module)[kind], isEnabled(k.report, reference.Module())
	}
	if !describes || !provides || key == "" {
		return value, false
	}
	section, exists := k.report.Other(reference.Module(), key, reference.Name())
	if !exists {
		return value, false
	}
	value, ok = describer.Describe(section, kind, reference.Name()).(T)
	return value, ok
}
