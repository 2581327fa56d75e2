// Package sections writes random sections of modules from their JSON Schemas, for fuzz targets: what the checks of a
// module accept, the cloud accepts, too.
//
//	w, err := sections.New(schema, sections.Options{Values: map[string][]any{"cidr": {"10.0.0.0/16"}}})
//	section, removed, err := sections.Attempt(w.Section(seed), deploy)
package sections
