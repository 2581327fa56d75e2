// Package metadata adds tags, labels and annotations to every resource that supports them: project, environment,
// organization, owner, cost center, data classification, compliance frameworks and controls, repository and commit, and
// custom tags.
//
// One [Metadata] is rendered for each platform within its limits: [AWS], [Azure], [KubernetesLabels] and
// [KubernetesAnnotations]. Rendering and [Merge] are pure functions. The precedence is: the metadata of a resource,
// then that of the components around it from the inside out, then that of the deployment. Tags in the resource's own
// arguments are never changed.
//
// A [Manager] applies it to a program:
//
//	manager, err := metadata.New(metadata.Metadata{Project: "shop", Owner: "platform"}, kubernetes.TaggableTypes())
//	...
//	err = manager.Install(ctx)
//
// After that, every resource of a taggable type gets the metadata, in components as well as in the program, including
// resources that are registered with the plain SDK. This is a client-side transformation without calls to the engine.
// It does not affect components of other languages; [Manager.InstallInEngine] does.
//
// # Keys
//
// Tags of AWS and Azure have the keys project, environment, organization, owner, cost-center, data-classification,
// compliance-frameworks, compliance-controls, repository and commit. In Kubernetes they have a prefix,
// [DefaultLabelPrefix] by default. Fields for selection and grouping are labels; organization, frameworks, controls,
// repository and commit are annotations. Selectors never get any of it. Which pods get
// it depends on the table of the kubernetes module: what can change with each commit never reaches them.
//
// # Values
//
// In a value that a platform does not accept, invalid characters are replaced by hyphens, and it is truncated and
// ends with a hyphen and ten digits of its hash, so that different values stay different. In Kubernetes, an
// annotation of the same key has the whole value. Keys are unchanged, except in Kubernetes, where the key of a tag
// gets the prefix and dots in place of characters that labels do not allow.
//
// # Errors
//
// Invalid or reserved keys, keys that a platform treats as equal, and too many tags are errors of the class
// failure.Configuration, all at once. For a single resource they fail its registration, and [Manager.Err] returns them.
package metadata
