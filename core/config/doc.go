// Package config reads the configuration of a stack, a project and an organization, and checks the arguments of
// components.
//
// A [Section] is one key of the ashlar namespace, such as ashlar:kubernetes, described by a Go struct: its tags and doc
// comments give the JSON Schema, the defaults and the type of the decoded value. [Load] reads all sections of a stack,
// validates them against their schemas and decodes them. It returns all problems at once as an [Error], each [Finding]
// with its layer, file, line, column and path, and what to write instead.
//
// # Layers
//
// Each layer overrides the ones before it: the defaults of the struct, the organization's file, the project's file
// (ashlar.yaml next to Pulumi.yaml) and the stack's own keys ashlar:*. Maps are merged key by key, anything else is
// replaced. [Files] sets the files. [Manager.Explain] returns the origin of a value and the values that it overrides;
// [Manager.Print] writes all values with their origins, and without secrets.
//
// # Sections
//
//	type Configuration struct {
//		// Replicas is the number of pods. Default: 2.
//		Replicas *int `pulumi:"replicas,optional" jsonschema:"default=2,minimum=0"`
//		// Image is the container image. Required.
//		Image pulumi.StringInput `pulumi:"image" jsonschema:"required,format=image"`
//	}
//
// The pulumi tag is the key. The jsonschema tag has the keywords of github.com/invopop/jsonschema. In addition to the
// formats of JSON Schema there are
//
//	cidr                an address range in CIDR notation: 10.0.0.0/16
//	semver              a semantic version: 1.26.2
//	kubernetes-version  a minor or patch version: 1.33, 1.33.4
//	arn                 an Amazon Resource Name
//	go-duration         a duration: 1h30m
//	image               an image reference with a tag or digest
//
// A field whose default is not its zero value is a pointer, to tell an explicit zero from an omitted value.
//
// # Arguments
//
// The arguments of a component are a struct with the same tags. [Arguments] checks them, and fills in their defaults.
// An entry of a section embeds the arguments of the component that it configures. Fields of structs that are embedded
// count as fields of the struct; all their validators run.
//
//	config:"group"    an optional group of options, a pointer to a struct: when omitted, each option has its default
//	config:"name"     a name whose default is that of the component
//	config:"program"  an argument of the constructor alone: it is not an option of a stack file, nor of arguments that are
//	                  nested in those of another component, which sets it
//	config:"distinct=word"
//	                  a map whose keys must differ from those of the other maps of the struct with the same word, such
//	                  as plain and secret environment variables
//
// # Secrets
//
// A field of one of Pulumi's input types (pulumi.StringInput, pulumi.StringMapInput, ...) accepts plain and encrypted
// values; an encrypted value becomes a secret output. A field of a plain Go type rejects encrypted values, because it
// could not keep them secret.
//
//	config:"plain"   an input whose value becomes readable elsewhere: encrypted values are rejected
//	config:"secret"  an input for secrets: plain text is rejected
//	config:"path"    a path: a relative one is made absolute, from the folder of its file
//
// Credentials in plain text are rejected everywhere. They belong in the environment, from which package
// core/credentials reads them. No other setting is read from the environment.
package config
