// Package config reads what people write in the configuration of a stack, a
// project and an organization.
//
// A [Section] is one key of the ashlar namespace, such as ashlar:kubernetes,
// and one Go struct that describes it: the struct's tags and doc comments give
// the JSON Schema, the defaults and the shape of the decoded value. [Load]
// reads all sections of a stack, validates them against their schemas and
// decodes them. It reports every problem at once as an [Error], each [Finding]
// with the layer, file, line, column and path of the mistake and what to write
// instead.
//
// # Layers
//
// Each layer counts more than the one before it: the defaults of the struct,
// the organization's file, the project's file (ashlar.yaml beside Pulumi.yaml)
// and the stack's own keys ashlar:*. Maps are merged key by key, anything else
// is replaced. [Files] names the files. [Manager.Explain] says which layer set
// a value and what it covers up; [Manager.Print] writes everything with its
// origins, and without secrets.
//
// # Describing a section
//
//	type Configuration struct {
//		// Replicas is how many pods run at the same time.
//		Replicas *int `pulumi:"replicas" jsonschema:"default=2,minimum=0"`
//		// Image is the container image.
//		Image pulumi.StringInput `pulumi:"image" jsonschema:"required,format=image"`
//	}
//
// The pulumi tag names the key. The jsonschema tag takes the keywords of
// github.com/invopop/jsonschema; besides the formats of JSON Schema there are
//
//	cidr                a range of addresses: 10.0.0.0/16
//	semver              a semantic version: 1.26.2
//	kubernetes-version  a minor or patch version: 1.33, 1.33.4
//	arn                 an Amazon Resource Name
//	go-duration         a duration: 1h30m
//	image               an image reference with a tag or digest
//
// A field with a default that differs from its zero value is a pointer, so that
// an explicit zero can be told from nothing.
//
// # Secrets
//
// A field of one of Pulumi's input types (pulumi.StringInput,
// pulumi.StringMapInput, ...) accepts a plain or an encrypted value; the
// encrypted one arrives as a secret output. A field of a plain Go type refuses
// encrypted values, because it could not keep them secret. The config tag says
// more:
//
//	config:"plain"   an input whose value ends up where it can be read: encrypted values are refused
//	config:"secret"  an input that is made for secrets: values in the clear are refused
//	config:"path"    a path: a relative one is made absolute, from the file that it is written in
//
// Three words are for the arguments of components:
//
//	config:"group"    an optional group of options, a pointer to a struct: omitted, each option has its default
//	config:"name"     a name whose default is that of the component
//	config:"program"  an argument of the constructor alone: it is no option of a stack file, nor of arguments that are
//	                  nested in those of another component, which supplies it
//
// Credentials that are written in the clear are refused anywhere. They belong
// in the environment: package core/credentials reads them from there. Nothing
// else is read from the environment.
package config
