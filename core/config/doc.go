// Package config reads what people write in a stack's configuration.
//
// A [Section] is one key of the ashlar namespace, such as ashlar:kubernetes,
// and one Go struct that describes it: the struct's tags and doc comments give
// the JSON Schema, the defaults and the shape of the decoded value. [Load]
// reads all sections of a stack, validates them against their schemas and
// decodes them. It reports every problem at once as an [Error], each [Finding]
// with the file, line, column and path of the mistake and what to write
// instead.
//
// # Describing a section
//
//	type Configuration struct {
//		// Replicas is how many pods run at the same time.
//		Replicas *int `pulumi:"replicas" jsonschema:"default=2,minimum=0"`
//		// Image is the container image.
//		Image pulumi.StringInput `pulumi:"image" jsonschema:"required"`
//	}
//
// The pulumi tag names the key. The jsonschema tag takes the keywords of
// github.com/invopop/jsonschema. A field with a default that differs from its
// zero value is a pointer, so that an explicit zero can be told from nothing.
// A field of one of Pulumi's input types (pulumi.StringInput,
// pulumi.StringMapInput, ...) accepts a plain or an encrypted value; the
// encrypted one arrives as a secret output. A field of a plain Go type refuses
// encrypted values, because it could not keep them secret, and so does an input
// with the tag config:"plain", whose value ends up where it can be read.
//
// Nothing is read from the environment.
package config
